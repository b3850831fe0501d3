package dev.cairn.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cairn.server.TestServer.Answer;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClaimRoutesTest {
    private static final String CLAIM = "/v1/tasks/claim";
    private static final String ANN = "{\"agent\":\"ann\",\"ttlMs\":60000}";

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

    private void create(String id, String members) {
        assertThat(server.post("/v1/tasks", "{\"id\":\"" + id + "\"" + members + "}")
                        .status())
                .isEqualTo(201);
    }

    private static String fence(Answer claimed) {
        JsonNode lease = claimed.json().get("lease");
        return lease.get("name").asText() + "=" + lease.get("token").asLong();
    }

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
    void shouldWaitForWorkAndEndTheWaitWhenItDrains() throws Exception {
        String patient = "{\"agent\":\"ann\",\"ttlMs\":60000,\"waitMs\":60000}";
        CompletableFuture<Answer> waiting =
                CompletableFuture.supplyAsync(() -> server.post(CLAIM, patient, "Idempotency-Key", "w"));
        Awaitility.await().until(() -> server.server().waiting() == 1);
        TimeUnit.MILLISECONDS.sleep(600); // some slices
        create("a", "");

        assertThat(waiting.get(20, TimeUnit.SECONDS)
                        .json()
                        .get("task")
                        .get("id")
                        .asText())
                .isEqualTo("a");
        Awaitility.await().until(() -> server.server().waiting() == 0);
        CompletableFuture<Answer> drained = CompletableFuture.supplyAsync(() -> server.post(CLAIM, patient));
        Awaitility.await().until(() -> server.server().waiting() == 1);
        server.server().close();
        // Not 204: nobody has waited to the end, so nobody knows that there was nothing.
        assertThat(drained.get(20, TimeUnit.SECONDS).status()).isEqualTo(503);
    }

    private Socket wait(String headers) throws Exception {
        String body = "{\"agent\":\"gone\",\"ttlMs\":600000,\"waitMs\":60000}";
        Socket socket = new Socket("127.0.0.1", server.port());
        String request = "POST " + CLAIM + " HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n" + headers
                + "Content-Length: " + body.length() + "\r\n\r\n" + body;
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        Awaitility.await().until(() -> server.server().waiting() == 1);
        return socket;
    }

    @Test
    void shouldGiveNoTaskToWhoHasHungUp() throws Exception {
        wait("").close();
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> server.server().waiting() == 0);
        create("a", "");

        assertThat(server.get("/v1/tasks/a").json().get("status").asText()).isEqualTo("pending");
        assertThat(server.post(CLAIM, ANN).json().get("task").get("version").asInt())
                .isEqualTo(2);
    }

    /** Whoever hangs up as the task comes has not been seen to do so before it was taken. */
    @Test
    void shouldGiveBackWhatCameForWhoHasHungUp() throws Exception {
        for (int i = 0; i < 8; i++) {
            String id = "a" + i;
            Socket socket = wait("");
            socket.close();
            create(id, "");

            Answer claimed = server.post(CLAIM, "{\"agent\":\"ann\",\"ttlMs\":60000,\"waitMs\":20000}");

            JsonNode task = claimed.json().get("task");
            assertThat(task.get("id").asText()).isEqualTo(id);
            assertThat(task.get("owner").asText()).isEqualTo("ann");
            assertThat(task.get("attempts").asInt()).isZero();
            Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> server.server().waiting() == 0);
        }
    }

    @Test
    void shouldKeepWhatCameForWhoMayComeBackUnderItsKey() throws Exception {
        Socket socket = wait("Idempotency-Key: back\r\n");
        create("a", "");
        Awaitility.await().until(() -> server.server().waiting() == 0);
        socket.close();

        Answer back =
                server.post(CLAIM, "{\"agent\":\"gone\",\"ttlMs\":600000,\"waitMs\":60000}", "Idempotency-Key", "back");

        assertThat(back.status()).isEqualTo(200);
        assertThat(back.header("Idempotent-Replay")).isEqualTo("true");
        assertThat(server.patch("/v1/tasks/a", "{\"priority\":1}", "Cairn-Fence", fence(back))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void shouldLetOnlySoManyWait() {
        server.close();
        server = TestServer.start(directory, options -> options.waitersMax(1));
        CompletableFuture<Answer> waiting = CompletableFuture.supplyAsync(
                () -> server.post(CLAIM, "{\"agent\":\"ann\",\"ttlMs\":60000,\"waitMs\":3000}"));
        Awaitility.await().until(() -> server.server().waiting() == 1);

        Answer refused = server.post(CLAIM, "{\"agent\":\"bob\",\"ttlMs\":60000,\"waitMs\":3000}");

        assertThat(refused.status()).isEqualTo(429);
        assertThat(server.post(CLAIM, ANN).status()).isEqualTo(204);
        create("a", "");
        assertThat(waiting.join().status()).isEqualTo(200);
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
    void shouldTakeAndShowThePolicy() {
        create("a", "");
        JsonNode standard = server.get("/v1/workflow").json();
        Answer put = server.send(
                "PUT",
                "/v1/workflow",
                "{\"first\":\"pending\",\"final\":[\"done\"],\"transitions\":{\"pending\":[\"working\"],\"working\":[\"done\",\"dead\"]},"
                        + "\"claim\":{\"status\":\"working\",\"failed\":\"dead\",\"maxAttempts\":1}}");

        assertThat(standard.get("claim").toString())
                .isEqualTo("{\"status\":\"running\",\"failed\":\"failed\",\"maxAttempts\":5,\"onExpiry\":\"return\"}");
        assertThat(put.status()).as(put.body()).isEqualTo(200);
        assertThat(put.json().get("claim").toString())
                .isEqualTo("{\"status\":\"working\",\"failed\":\"dead\",\"maxAttempts\":1,\"onExpiry\":\"return\"}");
        assertThat(server.get("/v1/workflow").json()).isEqualTo(put.json());
        assertThat(server.send("PUT", "/v1/workflow", put.body()).json()).isEqualTo(put.json());
        assertThat(server.post(CLAIM, ANN).json().get("task").get("status").asText())
                .isEqualTo("working");
        assertThat(server.send("PUT", "/v1/workflow", standard.toString()).json())
                .isEqualTo(standard);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[]|/claim",
                "{\"status\":\"lost\"}|/claim/status",
                "{\"status\":\"done\"}|/claim/status",
                "{\"status\":7}|/claim/status",
                "{\"status\":\"b\",\"failed\":\"lost\"}|/claim/failed",
                "{\"status\":\"b\",\"failed\":\"a\",\"maxAttempts\":0}|/claim/maxAttempts",
                "{\"status\":\"b\",\"failed\":\"a\",\"maxAttempts\":1000001}|/claim/maxAttempts",
                "{\"status\":\"b\",\"failed\":\"a\",\"maxAttempts\":\"x\"}|/claim/maxAttempts",
                "{\"status\":\"b\",\"failed\":\"a\",\"onExpiry\":\"retry\"}|/claim/onExpiry",
                "{\"colour\":1}|/claim/colour"
            })
    void shouldRefuseAPolicyThatIsNotWellFormed(String claim, String pointer) {
        Answer refused = server.send(
                "PUT",
                "/v1/workflow",
                "{\"first\":\"a\",\"final\":[\"done\"],\"transitions\":{\"a\":[\"b\"],\"b\":[\"done\"]},\"claim\":"
                        + claim + "}");

        assertThat(refused.status()).as(refused.body()).isEqualTo(400);
        assertThat(refused.json().get("pointer").asText()).isEqualTo(pointer);
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
