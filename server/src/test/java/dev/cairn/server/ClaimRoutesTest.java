package dev.cairn.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cairn.server.TestServer.Answer;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Claims over HTTP: what is taken, what is answered, and what is refused. */
class ClaimRoutesTest extends ServedTasks {
    @Test
    void shouldMoveAndLeaseInOneStep() {
        create("low", ",\"priority\":-1");
        create("first", ",\"priority\":3");
        create("second", ",\"priority\":3");

        Answer claimed = server.post(CLAIM, ANN);

        assertThat(claimed.status()).isEqualTo(200);
        JsonNode task = claimed.json().get("task");
        JsonNode receipt = claimed.json().get("receipt");
        JsonNode lease = claimed.json().get("lease");
        assertThat(task.get("id").asText()).isEqualTo("first");
        assertThat(task.get("status").asText()).isEqualTo("running");
        assertThat(task.get("owner").asText()).isEqualTo("ann");
        assertThat(task.get("attempts").asInt()).isZero();
        assertThat(server.get("/v1/tasks/first").json()).isEqualTo(task);
        assertThat(lease.get("name").asText()).isEqualTo("task:first");
        assertThat(lease.get("token").asLong()).isEqualTo(receipt.get("offset").asLong() + 1);
        assertThat(Instant.parse(lease.get("expiresAt").asText()))
                .isBetween(Instant.now().plusSeconds(30), Instant.now().plusSeconds(60));
        assertThat(receipt.get("ack").asText()).isEqualTo("durable");
        assertThat(receipt.get("version").asLong()).isEqualTo(2);
        assertThat(claimed.header("ETag"))
                .isEqualTo("\"" + receipt.get("revision").asLong() + "\"");
        JsonNode record = server.get("/v1/tasks/first/history?limit=1")
                .json()
                .get("records")
                .get(0);
        assertThat(record.get("type").asText()).isEqualTo("claimed");
        assertThat(record.get("actor").asText()).isEqualTo("ann");
        assertThat(server.post(CLAIM, ANN).json().get("task").get("id").asText())
                .isEqualTo("second");
        assertThat(server.post(CLAIM, ANN).json().get("task").get("id").asText())
                .isEqualTo("low");
    }

