package dev.cairn.tools;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * Requests to one server, and its refusals as exceptions.
 *
 * <p>Threading: any thread.
 */
final class ServerConnection {
    private static final Duration CONNECT_MAX = Duration.ofSeconds(10);
    private static final Duration ANSWER_MAX = Duration.ofMinutes(2);

    private final URI server;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_MAX)
            .build();

    ServerConnection(URI server) {
        String text = server.toString();
        this.server = URI.create(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
    }

    HttpResponse<String> get(String path, Query query) {
        return send(HttpRequest.newBuilder(uri(path, query)).GET());
    }

    JsonNode getJson(String path, Query query) {
        return json(get(path, query));
    }

    HttpResponse<String> send(String method, String path, Query query, String type, byte[] body) {
        return send(HttpRequest.newBuilder(uri(path, query))
                .header("Content-Type", type)
                .method(method, HttpRequest.BodyPublishers.ofByteArray(body)));
    }

    static JsonNode json(HttpResponse<String> response) {
        try {
            return Json.parse(response.body());
        } catch (JsonProcessingException e) {
            throw VerbFailedException.failed(response.uri() + ": expected JSON, was " + e.getOriginalMessage(), e);
        }
    }

    URI server() {
        return server;
    }

    private HttpResponse<String> send(HttpRequest.Builder request) {
        HttpResponse<String> response;
        try {
            response = client.send(
                    request.timeout(ANSWER_MAX).build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
        } catch (ConnectException e) {
            throw new UncheckedIOException(server + ": expected a server, was no connection", e);
        } catch (IOException e) {
            throw new UncheckedIOException(server + ": expected an answer, was " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new VerbFailedException(ExitCode.INTERRUPTED, server + ": expected an answer, was interrupted", e);
        }
        if (response.statusCode() >= 400) {
            throw new RefusedByServerException(response.statusCode(), problem(response.body()));
        }
        return response;
    }

    private static JsonNode problem(String body) {
        try {
            return Json.parse(body);
        } catch (JsonProcessingException e) {
            return Json.newObject().put("detail", body);
        }
    }

    private URI uri(String path, Query query) {
        return URI.create(server + path + query);
    }
}
