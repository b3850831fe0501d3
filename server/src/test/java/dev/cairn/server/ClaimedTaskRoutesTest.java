package dev.cairn.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cairn.server.TestServer.Answer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;

/** What a claim keeps off its task over HTTP, and how it ends. */
class ClaimedTaskRoutesTest extends ServedTasks {
    @Test
    void shouldHoldWritesToTheClaim() {
        create("a", "");
        Answer claimed = server.post(CLAIM, ANN);
        String fence = fence(claimed);

        Answer held = server.patch("/v1/tasks/a", "{\"priority\":1}");
        Answer stale = server.patch("/v1/tasks/a", "{\"priority\":1}", "Cairn-Fence", "task:a=0");
        Answer deleted = server.delete("/v1/tasks/a");
        Answer created = server.post("/v1/tasks", "{\"id\":\"a\"}");
        Answer passed = server.patch("/v1/tasks/a", "{\"status\":\"completed\"}", "Cairn-Fence", fence);

        assertThat(held.status()).isEqualTo(423);
        assertThat(held.json().get("code").asText()).isEqualTo("held");
        assertThat(held.json().get("holder").asText()).isEqualTo("ann");
        assertThat(held.json().get("position").asInt()).isZero();
        // A claim tells it by the log's time, and a refusal by what is left on the monotonic clock.
        assertThat(Instant.parse(held.json().get("expiresAt").asText()))
                .isCloseTo(
                        Instant.parse(
                                claimed.json().get("lease").get("expiresAt").asText()),
                        within(2, ChronoUnit.SECONDS));
        assertThat(stale.status()).isEqualTo(409);
        assertThat(stale.json().get("code").asText()).isEqualTo("stale_token");
        assertThat(stale.json().get("current"))
                .isEqualTo(claimed.json().get("lease").get("token"));
        assertThat(deleted.status()).isEqualTo(423);
        assertThat(created.status()).isEqualTo(423);
        assertThat(passed.status()).isEqualTo(200);
        Answer late = server.patch("/v1/tasks/a", "{\"priority\":1}", "Cairn-Fence", fence);
        assertThat(late.status()).isEqualTo(409);
        assertThat(late.json().get("current").isNull()).isTrue();
        assertThat(server.patch("/v1/tasks/a", "{\"priority\":1}").status()).isEqualTo(200);
    }

    /** Key, fence, expectation, workflow: each refusal is seen only when those before it are gone. */
    @Test
    void shouldCheckInTheOrderOfTheContract() {
        create("a", "");
        String fence = fence(server.post(CLAIM, ANN, "Idempotency-Key", "used"));
        String wrong = "{\"expectedVersion\":9,\"status\":\"pending\"}";

        assertProblem(422, "operation_mismatch", wrong, "Cairn-Fence", "task:a=0", "Idempotency-Key", "used");
        assertProblem(409, "stale_token", wrong, "Cairn-Fence", "task:a=0");
        assertProblem(423, "held", wrong);
        assertProblem(409, "conflict", wrong, "Cairn-Fence", fence);
        assertProblem(
                412, "precondition_failed", "{\"status\":\"pending\"}", "Cairn-Fence", fence, "If-Match", "\"0\"");
        assertProblem(409, "invalid_transition", "{\"status\":\"pending\"}", "Cairn-Fence", fence);
        assertProblem(400, "invalid_request", "{\"priority\":1}", "Cairn-Fence", "task:b=*");
    }

    private void assertProblem(int status, String code, String body, String... headers) {
        Answer answer = server.patch("/v1/tasks/a", body, headers);
        assertThat(answer.json().get("code").asText()).as(answer.body()).isEqualTo(code);
        assertThat(answer.status()).isEqualTo(status);
    }

    @Test
    void shouldRevokeByAnyToken() {
        create("a", "");
        String fence = fence(server.post(CLAIM, ANN));

        Answer revoked = server.patch("/v1/tasks/a", "{\"priority\":7}", "Cairn-Fence", "task:a=*");

        assertThat(revoked.status()).isEqualTo(200);
        JsonNode task = server.get("/v1/tasks/a").json();
        assertThat(task.get("status").asText()).isEqualTo("pending");
        assertThat(task.get("owner").isNull()).isTrue();
        assertThat(task.get("attempts").asInt()).isZero();
        assertThat(revoked.json().get("task")).isEqualTo(task);
        assertThat(server.patch("/v1/tasks/a", "{}", "If-Match", revoked.header("ETag"))
                        .status())
                .isEqualTo(200);
        assertThat(server.patch("/v1/tasks/a", "{}", "Cairn-Fence", fence).status())
                .isEqualTo(409);
        server.post(CLAIM, ANN);
        server.patch("/v1/tasks/a", "{\"status\":\"blocked\"}", "Cairn-Fence", "task:a=*");
        assertThat(server.get("/v1/tasks/a").json().get("status").asText()).isEqualTo("blocked");
        assertThat(server.patch("/v1/tasks/a", "{}").status()).isEqualTo(200);
    }

    @Test
    void shouldHoldTheLinesOfABatchToTheClaim() {
        create("a", "");
        String fence = fence(server.post(CLAIM, ANN));
        String lines =
                "{\"op\":\"patch\",\"id\":\"a\",\"priority\":2}\n{\"op\":\"check\",\"id\":\"a\",\"expectedVersion\":\"exists\"}\n"
                        + "{\"op\":\"create\",\"id\":\"b\"}\n";

        Answer without = server.lines("/v1/batch", lines);
        Answer atomic = server.lines("/v1/batch?atomic=true", lines);
        Answer with = server.lines("/v1/batch", lines.replace("\"b\"", "\"c\""), "Cairn-Fence", fence);
        Answer ends = server.lines(
                "/v1/batch",
                "{\"op\":\"patch\",\"id\":\"a\",\"status\":\"completed\"}\n{\"op\":\"patch\",\"id\":\"a\"}\n",
                "Cairn-Fence",
                fence);

        assertThat(without.lines())
                .extracting(line -> line.get("status").asInt())
                .containsExactly(423, 200, 201);
        assertThat(without.lines().get(0).get("problem").get("holder").asText()).isEqualTo("ann");
        assertThat(atomic.status()).isEqualTo(423);
        assertThat(atomic.json().get("index").asInt()).isZero();
        assertThat(with.lines()).extracting(line -> line.get("status").asInt()).containsExactly(200, 200, 201);
        assertThat(ends.lines()).extracting(line -> line.get("status").asInt()).containsExactly(200, 409);
    }

    @Test
    void shouldReturnWhatExpires() {
        create("a", "");
        String fence = fence(server.post(CLAIM, "{\"agent\":\"ann\",\"ttlMs\":120}"));

        Answer second = server.post(CLAIM, "{\"agent\":\"bob\",\"ttlMs\":60000,\"waitMs\":30000}");

        assertThat(second.json().get("task").get("attempts").asInt()).isEqualTo(1);
        assertThat(second.json().get("task").get("owner").asText()).isEqualTo("bob");
        assertThat(server.patch("/v1/tasks/a", "{}", "Cairn-Fence", fence).status())
                .isEqualTo(409);
        JsonNode returned =
                server.get("/v1/tasks/a/history?limit=2").json().get("records").get(1);
        assertThat(returned.get("type").asText()).isEqualTo("returned");
        assertThat(returned.get("payload").toString())
                .isEqualTo("{\"status\":\"pending\",\"owner\":null,\"because\":\"expired\",\"attempts\":1}");
    }
}