    @Test
    void shouldAnswerWithNothingWhenThereIsNothing() {
        create("elsewhere", ",\"queue\":\"q\"");

        Answer none = server.post(CLAIM, ANN);
        Answer patient = server.post(CLAIM, "{\"agent\":\"ann\",\"ttlMs\":60000,\"waitMs\":60}");

        assertThat(none.status()).isEqualTo(204);
        assertThat(none.body()).isEmpty();
        assertThat(none.header("Cairn-Durable-Offset")).isNotEmpty();
        assertThat(patient.status()).isEqualTo(204);
        assertThat(server.post(
                                CLAIM,
                                "{\"agent\":\"ann\",\"ttlMs\":60000,\"queue\":\"q\",\"status\":null,\"waitMs\":null}")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void shouldRepeatTheFirstAnswerAlsoWhenTheTaskHasMovedOn() {
        create("a", "");
        create("b", "");

        Answer first = server.post(CLAIM, ANN, "Idempotency-Key", "c1");
        server.patch("/v1/tasks/a", "{\"status\":\"completed\"}", "Cairn-Fence", fence(first));
        Answer again = server.post(CLAIM, ANN, "Idempotency-Key", "c1");
        Answer other = server.post(CLAIM, "{\"agent\":\"bob\",\"ttlMs\":60000}", "Idempotency-Key", "c1");

        assertThat(again.status()).isEqualTo(200);
        assertThat(again.body()).isEqualTo(first.body());
        assertThat(again.header("Idempotent-Replay")).isEqualTo("true");
        assertThat(first.header("Idempotent-Replay")).isEmpty();
        assertThat(other.status()).isEqualTo(422);
        assertThat(server.get("/v1/operations/c1").json().get("receipt"))
                .isEqualTo(first.json().get("receipt"));
        server.close();
        server = TestServer.start(directory);
        assertThat(server.post(CLAIM, ANN, "Idempotency-Key", "c1").body()).isEqualTo(first.body());
    }

    @Test
    void shouldBeDurableWhateverTheRequestSays() {
        create("a", "");

        assertThat(server.post(CLAIM + "?ack=accepted", ANN)
                        .json()
                        .get("receipt")
                        .get("ack")
                        .asText())
                .isEqualTo("durable");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{}|/agent",
                "{\"agent\":\"a\"}|/ttlMs",
                "{\"ttlMs\":1000}|/agent",
                "{\"agent\":null,\"ttlMs\":1000}|/agent",
                "{\"agent\":7,\"ttlMs\":1000}|/agent",
                "{\"agent\":\"\",\"ttlMs\":1000}|/agent",
                "{\"agent\":\"a\\n\",\"ttlMs\":1000}|/agent",
                "{\"agent\":\"a\",\"ttlMs\":99}|/ttlMs",
                "{\"agent\":\"a\",\"ttlMs\":2592000001}|/ttlMs",
                "{\"agent\":\"a\",\"ttlMs\":\"1s\"}|/ttlMs",
                "{\"agent\":\"a\",\"ttlMs\":null}|/ttlMs",
                "{\"agent\":\"a\",\"ttlMs\":1000.5}|/ttlMs",
                "{\"agent\":\"a\",\"ttlMs\":1000,\"waitMs\":-1}|/waitMs",
                "{\"agent\":\"a\",\"ttlMs\":1000,\"waitMs\":300001}|/waitMs",
                "{\"agent\":\"a\",\"ttlMs\":1000,\"queue\":\"\"}|/queue",
                "{\"agent\":\"a\",\"ttlMs\":1000,\"queue\":[]}|/queue",
                "{\"agent\":\"a\",\"ttlMs\":1000,\"status\":\"unheard-of\"}|/status",
                "{\"agent\":\"a\",\"ttlMs\":1000,\"status\":\"completed\"}|/status",
                "{\"agent\":\"a\",\"ttlMs\":1000,\"status\":\"\"}|/status",
                "{\"agent\":\"a\",\"ttlMs\":1000,\"holder\":\"b\"}|/holder",
                "{\"agent\":\"a\",\"ttlMs\":1000,\"occurredAt\":\"noon\"}|/occurredAt",
                "{\"agent\":\"a\",\"agent\":\"b\",\"ttlMs\":1000}|/agent",
                "{\"agent\":\"a\",\"ttlMs\":1000,\"expectedVersion\":1}|/expectedVersion",
                "{\"agent\":\"a\",\"expectedVersion\":\"exists\",\"ttlMs\":1000}|/expectedVersion",
                "{\"agent\":\"a\",\"ttlMs\":1000,\"expectedVersion\":\"none\"}|/expectedVersion",
                "{\"expectedRevision\":7,\"agent\":\"a\",\"ttlMs\":1000}|/expectedRevision",
                "{\"agent\":\"a\",\"ttlMs\":1000,\"expectedRevision\":-1}|/expectedRevision"
            })
    void shouldRefuseWhatIsNotWellFormed(String body, String pointer) {
        create("a", "");
        long end = server.cairn().watermarks().endOffset();

        Answer refused = server.post(CLAIM, body);

        assertThat(refused.status()).as(refused.body()).isEqualTo(400);
        assertThat(refused.json().get("code").asText()).isEqualTo("invalid_request");
        assertThat(refused.json().get("pointer").asText()).isEqualTo(pointer);
        assertThat(refused.json().get("detail").asText()).contains("expected");
        assertThat(server.cairn().watermarks().endOffset()).isEqualTo(end);
    }

    @Test
    void shouldSayWhatCannotBeClaimedOrIsNotHere() {
        Answer transition = server.post(CLAIM, "{\"agent\":\"a\",\"ttlMs\":1000,\"status\":\"running\"}");
        Answer get = server.get(CLAIM);
        Answer unknown = server.post(CLAIM + "?now=1", ANN);

        assertThat(transition.status()).isEqualTo(409);
        assertThat(transition.json().get("code").asText()).isEqualTo("invalid_transition");
        assertThat(transition.json().get("from").asText()).isEqualTo("running");
        for (Answer other : java.util.List.of(
                get, server.patch(CLAIM, "{}"), server.delete(CLAIM), server.send("PUT", CLAIM, "{}"))) {
            assertThat(other.status()).as(other.body()).isEqualTo(405);
            assertThat(other.header("Allow")).isEqualTo("POST");
        }
        assertThat(unknown.json().get("parameter").asText()).isEqualTo("now");
        for (String tag : java.util.List.of("*", "\"7\"", "\"7\", \"8\"", "7")) {
            Answer conditional = server.post(CLAIM, ANN, "If-Match", tag);
            assertThat(conditional.status()).as(conditional.body()).isEqualTo(400);
            assertThat(conditional.json().get("parameter").asText()).isEqualTo("If-Match");
        }
        assertThat(server.post(CLAIM, "{\"agent\":\"a\",\"ttlMs\":1000,\"expectedVersion\":\"any\"}")
                        .status())
                .isEqualTo(204);
        assertThat(server.post(CLAIM, ANN, "Cairn-Fence", "other=7").status()).isEqualTo(409);
        assertThat(server.post(CLAIM, ANN, "Content-Type", "text/plain").status())
                .isEqualTo(415);
    }

    @Test
    void shouldBeForbiddenWhereNothingIsWritten() {
        create("a", "");
        try (TestServer reading =
                TestServer.start(directory, dev.cairn.CairnOptions.builder().readOnly(true), options -> options)) {
            assertThat(reading.post(CLAIM, ANN).status()).isEqualTo(403);
            assertThat(reading.post(CLAIM, "{\"agent\":\"ann\",\"ttlMs\":60000,\"waitMs\":50}")
                            .status())
                    .isEqualTo(403);
        }
    }

    @Test
    void shouldGiveNoTaskToTwoClients() {
        int count = 60;
        for (int i = 0; i < count; i++) {
            create("t" + i, "");
        }
        java.util.List<CompletableFuture<java.util.List<String>>> agents = new java.util.ArrayList<>();
        for (int agent = 0; agent < 4; agent++) {
            String body = "{\"agent\":\"agent-" + agent + "\",\"ttlMs\":"
                    + Duration.ofMinutes(5).toMillis() + "}";
            agents.add(CompletableFuture.supplyAsync(() -> {
                java.util.List<String> mine = new java.util.ArrayList<>();
                for (Answer claimed = server.post(CLAIM, body);
                        claimed.status() == 200;
                        claimed = server.post(CLAIM, body)) {
                    mine.add(claimed.json().get("task").get("id").asText());
                }
                return mine;
            }));
        }
        assertThat(agents.stream().flatMap(agent -> agent.join().stream()))
                .hasSize(count)
                .doesNotHaveDuplicates();
    }
}
