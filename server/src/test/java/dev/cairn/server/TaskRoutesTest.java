package dev.cairn.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cairn.server.TestServer.Answer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TaskRoutesTest {
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

    @Test
    void shouldCreateWithLocationTagAndReceipt() {
        Answer answer = server.post(
                "/v1/tasks", "{\"id\":\"a/ä\",\"priority\":7,\"queue\":\"q\",\"metadata\":{\"k\": [1, 2]}}");

        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.header("Location")).isEqualTo("/v1/tasks/a%2F%C3%A4");
        JsonNode task = answer.json().get("task");
        JsonNode receipt = answer.json().get("receipt");
        assertThat(task.get("id").asText()).isEqualTo("a/ä");
        assertThat(task.get("status").asText()).isEqualTo("pending");
        assertThat(task.get("owner").isNull()).isTrue();
        assertThat(task.get("priority").asInt()).isEqualTo(7);
        assertThat(task.get("metadata").toString()).isEqualTo("{\"k\":[1,2]}");
        assertThat(task.get("createdAt").asText()).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}Z");
        assertThat(receipt.get("version").asLong()).isEqualTo(1);
        assertThat(receipt.get("ack").asText()).isEqualTo("durable");
        assertThat(receipt.get("durableOffset").asLong())
                .isGreaterThanOrEqualTo(receipt.get("offset").asLong());
        assertThat(answer.header("ETag"))
                .isEqualTo("\"" + receipt.get("revision").asLong() + "\"");
        assertThat(Long.parseLong(answer.header("Cairn-Durable-Offset")))
                .isGreaterThanOrEqualTo(receipt.get("offset").asLong());
        assertThat(server.get(answer.header("Location")).json()).isEqualTo(task);
    }

    @Test
    void shouldMakeAnIdWhereNoneIsGivenAndRepeatIt() {
        Answer first = server.post("/v1/tasks", "{}", "Idempotency-Key", "no id");
        Answer again = server.post("/v1/tasks", "{}", "Idempotency-Key", "no id");

        assertThat(first.json().get("task").get("id").asText()).matches("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f-]{18,}");
        assertThat(again.status()).isEqualTo(201);
        assertThat(again.body()).isEqualTo(first.body());
        assertThat(again.header("Location")).isEqualTo(first.header("Location"));
        assertThat(again.header("Idempotent-Replay")).isEqualTo("true");
        assertThat(first.header("Idempotent-Replay")).isEmpty();
    }

    @Test
    void shouldRepeatTheFirstAnswerAlsoAfterLaterChanges() {
        server.post("/v1/tasks", "{\"id\":\"replay\"}");
        Answer first = server.patch("/v1/tasks/replay", "{\"status\":\"running\"}", "Idempotency-Key", "r1");
        server.patch("/v1/tasks/replay", "{\"status\":\"failed\"}");

        Answer again = server.patch("/v1/tasks/replay", "{\"status\":\"running\"}", "Idempotency-Key", "r1");
        Answer other = server.patch("/v1/tasks/replay", "{\"status\":\"failed\"}", "Idempotency-Key", "r1");

        assertThat(again.body()).isEqualTo(first.body());
        assertThat(again.header("ETag")).isEqualTo(first.header("ETag"));
        assertThat(other.status()).isEqualTo(422);
        JsonNode outcome = server.get("/v1/operations/r1").json();
        assertThat(outcome.get("outcome").asText()).isEqualTo("committed");
        assertThat(outcome.get("receipt")).isEqualTo(first.json().get("receipt"));
    }

    @Test
    void shouldTakeNullForWhatEmptiesMetadata() {
        server.post("/v1/tasks", "{\"id\":\"emptied\",\"metadata\":{\"a\":1,\"b\\n\":{\"c\":[2]},\"\":null}}");
        String path = "/v1/tasks/emptied";

        Answer answer = server.patch(path, "{\"metadata\":null,\"owner\":\"ann\"}");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().at("/task/metadata").toString()).isEqualTo("{}");
        assertThat(server.get(path).json()).isEqualTo(answer.json().get("task"));
        server.patch(path, "{\"metadata\":{\"x\":1}}");
        String line = "{\"op\":\"upsert\",\"id\":\"%s\",\"metadata\":null}\n";
        server.lines("/v1/batch", String.format(line, "emptied") + String.format(line, "begun empty"));
        for (String id : new String[] {"emptied", "begun%20empty"}) {
            assertThat(server.get("/v1/tasks/" + id).json().get("metadata").toString())
                    .isEqualTo("{}");
        }
        assertThat(server.post("/v1/tasks", "{\"metadata\":7}").status()).isEqualTo(400);
    }

    @Test
    void shouldMergeMetadataAndRecordWhoAndWhen() {
        server.post("/v1/tasks", "{\"id\":\"merge\",\"metadata\":{\"a\":1,\"b\":{\"c\":2}}}");

        Answer answer = server.patch(
                "/v1/tasks/merge",
                "{\"metadata\":{\"a\":null,\"b\":{\"d\":3}},\"owner\":\"ann\",\"occurredAt\":\"2020-01-01T01:00:00+01:00\"}",
                "Content-Type",
                "application/merge-patch+json",
                "Cairn-Actor",
                "agent 7");

        assertThat(answer.json().get("task").get("metadata").toString()).isEqualTo("{\"b\":{\"c\":2,\"d\":3}}");
        JsonNode record = server.get("/v1/tasks/merge/history?limit=1")
                .json()
                .get("records")
                .get(0);
        assertThat(record.get("actor").asText()).isEqualTo("agent 7");
        assertThat(record.get("occurredAt").asText()).isEqualTo("2020-01-01T00:00:00.000000Z");
        assertThat(server.patch("/v1/tasks/merge", "{\"owner\":null}")
                        .json()
                        .get("task")
                        .get("owner")
                        .isNull())
                .isTrue();
    }

    @Test
    void shouldLookBackByOffsetAndTime() {
        JsonNode created = server.post("/v1/tasks", "{\"id\":\"past\"}").json();
        server.patch("/v1/tasks/past", "{\"priority\":9}");

        String at = created.get("task").get("updatedAt").asText();
        long offset = created.get("receipt").get("offset").asLong();

        assertThat(server.get("/v1/tasks/past?asOf=" + offset).json()).isEqualTo(created.get("task"));
        assertThat(server.get("/v1/tasks/past?asOf=" + at)
                        .json()
                        .get("priority")
                        .asInt())
                .isZero();
        assertThat(server.get("/v1/tasks/past?asOf=" + (offset - 1)).status()).isEqualTo(404);
        assertThat(server.get("/v1/tasks/past?asOf=99999999").status()).isEqualTo(400);
        assertThat(server.get("/v1/tasks/past?asOf=yesterday")
                        .json()
                        .get("parameter")
                        .asText())
                .isEqualTo("asOf");
    }

    @Test
    void shouldPageThroughHistoryNewestFirst() {
        server.post("/v1/tasks", "{\"id\":\"long\"}");
        for (int i = 1; i < 5; i++) {
            server.patch("/v1/tasks/long", "{\"priority\":" + i + "}");
        }

        JsonNode first = server.get("/v1/tasks/long/history?limit=3").json();
        JsonNode second = server.get("/v1/tasks/long/history?limit=3&cursor="
                        + first.get("next").asText())
                .json();

        assertThat(first.get("records").get(0).get("version").asInt()).isEqualTo(5);
        assertThat(first.get("records")).hasSize(3);
        assertThat(second.get("records")).hasSize(2);
        assertThat(second.get("records").get(1).get("type").asText()).isEqualTo("created");
        assertThat(second.get("next").isNull()).isTrue();
        assertThat(server.get("/v1/tasks/long/history?limit=5")
                        .json()
                        .get("next")
                        .isNull())
                .isTrue();
        assertThat(server.get("/v1/tasks/long/history?cursor=oops")
                        .json()
                        .get("parameter")
                        .asText())
                .isEqualTo("cursor");
        assertThat(server.get("/v1/tasks/never/history").status()).isEqualTo(404);
    }

    /** Records may be large: what a page holds is bounded by their size as well. */
    @Test
    void shouldEndAPageOfLargeRecordsBeforeTheLimit(@TempDir Path large) {
        try (TestServer roomy = TestServer.startForLargeDocuments(large)) {
            roomy.post("/v1/tasks", "{\"id\":\"big\"}");
            String patch = "{\"metadata\":{\"text\":\"" + "x".repeat(900_000) + "\"}}";
            for (int i = 0; i < 12; i++) {
                assertThat(roomy.patch("/v1/tasks/big?ack=accepted", patch).status())
                        .isEqualTo(200);
            }

            JsonNode first = roomy.get("/v1/tasks/big/history?limit=1000").json();
            JsonNode second = roomy.get("/v1/tasks/big/history?limit=1000&cursor="
                            + first.get("next").asText())
                    .json();

            assertThat(first.get("records")).hasSize(10);
            assertThat(second.get("records").findValuesAsText("version")).containsExactly("3", "2", "1");
            assertThat(second.get("next").isNull()).isTrue();
        }
    }

    @Test
    void shouldRefuseACursorOfAnotherList() {
        for (String id : List.of("one", "two")) {
            server.post("/v1/tasks", "{\"id\":\"" + id + "\"}");
            server.patch("/v1/tasks/" + id, "{\"priority\":1}");
            server.post("/v1/leases/" + id, "{\"holder\":\"ann\",\"ttlMs\":60000}");
        }
        String cursor =
                server.get("/v1/tasks/one/history?limit=1").json().get("next").asText();

        assertThat(server.get("/v1/tasks/%6fne/history?cursor=" + cursor).json().get("records"))
                .hasSize(1);
        for (String other : List.of("/v1/tasks/two/history", "/v1/leases/one/history", "/v1/tasks")) {
            Answer refused = server.get(other + "?cursor=" + cursor);
            assertThat(refused.status()).as(refused.body()).isEqualTo(400);
            assertThat(refused.json().get("parameter").asText()).isEqualTo("cursor");
        }
    }

    @Test
    void shouldKeepHistoryAndVersionsOverDeletion() {
        server.post("/v1/tasks", "{\"id\":\"gone\"}");

        assertThat(server.delete("/v1/tasks/gone")
                        .json()
                        .get("receipt")
                        .get("version")
                        .asInt())
                .isEqualTo(2);
        assertThat(server.get("/v1/tasks/gone").status()).isEqualTo(404);
        assertThat(server.get("/v1/tasks/gone/history").json().get("records")).hasSize(2);
        assertThat(server.post("/v1/tasks", "{\"id\":\"gone\"}")
                        .json()
                        .get("task")
                        .get("version")
                        .asInt())
                .isEqualTo(3);
    }

    @Test
    void shouldHoldWritesToTheirExpectations() {
        JsonNode created = server.post("/v1/tasks", "{\"id\":\"cas\"}").json();
        String tag = "\"" + created.get("receipt").get("revision").asLong() + "\"";

        Answer stale = server.patch("/v1/tasks/cas", "{\"priority\":1}", "If-Match", "\"999999\"");
        Answer weak = server.patch("/v1/tasks/cas", "{\"priority\":1}", "If-Match", "W/" + tag);
        Answer several = server.patch("/v1/tasks/cas", "{\"priority\":1}", "If-Match", "\"x\", " + tag);
        Answer missing = server.patch("/v1/tasks/never", "{\"priority\":1}", "If-Match", "*");
        Answer any = server.patch("/v1/tasks/cas", "{\"priority\":2}", "If-Match", "*");
        Answer both = server.patch("/v1/tasks/cas", "{\"expectedVersion\":1}", "If-Match", tag);
        Answer unquoted = server.patch("/v1/tasks/cas", "{\"priority\":1}", "If-Match", "12");
        Answer old = server.patch("/v1/tasks/cas", "{\"expectedVersion\":1}");
        Answer none = server.patch("/v1/tasks/cas", "{\"expectedVersion\":\"none\"}");
        Answer exists = server.patch("/v1/tasks/cas", "{\"expectedVersion\":\"exists\"}");

        assertThat(stale.status()).isEqualTo(412);
        assertThat(stale.json().get("revision"))
                .isEqualTo(created.get("receipt").get("revision"));
        assertThat(weak.status()).isEqualTo(412);
        assertThat(several.status()).isEqualTo(200);
        assertThat(missing.status()).isEqualTo(412);
        assertThat(missing.json().get("revision").asInt()).isEqualTo(-1);
        assertThat(any.status()).isEqualTo(200);
        assertThat(both.status()).isEqualTo(400);
        assertThat(unquoted.status()).isEqualTo(400);
        assertThat(old.status()).isEqualTo(409);
        assertThat(old.json().get("expected").asLong()).isEqualTo(1);
        assertThat(old.json().get("actual").asInt()).isEqualTo(3);
        assertThat(none.status()).isEqualTo(409);
        assertThat(exists.status()).isEqualTo(200);
    }

    @Test
    void shouldWaitForAChange() throws Exception {
        Answer created = server.post("/v1/tasks", "{\"id\":\"wait\"}");
        String tag = created.header("ETag");

        Answer unchanged = server.get("/v1/tasks/wait?waitMs=50", "If-None-Match", tag);
        CompletableFuture<Answer> waiting =
                CompletableFuture.supplyAsync(() -> server.get("/v1/tasks/wait?waitMs=30000", "If-None-Match", tag));
        server.patch("/v1/tasks/wait", "{\"priority\":1}");
        Answer changed = waiting.get(20, TimeUnit.SECONDS);

        assertThat(unchanged.status()).isEqualTo(304);
        assertThat(unchanged.body()).isEmpty();
        assertThat(unchanged.header("ETag")).isEqualTo(tag);
        assertThat(changed.status()).isEqualTo(200);
        assertThat(changed.json().get("priority").asInt()).isEqualTo(1);
    }

    @Test
    void shouldAnswerHeadLikeGetWithoutABody() {
        server.post("/v1/tasks", "{\"id\":\"head\"}");

        Answer head = server.send("HEAD", "/v1/tasks/head", null);

        assertThat(head.status()).isEqualTo(200);
        assertThat(head.header("ETag")).isNotEmpty();
        assertThat(head.body()).isEmpty();
        assertThat(server.send("HEAD", "/v1/tasks/never", null).status()).isEqualTo(404);
    }

    @Test
    void shouldAcknowledgeAsAsked() {
        Answer accepted = server.post("/v1/tasks?ack=accepted", "{\"id\":\"quick\"}");

        assertThat(accepted.json().get("receipt").get("ack").asText()).isIn("accepted", "durable");
        assertThat(server.post("/v1/tasks?ack=maybe", "{}")
                        .json()
                        .get("parameter")
                        .asText())
                .isEqualTo("ack");
    }

    @Test
    void shouldShowTheWorkflow() {
        JsonNode workflow = server.get("/v1/workflow").json();

        assertThat(workflow.get("first").asText()).isEqualTo("pending");
        assertThat(workflow.get("final")).hasSize(2);
        assertThat(workflow.get("transitions").get("failed").get(0).asText()).isEqualTo("pending");
    }
}
