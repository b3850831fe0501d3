package dev.cairn.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cairn.server.TestServer.Answer;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConsumerRoutesTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final String GROUP = "/v1/consumers/audit";

    @TempDir
    Path directory;

    private TestServer server;

    @BeforeEach
    void start() {
        server = TestServer.start(directory, options -> options.consumerSession(Duration.ofSeconds(3)));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private long append(String topic) {
        return server.post("/v1/topics/" + topic + "/records", "{\"key\":\"k\",\"payload\":1}")
                .json()
                .get("receipt")
                .get("offset")
                .asLong();
    }

    private Answer put(String path, String body, String... headers) {
        return server.send("PUT", path, body, headers);
    }

    private Answer commit(String next, String... headers) {
        return put(GROUP + "/offset", "{\"offset\":" + next + "}", headers);
    }

    private static List<Long> offsets(Answer page) {
        return page.lines().stream().map(line -> line.get("offset").asLong()).toList();
    }

    private String lastType() {
        return server.get("/v1/log?topic=consumer").lines().stream()
                .reduce((first, second) -> second)
                .orElseThrow()
                .get("type")
                .asText();
    }

    /** Whoever has its answer whole has read: on another connection too. */
    @Test
    void shouldBeFreeAgainOnceItHasAnswered() throws Exception {
        append("news");
        HttpRequest read =
                HttpRequest.newBuilder(server.uri(GROUP + "/records?limit=1")).build();
        List<HttpClient> connections = List.of(HttpClient.newHttpClient(), HttpClient.newHttpClient());
        for (int i = 0; i < 200; i++) {
            HttpClient connection = connections.get(i % connections.size());
            assertThat(connection
                            .send(read, HttpResponse.BodyHandlers.ofString())
                            .statusCode())
                    .as("read %d", i)
                    .isEqualTo(200);
        }
    }

    @Test
    void shouldHoldTheReadThatCreatesAGroupToItsFences() {
        append("news");
        long end = server.cairn().watermarks().endOffset();

        Answer stale = server.get(GROUP + "/records", "Cairn-Fence", "nobody=5");
        Answer malformed = server.get(GROUP + "/records", "Cairn-Fence", "nobody");

        assertThat(stale.status()).isEqualTo(409);
        assertThat(stale.json().get("code").asText()).isEqualTo("stale_token");
        assertThat(malformed.status()).isEqualTo(400);
        assertThat(server.cairn().watermarks().endOffset()).isEqualTo(end);
        long token = server.post("/v1/leases/shift", "{\"holder\":\"ann\",\"ttlMs\":60000}")
                .json()
                .get("token")
                .asLong();
        assertThat(server.get(GROUP + "/records", "Cairn-Fence", "shift=" + token)
                        .status())
                .isEqualTo(200);
        assertThat(server.get("/v1/log?topic=consumer&waitMs=20000")
                        .lines()
                        .get(0)
                        .get("fences"))
                .hasSize(1);
    }

    @Test
    void shouldTellARepeatTheLagThatWasTold() {
        append("news");
        server.get(GROUP + "/records");
        Answer first = put(GROUP + "/offset", "{\"offset\":1}", "Idempotency-Key", "move");
        append("news");

        Answer again = put(GROUP + "/offset", "{\"offset\":1}", "Idempotency-Key", "move");

        assertThat(again.body()).isEqualTo(first.body());
        assertThat(again.header("Idempotent-Replay")).isEqualTo("true");
    }

    @Test
    void shouldDeliverAgainWhatWasNotCommitted() {
        long first = append("news");
        long second = append("news");
        long third = append("news");

        Answer page = server.get(GROUP + "/records?topic=news&limit=2");
        Answer again = server.get(GROUP + "/records?limit=2");
        Answer committed = commit(again.header("Cairn-Next"));
        Answer rest = server.get(GROUP + "/records");

        assertThat(page.status()).isEqualTo(200);
        assertThat(page.header("Content-Type")).contains("application/x-ndjson");
        assertThat(offsets(page)).containsExactly(first, second);
        assertThat(page.header("Cairn-Next")).isEqualTo(String.valueOf(second + 1));
        assertThat(again.body()).isEqualTo(page.body());
        assertThat(committed.status()).isEqualTo(200);
        assertThat(committed.json().get("consumer").get("offset").asLong()).isEqualTo(second + 1);
        assertThat(committed.header("ETag"))
                .isEqualTo("\"" + committed.json().get("receipt").get("revision") + "\"");
        assertThat(lastType()).isEqualTo("committed");
        assertThat(offsets(rest)).containsExactly(third);
    }

    /** Or it would wake itself for ever: read, commit, read the commit, commit. */
    @Test
    void shouldNotDeliverRecordsOfGroups() {
        append("news");
        Answer page = server.get(GROUP + "/records");
        commit(page.header("Cairn-Next"));
        server.get("/v1/consumers/other/records");

        long begin = System.nanoTime();
        Answer end = server.get(GROUP + "/records?waitMs=300");

        assertThat(end.lines()).isEmpty();
        assertThat(System.nanoTime() - begin).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(250));
        assertThat(page.lines())
                .isNotEmpty()
                .noneMatch(record -> record.get("topic").asText().equals("consumer"));
    }

    @Test
    void shouldWaitForARecordAndKeepOthersOutMeanwhile() throws Exception {
        append("news");
        commit(server.get(GROUP + "/records").header("Cairn-Next"));
        CompletableFuture<Answer> waiting =
                CompletableFuture.supplyAsync(() -> server.get(GROUP + "/records?waitMs=20000"));
        while (server.server().waiting() == 0) {
            Thread.sleep(5);
        }

        Answer second = server.get(GROUP + "/records", "Cairn-Actor", "ann");
        JsonNode reader = server.get(GROUP).json().get("reader");
        long offset = append("news");

        assertThat(second.status()).isEqualTo(423);
        assertThat(second.json().get("code").asText()).isEqualTo("held");
        assertThat(second.json().get("holder").asText()).isEqualTo("a reader without a name");
        assertThat(second.json().get("position").asInt()).isZero();
        assertThat(second.json().hasNonNull("expiresAt")).isTrue();
        assertThat(reader.get("name").isNull()).isTrue();
        assertThat(reader.get("reading").asBoolean()).isTrue();
        assertThat(offsets(waiting.get(20, TimeUnit.SECONDS))).containsExactly(offset);
        assertThat(server.get(GROUP + "/records").status()).isEqualTo(200);
    }

    private void waitAndHangUp(String headers) throws Exception {
        try (Socket socket = new Socket("127.0.0.1", server.port())) {
            String request = "GET " + GROUP + "/records?waitMs=60000 HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            Awaitility.await().until(() -> server.server().waiting() == 1);
        }
    }

    private boolean isReading() {
        JsonNode reader = server.get(GROUP).json().get("reader");
        return reader != null && reader.path("reading").asBoolean();
    }

    @Test
    void shouldReleaseTheGroupOfWhoHangsUpWhileItWaits() throws Exception {
        append("news");
        commit(server.get(GROUP + "/records").header("Cairn-Next"));

        waitAndHangUp("");
        Awaitility.await().atMost(SOON).until(() -> !isReading());

        assertThat(server.get(GROUP + "/records").status()).isEqualTo(200);
        assertThat(server.server().waiting()).isZero();
    }

    /** As after every request of its: for the session time, and for nobody else. */
    @Test
    void shouldKeepTheGroupForANamedReaderThatHungUp() throws Exception {
        server.close();
        server = TestServer.start(directory, options -> options.consumerSession(Duration.ofSeconds(30)));
        append("news");
        commit(server.get(GROUP + "/records", "Cairn-Actor", "ann").header("Cairn-Next"));

        waitAndHangUp("Cairn-Actor: ann\r\n");
        Awaitility.await().atMost(SOON).until(() -> !isReading());

        assertThat(server.get(GROUP + "/records", "Cairn-Actor", "bob").status())
                .isEqualTo(423);
        assertThat(server.get(GROUP + "/records", "Cairn-Actor", "ann").status())
                .isEqualTo(200);
    }

    @Test
    void shouldKeepTheGroupForAReaderWithANameBetweenItsRequests() throws Exception {
        append("news");
        assertThat(server.get(GROUP + "/records", "Cairn-Actor", "ann").status())
                .isEqualTo(200);

        Answer bob = server.get(GROUP + "/records", "Cairn-Actor", "bob");
        Answer nameless = server.get(GROUP + "/records");
        Answer ann = server.get(GROUP + "/records", "Cairn-Actor", "ann");
        JsonNode reader = server.get(GROUP).json().get("reader");

        assertThat(bob.status()).isEqualTo(423);
        assertThat(bob.json().get("holder").asText()).isEqualTo("ann");
        assertThat(nameless.status()).isEqualTo(423);
        assertThat(ann.status()).isEqualTo(200);
        assertThat(reader.get("name").asText()).isEqualTo("ann");
        assertThat(reader.get("reading").asBoolean()).isFalse();
        for (int i = 0; i < 100 && bob.status() == 423; i++) {
            Thread.sleep(100);
            bob = server.get(GROUP + "/records", "Cairn-Actor", "bob");
        }
        assertThat(bob.status()).isEqualTo(200);
    }

    @Test
    void shouldMoveBackAndForthAndSayWhich() {
        long first = append("news");
        append("news");
        commit(String.valueOf(first + 1));
        assertThat(lastType()).isEqualTo("created");
        commit(String.valueOf(first + 1));
        assertThat(lastType()).isEqualTo("committed");
        commit("0");
        assertThat(lastType()).isEqualTo("reset");

        Answer end = put(GROUP + "/offset", "{\"position\":\"end\"}");
        assertThat(lastType()).isEqualTo("committed");
        Answer hourAgo = put(GROUP + "/offset", "{\"position\":\"-1h\"}");
        assertThat(lastType()).isEqualTo("reset");
        Answer asOf = server.get(GROUP + "?asOf=" + end.json().get("receipt").get("offset"));

        assertThat(hourAgo.json().get("consumer").get("offset").asLong()).isZero();
        assertThat(hourAgo.json().get("consumer").get("version").asInt()).isEqualTo(5);
        assertThat(asOf.json().get("offset"))
                .isEqualTo(end.json().get("consumer").get("offset"));
        assertThat(asOf.json().get("version").asInt()).isEqualTo(4);
    }

    @Test
    void shouldSetWhatAGroupReads() {
        append("a");
        long b = append("b");
        append("c");
        Answer created = put(GROUP, "{\"from\":0,\"topic\":[\"b\",\"d\"],\"type\":\"record\"}");
        long d = append("d");

        assertThat(created.status()).isEqualTo(200);
        assertThat(created.json().get("consumer").get("topic").toString()).isEqualTo("[\"b\",\"d\"]");
        assertThat(created.json().get("consumer").get("type").asText()).isEqualTo("record");
        assertThat(offsets(server.get(GROUP + "/records"))).containsExactly(b, d);
        assertThat(offsets(server.get(GROUP + "/records?topic=b&topic=d&from=end")))
                .containsExactly(b, d);
        assertThat(server.get(GROUP + "/records?topic=b")
                        .json()
                        .get("parameter")
                        .asText())
                .isEqualTo("topic");
        commit(String.valueOf(b + 1));
        Answer all = put(GROUP, "");
        assertThat(all.json().get("consumer").get("topic").isNull()).isTrue();
        assertThat(all.json().get("consumer").get("offset").asLong()).isEqualTo(b + 1);
        assertThat(lastType()).isEqualTo("configured");
    }

    @Test
    void shouldListGroupsWithTheirLag() {
        append("a");
        append("a");
        put("/v1/consumers/x%2F1", "{\"from\":\"beginning\"}");
        Answer last = put("/v1/consumers/y", "{\"from\":\"-1\"}");
        long durable = server.cairn().watermarks().durableOffset();

        Answer list = server.get(
                "/v1/consumers?minOffset=" + last.json().get("receipt").get("offset"));
        Answer page = server.get("/v1/consumers?limit=1");
        Answer next = server.get(
                "/v1/consumers?limit=1&cursor=" + page.json().get("next").asText());

        JsonNode groups = list.json().get("consumers");
        assertThat(groups).extracting(group -> group.get("group").asText()).containsExactly("x/1", "y");
        assertThat(groups).extracting(group -> group.get("lag").asLong()).containsExactly(durable + 1, 2L);
        assertThat(groups.get(0).has("reader")).isFalse();
        assertThat(list.json().get("next").isNull()).isTrue();
        assertThat(next.json().get("consumers").get(0).get("group").asText()).isEqualTo("y");
    }

    @Test
    void shouldDeleteAndBeginAnew() {
        append("a");
        commit("1");
        Answer deleted = server.delete(GROUP);

        assertThat(deleted.status()).isEqualTo(200);
        assertThat(server.get(GROUP).status()).isEqualTo(404);
        assertThat(server.delete(GROUP).status()).isEqualTo(404);
        assertThat(offsets(server.get(GROUP + "/records"))).startsWith(0L);
        assertThat(server.get(GROUP).json().get("version").asInt()).isEqualTo(3);
    }

    @Test
    void shouldTakeWhatEveryWriteTakes() {
        append("a");
        Answer first = commit("1", "Idempotency-Key", "k1", "Cairn-Actor", "ann");
        Answer repeat = commit("1", "Idempotency-Key", "k1");
        Answer other = commit("0", "Idempotency-Key", "k1");
        String tag = first.header("ETag");
        Answer stale = commit("0", "If-Match", "\"999\"");
        Answer fresh = put(
                GROUP + "/offset?ack=accepted",
                "{\"offset\":0,\"occurredAt\":\"2026-01-01T00:00:00Z\"}",
                "If-Match",
                tag);
        Answer conflict = put(GROUP + "/offset", "{\"offset\":0,\"expectedVersion\":1}");
        // The key comes first, then the expectation, and only then whether there is such an offset.
        Answer early = put(GROUP + "/offset", "{\"offset\":999999,\"expectedVersion\":1}");

        assertThat(repeat.json()).isEqualTo(first.json());
        assertThat(repeat.header("Idempotent-Replay")).isEqualTo("true");
        assertThat(other.status()).isEqualTo(422);
        assertThat(stale.status()).isEqualTo(412);
        assertThat(fresh.status()).isEqualTo(200);
        assertThat(conflict.status()).isEqualTo(409);
        assertThat(conflict.json().get("actual").asInt()).isEqualTo(2);
        assertThat(early.status()).isEqualTo(409);
        server.cairn().log().awaitDurable(server.cairn().watermarks().endOffset() - 1, Duration.ofSeconds(30));
        List<JsonNode> records = server.get("/v1/log?topic=consumer").lines();
        assertThat(records.get(0).get("actor").asText()).isEqualTo("ann");
        assertThat(records.get(1).get("occurredAt").asText()).startsWith("2026-01-01");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "PUT | /v1/consumers/g/offset | {} | pointer | /offset",
                "PUT | /v1/consumers/g/offset | {\"offset\":-1} | pointer | /offset",
                "PUT | /v1/consumers/g/offset | {\"offset\":1.5} | pointer | /offset",
                "PUT | /v1/consumers/g/offset | {\"offset\":null} | pointer | /offset",
                "PUT | /v1/consumers/g/offset | {\"offset\":1000} | pointer | /offset",
                "PUT | /v1/consumers/g/offset | {\"offset\":1,\"position\":\"end\"} | pointer | /position",
                "PUT | /v1/consumers/g/offset | {\"position\":\"soon\"} | pointer | /position",
                "PUT | /v1/consumers/g/offset | {\"position\":\"1000\"} | pointer | /offset",
                "PUT | /v1/consumers/g/offset | {\"position\":3} | pointer | /position",
                "PUT | /v1/consumers/g/offset | {\"offset\":1,\"x\":1} | pointer | /x",
                "PUT | /v1/consumers/g | {\"from\":\"soon\"} | pointer | /from",
                "PUT | /v1/consumers/g | {\"from\":1000} | pointer | /from",
                "PUT | /v1/consumers/g | {\"topic\":1} | pointer | /topic",
                "PUT | /v1/consumers/g | {\"topic\":[\"a\",1]} | pointer | /topic/1",
                "PUT | /v1/consumers/g | {\"topic\":[\"a\",\"a\"]} | pointer | /topic",
                "PUT | /v1/consumers/g | {\"topic\":\"consumer\"} | pointer | /topic",
                "PUT | /v1/consumers/g | {\"type\":\"\"} | pointer | /type",
                "PUT | /v1/consumers/count | {} | parameter | group",
                "PUT | /v1/consumers/%0A | {} | parameter | group",
                "GET | /v1/consumers/g/records?from=soon | '' | parameter | from",
                "GET | /v1/consumers/g/records?from=1000 | '' | parameter | from",
                "GET | /v1/consumers/g/records?limit=0 | '' | parameter | limit",
                "GET | /v1/consumers/g/records?topic=consumer | '' | parameter | topic",
                "GET | /v1/consumers/g/records?key=a | '' | parameter | key",
                "GET | /v1/consumers/g/records?waitMs=-1 | '' | parameter | waitMs",
                "GET | /v1/consumers?cursor=! | '' | parameter | cursor",
                "GET | /v1/consumers?limit=1001 | '' | parameter | limit",
                "GET | /v1/consumers/g?asOf=x | '' | parameter | asOf",
            })
    void shouldRefuseBadInputAndWriteNothing(String method, String path, String body, String where, String what) {
        append("a");
        long end = server.cairn().watermarks().endOffset();

        Answer answer = server.send(method, path, body.isEmpty() ? null : body);

        assertThat(answer.status()).as(answer.body()).isEqualTo(400);
        assertThat(answer.json().get("code").asText()).isEqualTo("invalid_request");
        assertThat(answer.json().get(where).asText()).isEqualTo(what);
        assertThat(server.cairn().watermarks().endOffset()).isEqualTo(end);
    }

    @Test
    void shouldAnswerTheNewestRecordsFromMemory() {
        for (int i = 0; i < 10; i++) {
            append("a");
        }
        long hits = server.cairn().metrics().recentHits();

        Answer page = server.get("/v1/log?from=-5");

        assertThat(page.lines()).hasSize(5);
        assertThat(server.cairn().metrics().recentHits()).isGreaterThan(hits);
        assertThat(server.cairn().metrics().recentMisses()).isZero();
    }

    @Test
    void shouldFilterByAnyOfSeveralTopicsAndTypes() {
        long a = append("a");
        long b = append("b");
        append("c");

        assertThat(offsets(server.get("/v1/log?topic=a&topic=b"))).containsExactly(a, b);
        assertThat(offsets(server.get("/v1/log?type=opened&type=record&topic=b")))
                .containsExactly(b);
    }
}
