package dev.cairn.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cairn.server.TestServer.Answer;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkflowRoutesTest {
    private static final String PATH = "/v1/workflow";
    private static final String OPEN = "{\"open\":true}";
    private static final String SHORT = "{\"first\":\"new\",\"final\":[\"done\"],\"transitions\":{\"new\":[\"done\"]}}";

    @TempDir
    Path directory;

    private TestServer server;

    @BeforeEach
    void start() {
        server = TestServer.start(directory);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private Answer put(String body, String... headers) {
        return server.send("PUT", PATH, body, headers);
    }

    private long end() {
        return server.cairn().watermarks().endOffset();
    }

    private JsonNode inForce() {
        return server.get(PATH).json();
    }

    @Test
    void shouldRememberTheKey() {
        Answer first = put(OPEN, "Idempotency-Key", "one");
        put(SHORT);
        long end = end();

        Answer repeat = put(OPEN, "Idempotency-Key", "one");
        Answer other = put(SHORT, "Idempotency-Key", "one");
        JsonNode outcome = server.get("/v1/operations/one").json();

        assertThat(first.status()).isEqualTo(200);
        assertThat(first.header("Idempotent-Replay")).isEmpty();
        assertThat(repeat.status()).isEqualTo(200);
        assertThat(repeat.header("Idempotent-Replay")).isEqualTo("true");
        assertThat(repeat.header("ETag")).isEqualTo(first.header("ETag"));
        assertThat(repeat.body()).isEqualTo(first.body());
        assertThat(other.status()).isEqualTo(422);
        assertThat(outcome.get("outcome").asText()).isEqualTo("committed");
        assertThat(end()).isEqualTo(end);
        assertThat(inForce().get("first").asText()).isEqualTo("new");
    }

    @Test
    void shouldRememberTheKeyAlsoWhereTheWorkflowIsInForceAlready() {
        put(OPEN);

        put(OPEN, "Idempotency-Key", "one");
        Answer repeat = put(OPEN, "Idempotency-Key", "one");

        assertThat(server.get("/v1/operations/one").json().get("outcome").asText())
                .isEqualTo("committed");
        assertThat(repeat.header("Idempotent-Replay")).isEqualTo("true");
    }

    @Test
    void shouldPutNothingWhereTheTagIsAnother() {
        String first = put(OPEN).header("ETag");
        String second = put(SHORT, "If-Match", first).header("ETag");
        long end = end();

        Answer stale = put(OPEN, "If-Match", first);
        Answer staleOfSeveral = put(OPEN, "If-Match", first + ", \"999999\"");
        Answer staleAndInForce = put(SHORT, "If-Match", first);
        Answer inForceAlready = put(SHORT, "If-Match", second);

        assertThat(stale.status()).isEqualTo(412);
        assertThat(stale.json().get("code").asText()).isEqualTo("precondition_failed");
        assertThat(staleOfSeveral.status()).isEqualTo(412);
        assertThat(staleAndInForce.status()).isEqualTo(412);
        assertThat(inForceAlready.status()).isEqualTo(200);
        assertThat(inForceAlready.header("ETag")).isEqualTo(second);
        assertThat(end()).isEqualTo(end);
        assertThat(put(OPEN, "If-Match", "*").status()).isEqualTo(200);
    }

    @Test
    void shouldHaveNoTagBeforeOneWasPut() {
        String standard = server.get(PATH).body();

        Answer same = put(standard.replace("\"open\":false,", ""));

        assertThat(server.get(PATH).header("ETag")).isEmpty();
        assertThat(server.get(PATH, "If-None-Match", "\"1\"").status()).isEqualTo(200);
        assertThat(same.status()).as(same.body()).isEqualTo(200);
        assertThat(same.header("ETag")).isEmpty();
        assertThat(same.body()).isEqualTo(standard);
        assertThat(server.get("/v1/log?topic=workflow").lines()).isEmpty();
        assertThat(put(OPEN, "If-Match", "*").status()).isEqualTo(412);
        assertThat(put("{\"open\":true,\"expectedVersion\":\"none\"}").status()).isEqualTo(200);
        assertThat(put("{\"open\":true,\"expectedVersion\":\"none\"}").status()).isEqualTo(409);
    }

    @Test
    void shouldTakeWhatEveryWriteSaysInItsBody() {
        Answer first = put("{\"occurredAt\":\"2020-01-02T03:04:05Z\",\"open\":true}");
        long revision = Long.parseLong(first.header("ETag").replace("\"", ""));

        Answer refused = put("{\"expectedRevision\":" + (revision - 1) + "," + SHORT.substring(1));
        Answer taken = put("{\"expectedRevision\":" + revision + "," + SHORT.substring(1));
        Answer twice = put("{\"open\":true,\"expectedVersion\":1}", "If-Match", taken.header("ETag"));
        Answer unknown = put("{\"open\":true,\"colour\":1}");

        assertThat(server.get("/v1/log?limit=1&from=" + revision)
                        .lines()
                        .get(0)
                        .get("occurredAt")
                        .asText())
                .startsWith("2020-01-02T03:04:05");
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.json().get("code").asText()).isEqualTo("conflict");
        assertThat(taken.status()).isEqualTo(200);
        assertThat(twice.status()).isEqualTo(400);
        assertThat(unknown.status()).isEqualTo(400);
        assertThat(unknown.json().get("pointer").asText()).isEqualTo("/colour");
        assertThat(inForce().get("first").asText()).isEqualTo("new");
    }
}
