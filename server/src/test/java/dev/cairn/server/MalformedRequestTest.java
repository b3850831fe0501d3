package dev.cairn.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that no client library would send. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MalformedRequestTest {
    private static final String POST = "POST /v1/tasks HTTP/1.1\r\nHost: x\r\nConnection: close\r\n";

    @TempDir
    static Path directory;

    private TestServer server;

    @BeforeAll
    void start() {
        server = TestServer.start(directory, options -> options.idleTimeout(Duration.ofMillis(500)));
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /v1/tasks/%zz HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /v1/tasks/%f HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /v1/tasks/%ff%fe HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /v1/tasks/%c0%af HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /v1/tasks/a%00b HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /v1/tasks/a\\b HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /v1/tasks?owner=%ff HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /v1/tasks?owner=%4 HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /livez HTTP/1.1\r\n\r\n",
                "GET /livez HTTP/9.9\r\nHost: x\r\n\r\n",
                "HELLO\r\n\r\n",
                "GET /livez HTTP/1.1\r\nHost: x\r\nno colon\r\n\r\n",
                POST + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
                POST + "Content-Length: -1\r\n\r\n{}",
                POST + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}",
                POST + "Content-Length: 50\r\n\r\n{\"id\":",
                POST + "Transfer-Encoding: chunked\r\n\r\nZZ\r\n{}\r\n0\r\n\r\n",
                POST + "Transfer-Encoding: chunked\r\n\r\n5\r\n{\"id\"",
                POST + "Cairn-Actor: \u00ff\u00fe\r\nContent-Length: 2\r\n\r\n{}",
                POST + "Content-Length: 4\r\n\r\n\u0000{\u0000}",
                POST + "Content-Length: 11\r\n\r\n{\"id\":\"\u00ff\u00fe\"}",
                POST + "Content-Length: 28\r\n\r\n{\"metadata\":{\"a\":\"\u00ed\u00a0\u0080-----\"}}",
            })
    void shouldAnswerWithAnInvalidRequest(String request) throws Exception {
        long end = server.cairn().watermarks().endOffset();

        String answer = server.raw(request);

        assertThat(answer).startsWith("HTTP/1.1 400 ").contains("application/problem+json");
        assertThat(answer).contains("\"code\":\"invalid_request\"").contains("Cairn-Durable-Offset: ");
        assertThat(answer).doesNotContainIgnoringCase("<html").doesNotContain("\tat ");
        assertThat(server.cairn().watermarks().endOffset()).isEqualTo(end);
    }

    @ParameterizedTest
    @ValueSource(strings = {"%zz", "%f", "%ff%fe", "%c0%af", "a%00b"})
    void shouldNameThePathThatCannotBeRead(String id) throws Exception {
        String answer = server.raw("GET /v1/tasks/" + id + " HTTP/1.1\r\nHost: x\r\n\r\n");

        assertThat(answer).contains("\"parameter\":\"path\"").contains("well-formed UTF-8, percent-encoded");
    }

    @Test
    void shouldNotLeaveItsRoutes() throws Exception {
        String answer = server.raw("GET /v1/../../../etc/passwd HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

        assertThat(answer).containsPattern("^HTTP/1.1 40[04] ").contains("application/problem+json");
    }

    @Test
    void shouldTakeAnEncodedPathForAnIdAndNothingElse() throws Exception {
        String id = "%2e%2e%2Fa%25b%3Fc%20d;e=f+g";
        server.post("/v1/tasks", "{\"id\":\"../a%b?c d;e=f+g\"}");

        String answer = server.raw("GET /v1/tasks/" + id + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.1 200 ").contains("\"id\":\"../a%b?c d;e=f+g\"");
    }

    @Test
    void shouldGiveUpOnABodyThatDoesNotCome() throws Exception {
        try (Socket socket = new Socket("127.0.0.1", server.port())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write((POST + "Content-Length: 50\r\n\r\n{").getBytes(StandardCharsets.US_ASCII));

            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(answer).startsWith("HTTP/1.1 408 ").contains("\"code\":\"request_timeout\"");
        }
    }

    @Test
    void shouldWaitLongerThanAConnectionMayBeIdle() {
        assertThat(server.get("/v1/log?from=end&waitMs=1500").status()).isEqualTo(200);
    }

    @Test
    void shouldLetTheSenderOfATooLargeBodyReadWhy() throws Exception {
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        int bytes = 8 << 20;
        request.writeBytes((POST + "Content-Length: " + bytes + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        request.writeBytes(new byte[bytes]);

        assertThat(server.raw(request.toByteArray()))
                .startsWith("HTTP/1.1 413 ")
                .contains("\"code\":\"too_large\"");
    }

    @Test
    void shouldBoundABodyThatDoesNotSayHowLongItIs() throws Exception {
        try (Socket socket = new Socket("127.0.0.1", server.port())) {
            socket.setSoTimeout(20_000);
            OutputStream out = socket.getOutputStream();
            out.write((POST + "Transfer-Encoding: chunked\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            byte[] chunk = ("10000\r\n" + " ".repeat(1 << 16) + "\r\n").getBytes(StandardCharsets.US_ASCII);
            for (int i = 0; i < 20; i++) {
                out.write(chunk);
            }
            out.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));

            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(answer).startsWith("HTTP/1.1 413 ");
        }
    }
}
