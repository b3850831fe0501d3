package dev.cairn.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cairn.Cairn;
import dev.cairn.CairnOptions;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** An engine in a directory of its own, served on a free port, and a client of it. */
final class TestServer implements AutoCloseable {
    static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Cairn cairn;
    private final CairnServer server;

    private TestServer(Cairn cairn, ServerOptions options) {
        this.cairn = cairn;
        this.server = CairnServer.start(cairn, options);
    }

    static TestServer start(Path directory) {
        return start(directory, options -> options);
    }

    static TestServer start(Path directory, UnaryOperator<ServerOptions.Builder> options) {
        return start(directory, CairnOptions.builder(), options);
    }

    static TestServer start(Path directory, CairnOptions.Builder engine, UnaryOperator<ServerOptions.Builder> options) {
        Cairn cairn = Cairn.open(directory, engine.segmentBytesMax(1 << 20).build());
        return new TestServer(
                cairn,
                options.apply(ServerOptions.builder()
                                .port(0)
                                .heartbeatInterval(Duration.ofMillis(100))
                                .drainTimeout(Duration.ofSeconds(2)))
                        .build());
    }

    /** With segments, and so documents, of the default size. */
    static TestServer startForLargeDocuments(Path directory) {
        return new TestServer(
                Cairn.open(directory), ServerOptions.builder().port(0).build());
    }

    /** What came back. */
    record Answer(int status, java.net.http.HttpHeaders headers, String body) {
        JsonNode json() {
            try {
                return JSON.readTree(body);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        List<JsonNode> lines() {
            return body.lines().map(TestServer::parse).toList();
        }

        String header(String name) {
            return headers.firstValue(name).orElse("");
        }
    }

    static JsonNode parse(String line) {
        try {
            return JSON.readTree(line);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Cairn cairn() {
        return cairn;
    }

    CairnServer server() {
        return server;
    }

    int port() {
        return server.port();
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port() + path);
    }

    Answer get(String path, String... headers) {
        return send("GET", path, null, headers);
    }

    Answer post(String path, String body, String... headers) {
        return send("POST", path, body, headers);
    }

    Answer patch(String path, String body, String... headers) {
        return send("PATCH", path, body, headers);
    }

    Answer delete(String path, String... headers) {
        return send("DELETE", path, null, headers);
    }

    /** Sends NDJSON. */
    Answer lines(String path, String body, String... headers) {
        String[] all = java.util.Arrays.copyOf(headers, headers.length + 2);
        all[headers.length] = "Content-Type";
        all[headers.length + 1] = "application/x-ndjson";
        return send("POST", path, body, all);
    }

    /** @param headers names and values in turn; JSON is the content type unless one is given */
    Answer send(String method, String path, @Nullable String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path))
                .timeout(Duration.ofSeconds(60))
                .method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        if (body != null && !List.of(headers).contains("Content-Type")) {
            request.header("Content-Type", "application/json");
        }
        try {
            HttpResponse<String> response = sendOnOpenConnection(request.build());
            return new Answer(response.statusCode(), response.headers(), response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * The server closes a connection behind some refusals, as HTTP allows; a client that meets such a one on its next request has
     * not been heard, and sends it again.
     */
    private HttpResponse<String> sendOnOpenConnection(HttpRequest request) throws IOException, InterruptedException {
        try {
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            if (!String.valueOf(e.getMessage()).contains("received no bytes")) {
                throw e;
            }
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        }
    }

    /** Opens a stream that goes on. */
    HttpResponse<InputStream> stream(String path, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
    }

    /** Sends bytes as they are, ends the sending side, and reads to the end. */
    String raw(String request) throws IOException {
        return raw(request.getBytes(StandardCharsets.ISO_8859_1));
    }

    String raw(byte[] request) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", port())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(request);
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Override
    public void close() {
        server.close();
        cairn.close();
    }
}
