package dev.cairn.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.server.TestServer.Answer;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every resource that shows a revision as its {@code ETag}: who knows it gets nothing more. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class IfNoneMatchTest {
    @TempDir
    static Path directory;

    private TestServer server;

    @BeforeAll
    void start() {
        server = TestServer.start(directory);
        server.post("/v1/tasks", "{\"id\":\"t\"}");
        server.post("/v1/leases/l", "{\"holder\":\"ann\",\"ttlMs\":60000}");
        server.post("/v1/sessions/s/messages", "{\"role\":\"user\",\"content\":\"hello\"}");
        server.post("/v1/runs/r/snapshots", "{\"kind\":\"manual\",\"id\":\"one\",\"state\":{}}");
        server.post("/v1/decisions", "{\"id\":\"d\",\"agent\":\"ann\",\"title\":\"T\",\"decision\":\"D\"}");
        server.send("PUT", "/v1/entities/e/1", "{}");
        server.send("PUT", "/v1/entities/e/2", "{}");
        server.send("PUT", "/v1/entities/e/1/links/knows/e/2", "{}");
        server.send("PUT", "/v1/consumers/g", "{}");
        server.send("PUT", "/v1/workflow", "{\"open\":true}");
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/tasks/t",
                "/v1/leases/l",
                "/v1/sessions/s",
                "/v1/runs/r",
                "/v1/runs/r/snapshots/one",
                "/v1/decisions/d",
                "/v1/entities/e/1",
                "/v1/entities/e/1/links/knows/e/2",
                "/v1/consumers/g",
                "/v1/workflow"
            })
    void shouldAnswerWithNothingNewWhatIsKnown(String path) {
        Answer first = server.get(path);
        String tag = first.header("ETag");

        Answer known = server.get(path, "If-None-Match", tag);
        Answer one = server.get(path, "If-None-Match", "\"other\", " + tag);
        Answer any = server.get(path, "If-None-Match", "*");
        Answer other = server.get(path, "If-None-Match", "\"99999\"");
        Answer broken = server.get(path, "If-None-Match", "1");

        assertThat(first.status()).as(first.body()).isEqualTo(200);
        assertThat(tag).matches("\"[0-9]+\"");
        for (Answer unchanged : new Answer[] {known, one, any}) {
            assertThat(unchanged.status()).isEqualTo(304);
            assertThat(unchanged.body()).isEmpty();
            assertThat(unchanged.header("ETag")).isEqualTo(tag);
            assertThat(unchanged.header("Cairn-Durable-Offset")).isNotEmpty();
        }
        assertThat(other.status()).isEqualTo(200);
        assertThat(other.json().get("revision")).isEqualTo(first.json().get("revision"));
        assertThat(broken.status()).isEqualTo(400);
        assertThat(broken.json().get("parameter").asText()).isEqualTo("If-None-Match");
    }
}
