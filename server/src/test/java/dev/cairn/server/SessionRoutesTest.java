package dev.cairn.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cairn.server.TestServer.Answer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SessionRoutesTest {
    private static final String LINES = "application/x-ndjson";

    @TempDir
    static Path directory;

    private TestServer server;

    @BeforeAll
    void start() {
        server = TestServer.startForLargeDocuments(directory);
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @Test
    void shouldAppendOneAndShowItAsGiven() {
        Answer answer = server.post(
                "/v1/sessions/a%2F1/messages",
                "{\"name\":\"n\",\"role\":\"user\",\"content\":[ 1.50 ],\"occurredAt\":\"2020-01-01T01:00:00+01:00\",\"task\":\"t\"}",
                "Cairn-Actor",
                "a\"da");

        assertThat(answer.status()).isEqualTo(201);
        JsonNode receipt = answer.json().get("receipt");
        assertThat(answer.json().get("receipts").get(0)).isEqualTo(receipt);
        assertThat(answer.header("ETag"))
                .isEqualTo("\"" + receipt.get("revision").asLong() + "\"");
        Answer page = server.get("/v1/sessions/a%2F1/messages");
        assertThat(page.status()).isEqualTo(200);
        String at = page.json().get("messages").get(0).get("at").asText();
        assertThat(page.body())
                .isEqualTo("{\"messages\":[{\"offset\":" + receipt.get("offset") + ",\"at\":\"" + at
                        + "\",\"occurredAt\":\"2020-01-01T00:00:00.000000Z\",\"actor\":\"a\\\"da\",\"name\":\"n\","
                        + "\"role\":\"user\",\"content\":[1.50],\"task\":\"t\"}],\"next\":null}");
        Answer session = server.get("/v1/sessions/a%2F1");
        assertThat(session.header("ETag")).isEqualTo(answer.header("ETag"));
        assertThat(session.json().get("messages").asLong()).isEqualTo(1);
        assertThat(session.json().get("task").asText()).isEqualTo("t");
    }

    @Test
    void shouldAppendLinesInOrderAndPageThroughThem() {
        int count = 2_500;
        StringBuilder body = new StringBuilder();
        for (int i = 0; i < count; i++) {
            body.append("{\"role\":\"user\",\"content\":").append(i).append("}\n");
        }
        Answer answer = server.lines("/v1/sessions/many/messages?ack=accepted", body.toString());

        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.json().get("receipts")).hasSize(count);
        long middle = answer.json().get("receipts").get(1_000).get("offset").asLong();
        assertThat(contents("/v1/sessions/many/messages?limit=999")).isEqualTo(numbers(0, count));
        List<Integer> newest = contents("/v1/sessions/many/messages?limit=700&order=desc");
        java.util.Collections.reverse(newest);
        assertThat(newest).isEqualTo(numbers(0, count));
        assertThat(contents("/v1/sessions/many/messages?after=" + middle)).isEqualTo(numbers(1_001, count));
        assertThat(contents("/v1/sessions/many/messages?order=oldest&before=" + middle))
                .isEqualTo(numbers(0, 1_000));
        assertThat(contents("/v1/sessions/many/messages?after=-1d&before=end&limit=1000"))
                .isEqualTo(numbers(0, count));
        assertThat(contents("/v1/sessions/many/messages?before=-1d")).isEmpty();
        assertThat(server.get("/v1/sessions/many/messages?order=newest&limit=1")
                        .json()
                        .at("/messages/0/content")
                        .asInt())
                .isEqualTo(count - 1);
        Answer stream = server.get("/v1/sessions/many/messages?after=" + middle, "Accept", LINES);
        assertThat(stream.header("Content-Type")).isEqualTo(LINES);
        assertThat(stream.lines())
                .extracting(line -> line.get("content").asInt())
                .isEqualTo(numbers(1_001, count));
        assertThat(server.get("/v1/sessions/many/messages?limit=3&order=desc", "Accept", LINES)
                        .lines())
                .hasSize(3);
        assertThat(server.get("/v1/sessions/many/messages?before=-1d", "Accept", LINES)
                        .body())
                .isEmpty();
    }

    private List<Integer> contents(String path) {
        List<Integer> contents = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page = server.get(path + cursor).json();
            page.get("messages")
                    .forEach(message -> contents.add(message.get("content").asInt()));
            cursor = page.get("next").isNull()
                    ? null
                    : "&cursor=" + page.get("next").asText();
        } while (cursor != null);
        return contents;
    }

    @Test
    void shouldRefuseACursorOfAnotherSession() {
        for (String id : List.of("mine", "theirs")) {
            for (int i = 0; i < 3; i++) {
                server.post("/v1/sessions/" + id + "/messages", "{\"role\":\"u\",\"content\":" + i + "}");
            }
        }
        String cursor = server.get("/v1/sessions/mine/messages?limit=2&after=-1h")
                .json()
                .get("next")
                .asText();

        assertThat(server.get("/v1/sessions/mine/messages?after=-1h&cursor=" + cursor)
                        .json()
                        .get("messages"))
                .hasSize(1);
        for (String other : List.of(
                "/v1/sessions/theirs/messages?after=-1h",
                "/v1/sessions/mine/messages?limit=2",
                "/v1/sessions/mine/messages?after=-1h&order=desc",
                "/v1/sessions?limit=2")) {
            Answer refused = server.get(other + "&cursor=" + cursor);
            assertThat(refused.status()).as(refused.body()).isEqualTo(400);
            assertThat(refused.json().get("parameter").asText()).isEqualTo("cursor");
        }
    }

    private static List<Integer> numbers(int from, int until) {
        return java.util.stream.IntStream.range(from, until).boxed().toList();
    }

    @Test
    void shouldListAndDeleteAndBeginAnew() {
        server.post("/v1/sessions/old/messages", "{\"role\":\"u\",\"content\":1,\"task\":\"t-list\"}");
        long last = server.post("/v1/sessions/new/messages", "{\"role\":\"u\",\"content\":2,\"task\":\"t-list\"}")
                .json()
                .at("/receipt/offset")
                .asLong();
        JsonNode page =
                server.get("/v1/sessions?task=t-list&limit=1&minOffset=" + last).json();
        assertThat(page.at("/sessions/0/id").asText()).isEqualTo("new");
        assertThat(page.get("projectionOffset").asLong()).isGreaterThanOrEqualTo(last);
        JsonNode rest = server.get("/v1/sessions?task=t-list&limit=1&cursor="
                        + page.get("next").asText())
                .json();
        assertThat(rest.at("/sessions/0/id").asText()).isEqualTo("old");
        assertThat(server.get("/v1/sessions?task=t-list&order=id&minOffset=" + last)
                        .json()
                        .at("/sessions/1/id")
                        .asText())
                .isEqualTo("old");

        Answer deleted = server.delete("/v1/sessions/old", "If-Match", "*");
        assertThat(deleted.status()).isEqualTo(200);
        long ended = deleted.json().at("/receipt/offset").asLong();
        assertThat(server.get("/v1/sessions/old").status()).isEqualTo(404);
        assertThat(server.get("/v1/sessions/old/messages").status()).isEqualTo(404);
        assertThat(server.get("/v1/sessions/old/messages", "Accept", LINES).status())
                .isEqualTo(404);
        server.post("/v1/sessions/old/messages", "{\"role\":\"u\",\"content\":3}");
        assertThat(contents("/v1/sessions/old/messages?limit=5")).containsExactly(3);
        assertThat(contents("/v1/sessions/old/messages?asOf=" + (ended - 1))).containsExactly(1);
        assertThat(server.get("/v1/sessions/old?asOf=" + (ended - 1))
                        .json()
                        .get("task")
                        .asText())
                .isEqualTo("t-list");
        assertThat(server.get("/v1/sessions/old?asOf=2001-01-01T00:00:00Z").status())
                .isEqualTo(404);
    }

    @Test
    void shouldTakeARequestOnce() {
        String body = "{\"role\":\"u\",\"content\":1}";
        Answer first = server.post("/v1/sessions/once/messages", body, "Idempotency-Key", "k-one");
        Answer again = server.post("/v1/sessions/once/messages", body, "Idempotency-Key", "k-one");
        assertThat(again.body()).isEqualTo(first.body());
        assertThat(again.header("Idempotent-Replay")).isEqualTo("true");
        assertThat(server.post(
                                "/v1/sessions/once/messages",
                                "{\"role\":\"u\",\"content\":2}",
                                "Idempotency-Key",
                                "k-one")
                        .status())
                .isEqualTo(422);
        String lines = body + "\n" + body + "\n";
        Answer firstLines = server.lines("/v1/sessions/once/messages", lines, "Idempotency-Key", "k-lines");
        Answer againLines = server.lines("/v1/sessions/once/messages", lines, "Idempotency-Key", "k-lines");
        assertThat(againLines.body()).isEqualTo(firstLines.body());
        assertThat(againLines.header("Idempotent-Replay")).isEqualTo("true");
        assertThat(server.get("/v1/sessions/once").json().get("messages").asLong())
                .isEqualTo(3);
    }

    @Test
    void shouldMeetExpectations() {
        String path = "/v1/sessions/expect/messages";
        Answer first = server.post(path, "{\"role\":\"u\",\"content\":1,\"expectedVersion\":\"none\"}");
        assertThat(first.status()).isEqualTo(201);
        assertThat(server.post(path, "{\"role\":\"u\",\"content\":1,\"expectedVersion\":\"none\"}")
                        .status())
                .isEqualTo(409);
        assertThat(server.post(path, "{\"role\":\"u\",\"content\":1}", "If-Match", "\"999999\"")
                        .status())
                .isEqualTo(412);
        assertThat(server.post(path, "{\"role\":\"u\",\"content\":2}", "If-Match", first.header("ETag"))
                        .status())
                .isEqualTo(201);
        Answer lines = server.lines(
                path,
                "{\"role\":\"u\",\"content\":3,\"expectedVersion\":2}\n{\"role\":\"u\",\"content\":4,\"expectedVersion\":2}\n");
        assertThat(lines.status()).isEqualTo(409);
        assertThat(lines.json().get("index").asInt()).isEqualTo(1);
        assertThat(server.delete("/v1/sessions/expect", "If-Match", "\"999999\"")
                        .status())
                .isEqualTo(412);
        assertThat(contents(path + "?limit=10")).containsExactly(1, 2);
    }

    @Test
    void shouldTakeMessagesInBatches() {
        Answer answer = server.lines(
                "/v1/batch",
                "{\"op\":\"append\",\"kind\":\"session\",\"id\":\"b\",\"message\":{\"role\":\"u\",\"content\":1}}\n"
                        + "{\"op\":\"append\",\"kind\":\"session\",\"id\":\"b\",\"message\":{\"role\":1,\"content\":1}}\n"
                        + "{\"op\":\"append\",\"kind\":\"session\",\"id\":\"b\",\"topic\":\"x\",\"message\":{}}\n"
                        + "{\"op\":\"append\",\"kind\":\"session\",\"id\":\"b\"}\n"
                        + "{\"op\":\"append\",\"topic\":\"x\",\"key\":\"k\",\"payload\":1,\"id\":\"b\"}\n"
                        + "{\"op\":\"check\",\"kind\":\"session\",\"id\":\"b\",\"expectedVersion\":1}\n"
                        + "{\"op\":\"delete\",\"kind\":\"session\",\"id\":\"b\"}\n");
        assertThat(answer.lines())
                .extracting(line -> line.get("status").asInt())
                .containsExactly(201, 400, 400, 400, 400, 200, 200);
        assertThat(answer.lines().get(1).at("/problem/pointer").asText()).isEqualTo("/message/role");
        assertThat(answer.lines().get(2).at("/problem/pointer").asText()).isEqualTo("/topic");
        assertThat(answer.lines().get(3).at("/problem/pointer").asText()).isEqualTo("/message");
        assertThat(answer.lines().get(4).at("/problem/pointer").asText()).isEqualTo("/id");
        assertThat(server.get("/v1/sessions/b").status()).isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|''",
                "''|[]",
                "''|{\"role\":\"u\",\"content\":1} x",
                "/role|{\"content\":1}",
                "/content|{\"role\":\"u\"}",
                "/role|{\"role\":7,\"content\":1}",
                "/role|{\"role\":\"\",\"content\":1}",
                "/role|{\"role\":\"u\",\"role\":\"u\",\"content\":1}",
                "/content/a|{\"role\":\"u\",\"content\":{\"a\":1,\"a\":2}}",
                "/offset|{\"role\":\"u\",\"content\":1,\"offset\":1}",
                "/at|{\"role\":\"u\",\"content\":1,\"at\":\"now\"}",
                "/occurredAt|{\"role\":\"u\",\"content\":1,\"occurredAt\":\"noon\"}",
                "/task|{\"role\":\"u\",\"content\":1,\"task\":\"claim\"}",
                "/idempotencyKey|{\"role\":\"u\",\"content\":1,\"idempotencyKey\":\"k\"}",
                "/expectedVersion|{\"role\":\"u\",\"content\":1,\"expectedVersion\":0}"
            })
    void shouldSayWhatIsWrongWithAMessage(String pointer, String body) {
        Answer answer = server.post("/v1/sessions/bad/messages", body);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().get("code").asText()).isEqualTo("invalid_request");
        assertThat(answer.json().get("pointer").asText()).isEqualTo(pointer);
        assertThat(server.get("/v1/sessions/bad").status()).isEqualTo(404);
    }

    @Test
    void shouldNameTheLineThatIsWrongAndAppendNothingOfItsPiece() {
        Answer answer = server.lines("/v1/sessions/bad/messages", "{\"role\":\"u\",\"content\":1}\n{\"role\":\"u\"}\n");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().get("index").asInt()).isEqualTo(1);
        assertThat(server.get("/v1/sessions/bad").status()).isEqualTo(404);
        assertThat(server.post("/v1/sessions/bad/messages", "<a/>", "Content-Type", "text/xml")
                        .status())
                .isEqualTo(415);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "after=soon",
                "after=2999-01-01T00:00:00Z",
                "before=2999-01-01T00:00:00Z",
                "after=999999999",
                "before=999999999",
                "before=-5x",
                "asOf=999999999",
                "order=up",
                "limit=0",
                "limit=1001",
                "cursor=x",
                "colour=red"
            })
    void shouldSayWhatIsWrongWithAQuestion(String query) {
        server.post("/v1/sessions/asked/messages", "{\"role\":\"u\",\"content\":1}");
        Answer answer = server.get("/v1/sessions/asked/messages?" + query);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().get("parameter").asText()).isEqualTo(query.substring(0, query.indexOf('=')));
        assertThat(server.get("/v1/sessions/asked/messages?" + query, "Accept", LINES)
                        .status())
                .isEqualTo(400);
    }

    @Test
    void shouldRefuseBadIdsAndOrdersOfLists() {
        assertThat(server.get("/v1/sessions/count").status()).isEqualTo(400);
        assertThat(server.post("/v1/sessions/a%00b/messages", "{}").status()).isEqualTo(400);
        assertThat(server.get("/v1/sessions?order=priority")
                        .json()
                        .get("parameter")
                        .asText())
                .isEqualTo("order");
        assertThat(server.delete("/v1/sessions/nobody").status()).isEqualTo(404);
        assertThat(server.send("PUT", "/v1/sessions/x", "{}").status()).isEqualTo(405);
    }

    /** Large messages one by one and in lines, beside small ones; each piece is cut before it outgrows a document. */
    @Test
    void shouldTakeLargeMessages(@TempDir Path other) {
        try (TestServer large = TestServer.startForLargeDocuments(other)) {
            String path = "/v1/sessions/l/messages";
            String largest = message("x".repeat((16 << 20) - message("").length()));
            assertThat(large.post(path, largest).status()).isEqualTo(201);
            Answer tooLarge = large.post(path, largest.replace("}", " }"));
            assertThat(tooLarge.status()).isEqualTo(413);
            assertThat(tooLarge.json().get("code").asText()).isEqualTo("too_large");
            String lines = String.join(
                    "\n", message("a"), message("y".repeat(9 << 20)), message("z".repeat(9 << 20)), message("b"));
            Answer many = large.lines(path, lines);
            assertThat(many.status()).isEqualTo(201);
            assertThat(many.json().get("receipts")).hasSize(4);
            List<Integer> sizes = new ArrayList<>();
            String cursor = "";
            do {
                JsonNode page = large.get(path + "?order=desc" + cursor).json();
                sizes.add(page.get("messages").size());
                cursor = page.get("next").isNull()
                        ? null
                        : "&cursor=" + page.get("next").asText();
            } while (cursor != null);
            assertThat(sizes).containsExactly(1, 1, 1, 1, 1);
            assertThat(large.get(path, "Accept", LINES).lines())
                    .extracting(line -> line.get("content").asText().length())
                    .containsExactly(largest.length() - message("").length(), 1, 9 << 20, 9 << 20, 1);
            Answer line = large.lines(path, largest.replace("}", " }"));
            assertThat(line.status()).isEqualTo(413);
            assertThat(large.lines(
                                    "/v1/batch?atomic=true",
                                    "{\"op\":\"create\",\"metadata\":{\"x\":\"" + "x".repeat(2 << 20) + "\"}}")
                            .status())
                    .isEqualTo(413);
        }
    }

    private static String message(String content) {
        return "{\"role\":\"u\",\"content\":\"" + content + "\"}";
    }
}
