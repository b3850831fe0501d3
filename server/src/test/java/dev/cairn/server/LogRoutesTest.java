package dev.cairn.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cairn.server.TestServer.Answer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogRoutesTest {
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

    private void append(String key, int payload) {
        server.post("/v1/topics/news/records", "{\"key\":\"" + key + "\",\"payload\":" + payload + "}");
    }

    @Test
    void shouldAppendOneRecordOrMany() {
        Answer one = server.post("/v1/topics/n%2F1/records", "{\"key\":\"a\",\"type\":\"t\",\"payload\":{\"x\": 1}}");
        Answer many = server.lines(
                "/v1/topics/n%2F1/records", "{\"key\":\"a\",\"payload\":null}\n{\"key\":\"b\",\"payload\":\"s\"}\n");

        assertThat(one.status()).isEqualTo(201);
        assertThat(one.json().get("receipt"))
                .isEqualTo(one.json().get("receipts").get(0));
        assertThat(many.status()).isEqualTo(201);
        assertThat(many.json().get("receipts")).hasSize(2);
        assertThat(many.json().get("receipts").get(0).get("version").asInt()).isEqualTo(2);
        List<JsonNode> records = server.get("/v1/log?topic=n%2F1").lines();
        assertThat(records)
                .extracting(record -> record.get("payload").toString())
                .containsExactly("{\"x\":1}", "null", "\"s\"");
        assertThat(records).extracting(record -> record.get("type").asText()).containsExactly("t", "record", "record");
    }

    @Test
    void shouldAppendLinesUpToTheFirstThatIsRefused() {
        append("first", 0);
        long end = server.cairn().watermarks().endOffset();
        Answer refused = server.lines("/v1/topics/n/records", "{\"key\":\"a\",\"payload\":1}\n{\"key\":\"a\"}\n");
        assertThat(server.cairn().watermarks().endOffset()).isEqualTo(end);
        String many = IntStream.range(0, 5_000)
                .mapToObj(i -> "{\"key\":\"a\",\"payload\":" + i + "}\n")
                .collect(Collectors.joining());

        Answer later = server.lines("/v1/topics/n/records", many + "{\"key\":\"a\"}\n");
        Answer conflict =
                server.lines("/v1/topics/m/records", many + "{\"key\":\"a\",\"payload\":1,\"expectedVersion\":1}\n");

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.json().get("index").asInt()).isEqualTo(1);
        assertThat(later.status()).isEqualTo(201);
        assertThat(later.json().get("receipts")).hasSize(5_000);
        assertThat(later.json().get("problem").get("index").asInt()).isEqualTo(5_000);
        assertThat(server.cairn().watermarks().endOffset()).isEqualTo(end + 10_000);
        assertThat(conflict.json().get("receipts")).hasSize(5_000);
        assertThat(conflict.json().get("problem").get("status").asInt()).isEqualTo(409);
        assertThat(conflict.json().get("problem").get("index").asInt()).isEqualTo(5_000);
    }

    @Test
    void shouldHoldAppendsToTheNewestRecordOfTheirKey() {
        append("k", 1);

        assertThat(server.post("/v1/topics/news/records", "{\"key\":\"k\",\"payload\":2,\"expectedVersion\":\"none\"}")
                        .status())
                .isEqualTo(409);
        assertThat(server.post("/v1/topics/news/records", "{\"key\":\"k\",\"payload\":2,\"expectedVersion\":1}")
                        .status())
                .isEqualTo(201);
    }

    @Test
    void shouldReadPageByPage() {
        for (int i = 0; i < 5; i++) {
            append("k" + i % 2, i);
        }

        Answer first = server.get("/v1/log?topic=news&limit=3");
        Answer second = server.get("/v1/log?topic=news&limit=3&from=" + first.header("Cairn-Next"));
        Answer end = server.get("/v1/log?topic=news&from=" + second.header("Cairn-Next"));

        assertThat(first.header("Content-Type")).isEqualTo("application/x-ndjson");
        assertThat(first.lines()).hasSize(3);
        assertThat(second.lines()).hasSize(2);
        assertThat(end.body()).isEmpty();
        assertThat(end.header("Cairn-Next")).isEqualTo(second.header("Cairn-Next"));
        assertThat(server.get("/v1/log?from=-2").lines()).hasSize(2);
        assertThat(server.get("/v1/log?key=k1&type=record").lines()).hasSize(2);
        long from = first.lines().get(0).get("offset").asLong();
        assertThat(server.get("/v1/log?from=" + from + "&until=" + (from + 2)).lines())
                .hasSize(2);
        assertThat(server.get("/v1/log?from=-1h&topic=news").lines()).hasSize(5);
    }

    @Test
    void shouldWaitAtTheEnd() throws Exception {
        String end = server.get("/v1/log").header("Cairn-Next");

        CompletableFuture<Answer> waiting =
                CompletableFuture.supplyAsync(() -> server.get("/v1/log?topic=news&waitMs=30000&from=" + end));
        server.post("/v1/tasks", "{}");
        append("k", 1);

        Answer answer = waiting.get(20, TimeUnit.SECONDS);
        assertThat(answer.lines()).hasSize(1);
        assertThat(server.get("/v1/log?waitMs=20&from=end").body()).isEmpty();
    }

    @Test
    void shouldTellWhereTheLogStands() {
        append("k", 1);

        JsonNode marks = server.get("/v1/log/watermarks").json();

        assertThat(marks.get("epoch").asInt()).isEqualTo(1);
        assertThat(marks.get("startOffset").asInt()).isZero();
        assertThat(marks.get("endOffset").asLong())
                .isEqualTo(marks.get("durableOffset").asLong() + 1);
        assertThat(marks.get("segments").asInt()).isPositive();
        assertThat(marks.get("bytes").asLong()).isPositive();
        assertThat(marks.has("projectionOffset")).isTrue();
    }

    @Test
    void shouldListAndCountTasksAsOfAnOffset() {
        for (int i = 0; i < 5; i++) {
            server.post(
                    "/v1/tasks",
                    "{\"id\":\"t" + i + "\",\"owner\":\"o" + i % 2 + "\",\"metadata\":{\"n\":\"" + i + "\"}}");
        }
        String last = server.patch("/v1/tasks/t0", "{\"status\":\"running\"}")
                .json()
                .get("receipt")
                .get("offset")
                .asText();

        JsonNode page = server.get("/v1/tasks?minOffset=" + last + "&limit=3").json();
        JsonNode rest = server.get(
                        "/v1/tasks?limit=3&cursor=" + page.get("next").asText())
                .json();

        assertThat(page.get("tasks").get(0).get("id").asText()).isEqualTo("t0");
        assertThat(page.get("tasks")).hasSize(3);
        assertThat(rest.get("tasks")).hasSize(2);
        assertThat(rest.get("next").isNull()).isTrue();
        assertThat(page.get("projectionOffset").asText()).isEqualTo(last);
        assertThat(server.get("/v1/tasks?owner=o1&order=id").json().get("tasks"))
                .hasSize(2);
        assertThat(server.get("/v1/tasks?metadata.n=3").json().get("tasks")).hasSize(1);
        assertThat(server.get("/v1/tasks?status=running&status=pending").json().get("tasks"))
                .hasSize(5);
        assertThat(server.get("/v1/tasks?status=blocked").json().get("tasks")).isEmpty();
        assertThat(server.get("/v1/tasks/count?by=status").json().get("counts").toString())
                .isEqualTo("{\"pending\":4,\"running\":1}");
        assertThat(server.get("/v1/tasks/count?owner=o0").json().get("counts").toString())
                .isEqualTo("{\"pending\":2,\"running\":1}");
    }

    @Test
    void shouldDigestTheState() {
        server.post("/v1/tasks", "{\"id\":\"t\"}");

        JsonNode root = server.get("/v1/state/root").json();

        assertThat(root.get("kinds").get("task").asText()).matches("[0-9a-f]{32}");
        assertThat(root.get("kinds").get("task").asText())
                .isEqualTo(server.cairn().stateRoot().kinds().get("task"));
    }
}
