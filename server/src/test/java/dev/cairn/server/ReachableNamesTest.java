package dev.cairn.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.cairn.server.TestServer.Answer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names that look like something else in a path: what can be made can be reached, and the rest is refused. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReachableNamesTest {
    @TempDir
    static Path directory;

    private TestServer server;

    @BeforeAll
    void start() {
        server = TestServer.start(directory);
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private static String text(String name) {
        return JsonNodeFactory.instance.textNode(name).toString();
    }

    /** Sends the path as it is: a client of HTTP might take dots out of it. */
    private String raw(String method, String path, String body) throws Exception {
        return server.raw(method + " " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                + "Content-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
    }

    @ParameterizedTest
    @ValueSource(strings = {"count", "claim", "batch"})
    void shouldRefuseTheWordsThatTheApiKeeps(String word) {
        long end = server.cairn().watermarks().endOffset();

        List<Answer> answers = List.of(
                server.post("/v1/leases/" + word, "{\"holder\":\"ann\",\"ttlMs\":60000}"),
                server.send("PUT", "/v1/leases/" + word + "/1", "{\"ttlMs\":60000}"),
                server.delete("/v1/leases/" + word + "/*"),
                server.get("/v1/leases/" + word),
                server.get("/v1/leases/" + word + "/history"),
                server.post("/v1/tasks", "{\"id\":\"" + word + "\"}"),
                server.lines("/v1/batch?atomic=true", "{\"op\":\"create\",\"id\":\"" + word + "\"}\n"),
                server.post(
                        "/v1/decisions",
                        "{\"id\":\"" + word + "\",\"agent\":\"a\",\"title\":\"t\",\"decision\":\"d\"}"),
                server.post("/v1/sessions/" + word + "/messages", "{\"role\":\"user\",\"content\":1}"),
                server.post("/v1/runs/" + word + "/snapshots", "{\"kind\":\"manual\",\"state\":{}}"),
                server.post("/v1/runs/r/snapshots", "{\"kind\":\"manual\",\"id\":\"" + word + "\",\"state\":{}}"),
                server.send("PUT", "/v1/entities/" + word + "/a", "{}"),
                server.send("PUT", "/v1/entities/a/" + word, "{}"),
                server.send("PUT", "/v1/consumers/" + word, "{}"));

        for (Answer answer : answers) {
            assertThat(answer.status()).as(answer.body()).isEqualTo(400);
            assertThat(answer.json().get("code").asText()).isEqualTo("invalid_request");
            assertThat(answer.json().get("detail").asText()).contains(word);
            assertThat(answer.json().has("parameter") || answer.json().has("pointer"))
                    .isTrue();
        }
        assertThat(server.cairn().watermarks().endOffset()).isEqualTo(end);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "history",
                "context",
                "explain",
                "messages",
                "latest",
                "*",
                "/",
                "%",
                "%2F",
                "a/..",
                "...",
                " ",
                "+",
                ";",
                "?",
                "#",
                ".",
                ".."
            })
    void shouldReachWhatWasMade(String name) throws Exception {
        String encoded = Percent.encode(name);
        String lease = "/v1/leases/" + encoded;

        String grant = raw("POST", lease, "{\"holder\":\"ann\",\"ttlMs\":60000}");
        String task = raw("POST", "/v1/tasks", "{\"id\":" + text(name) + "}");

        assertThat(grant).startsWith("HTTP/1.1 200").contains("\"lease\":" + text(name) + ",");
        assertThat(task).startsWith("HTTP/1.1 201").contains("\"id\":" + text(name) + ",");
        for (String path : List.of(encoded, encoded.replace(".", "%2E"))) {
            assertThat(raw("GET", "/v1/leases/" + path, ""))
                    .startsWith("HTTP/1.1 200")
                    .contains("\"name\":" + text(name) + ",");
            assertThat(raw("GET", "/v1/tasks/" + path, ""))
                    .startsWith("HTTP/1.1 200")
                    .contains("\"id\":" + text(name) + ",");
            assertThat(raw("GET", "/v1/tasks/" + path + "/history", ""))
                    .startsWith("HTTP/1.1 200")
                    .contains("\"key\":" + text(name) + ",");
        }
    }
}
