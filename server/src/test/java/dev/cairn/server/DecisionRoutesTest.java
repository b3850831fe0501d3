package dev.cairn.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cairn.CairnOptions;
import dev.cairn.server.TestServer.Answer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DecisionRoutesTest {
    private static final String PATH = "/v1/decisions";
    private static final String[] MARKDOWN = {"Content-Type", "text/markdown"};
    private static final String[] AS_MARKDOWN = {"Accept", "text/markdown"};

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

    private Answer append(String agent, String members, String... headers) {
        return server.post(
                PATH,
                "{\"agent\":\"" + agent + "\",\"title\":\"Use it\",\"decision\":\"We do.\"" + members + "}",
                headers);
    }

    /** The query, and the wait for what was written so far. */
    private Answer list(String query, String... headers) {
        long offset =
                server.get("/v1/log/watermarks").json().get("durableOffset").asLong();
        return server.get(PATH + "?" + query + "&minOffset=" + offset, headers);
    }

    private List<String> ids(String query) {
        Answer answer = list(query);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        List<String> ids = new ArrayList<>();
        answer.json()
                .get("decisions")
                .forEach(decision -> ids.add(decision.get("id").asText()));
        return ids;
    }

    @Test
    void shouldAppendWithLocationTagAndReceipt() {
        Answer answer = append(
                "ann",
                ",\"id\":\"a/ä\",\"task\":\"build-42\",\"context\":\"c\\r\\n\",\"rationale\":\"r\","
                        + "\"alternatives\":[\"x\",\"y\"],\"occurredAt\":\"2020-01-01T01:00:00+01:00\"");

        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.header("Location")).isEqualTo("/v1/decisions/a%2F%C3%A4");
        JsonNode receipt = answer.json().get("receipt");
        JsonNode decision = answer.json().get("decision");
        long offset = receipt.get("offset").asLong();
        assertThat(decision.get("at").asText()).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}Z");
        assertThat(decision.toString())
                .isEqualTo("{\"id\":\"a/ä\",\"offset\":" + offset + ",\"at\":" + decision.get("at")
                        + ",\"occurredAt\":\"2020-01-01T00:00:00.000000Z\",\"agent\":\"ann\",\"task\":\"build-42\","
                        + "\"title\":\"Use it\",\"context\":\"c\\r\\n\",\"decision\":\"We do.\",\"rationale\":\"r\","
                        + "\"alternatives\":[\"x\",\"y\"],\"version\":1,\"revision\":" + offset + "}");
        assertThat(receipt.get("ack").asText()).isEqualTo("durable");
        assertThat(answer.header("ETag")).isEqualTo("\"" + offset + "\"");
        assertThat(Long.parseLong(answer.header("Cairn-Durable-Offset"))).isGreaterThanOrEqualTo(offset);
        assertThat(server.get(answer.header("Location")).json()).isEqualTo(decision);
    }

    @Test
    void shouldTakeOneAlternativeAndNoneAndNulls() {
        JsonNode one =
                append("ann", ",\"alternatives\":\"x\",\"task\":null").json().get("decision");
        JsonNode none =
                append("ann", ",\"alternatives\":null,\"context\":\"\"").json().get("decision");

        assertThat(one.get("alternatives").toString()).isEqualTo("[\"x\"]");
        assertThat(one.get("task").isNull()).isTrue();
        assertThat(one.has("occurredAt")).isFalse();
        assertThat(none.get("alternatives").toString()).isEqualTo("[]");
        assertThat(none.get("context").isNull()).isTrue();
    }

    @Test
    void shouldMakeAnIdWhereNoneIsGivenAndRepeatIt() {
        Answer first = append("ann", "", "Idempotency-Key", "decide once");
        Answer again = append("ann", "", "Idempotency-Key", "decide once");
        Answer other = append("bob", "", "Idempotency-Key", "decide once");

        assertThat(first.json().get("decision").get("id").asText()).matches("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f-]{18,}");
        assertThat(again.status()).isEqualTo(201);
        assertThat(again.body()).isEqualTo(first.body());
        assertThat(again.header("Location")).isEqualTo(first.header("Location"));
        assertThat(again.header("Idempotent-Replay")).isEqualTo("true");
        assertThat(other.status()).isEqualTo(422);
        assertThat(server.get("/v1/operations/decide%20once").json().get("receipt"))
                .isEqualTo(first.json().get("receipt"));
    }

    @Test
    void shouldRecordWhoActs() {
        long offset = append("ann", "").json().get("receipt").get("offset").asLong();
        long other = append("ann", "", "Cairn-Actor", "scribe")
                .json()
                .get("receipt")
                .get("offset")
                .asLong();

        assertThat(server.get("/v1/log?limit=1&from=" + offset)
                        .json()
                        .get("actor")
                        .asText())
                .isEqualTo("ann");
        JsonNode record = server.get("/v1/log?limit=1&from=" + other).json();
        assertThat(record.get("actor").asText()).isEqualTo("scribe");
        assertThat(record.get("topic").asText()).isEqualTo("decision");
        assertThat(record.get("type").asText()).isEqualTo("made");
        assertThat(record.get("payload").get("title").asText()).isEqualTo("Use it");
    }

    @Test
    void shouldKeepADecisionAsItIs() {
        append("ann", ",\"id\":\"kept\"");

        Answer again = append("ann", ",\"id\":\"kept\"");
        assertThat(again.status()).isEqualTo(409);
        assertThat(again.json().get("code").asText()).isEqualTo("conflict");
        assertThat(again.json().get("actual").asLong()).isEqualTo(1);
        assertThat(append("ann", ",\"id\":\"kept\"", "If-Match", "\"7\"").status())
                .isEqualTo(412);
        assertThat(append("ann", ",\"id\":\"absent\",\"expectedVersion\":\"exists\"")
                        .status())
                .isEqualTo(409);
        assertThat(append("ann", ",\"id\":\"new\",\"expectedVersion\":\"none\"").status())
                .isEqualTo(201);
        assertThat(append("ann", ",\"id\":\"newer\",\"expectedRevision\":-1").status())
                .isEqualTo(201);
        assertThat(server.get(PATH + "/absent").status()).isEqualTo(404);
        assertThat(server.patch(PATH + "/kept", "{}").status()).isEqualTo(405);
        assertThat(server.delete(PATH + "/kept").status()).isEqualTo(405);
    }

    @Test
    void shouldShowADecisionAsOfAnOffsetAndATime() {
        long before = append("ann", "").json().get("receipt").get("offset").asLong();
        Answer made = append("ann", ",\"id\":\"as of\"");

        assertThat(server.get(PATH + "/as%20of?asOf=" + before).status()).isEqualTo(404);
        assertThat(server.get(PATH + "/as%20of?asOf="
                                + made.json().get("receipt").get("offset").asLong())
                        .json())
                .isEqualTo(made.json().get("decision"));
        assertThat(server.get(PATH + "/as%20of?asOf=2020-01-01T00:00:00Z").status())
                .isEqualTo(404);
        assertThat(server.get(PATH + "/as%20of", "If-None-Match", made.header("ETag"))
                        .status())
                .isEqualTo(304);
        assertThat(server.get(PATH + "/as%20of?asOf=999999999").status()).isEqualTo(400);
    }

    @Test
    void shouldListByAgentTaskAndTimeOldestFirst() {
        List<Long> offsets = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            Answer answer =
                    append("lister", ",\"id\":\"l" + (9 - i) + "\"" + (i % 2 == 0 ? ",\"task\":\"listed\"" : ""));
            offsets.add(answer.json().get("receipt").get("offset").asLong());
        }
        String at = server.get(PATH + "/l7").json().get("at").asText();

        assertThat(ids("agent=lister")).containsExactly("l9", "l8", "l7", "l6", "l5");
        assertThat(ids("agent=lister&order=-offset")).containsExactly("l5", "l6", "l7", "l8", "l9");
        assertThat(ids("task=listed")).containsExactly("l9", "l7", "l5");
        assertThat(ids("agent=lister&after=" + offsets.get(1))).containsExactly("l7", "l6", "l5");
        assertThat(ids("agent=lister&before=" + offsets.get(1))).containsExactly("l9");
        assertThat(ids("agent=lister&after=" + at)).containsExactly("l6", "l5");
        assertThat(ids("agent=lister&before=" + at)).containsExactly("l9", "l8");
        assertThat(ids("agent=nobody")).isEmpty();
        JsonNode page = list("agent=lister&limit=3").json();
        assertThat(page.get("decisions")).hasSize(3);
        assertThat(ids("agent=lister&limit=3&cursor=" + page.get("next").asText()))
                .containsExactly("l6", "l5");
        assertThat(page.get("projectionOffset").asLong()).isGreaterThanOrEqualTo(offsets.get(4));
    }

    @Test
    void shouldServeADocument() {
        append("writer", ",\"id\":\"w1\",\"task\":\"written\",\"context\":\"## Not a section\"");
        append("writer", ",\"id\":\"w2\",\"alternatives\":\"x\"");

        Answer answer = list("agent=writer", AS_MARKDOWN);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Content-Type")).isEqualTo("text/markdown; charset=utf-8");
        assertThat(answer.header("Vary")).isEqualTo("Accept");
        assertThat(answer.body())
                .startsWith("# Decisions\n")
                .contains(
                        "\n<a id=\"decision-w1\"></a>\n\n## Use it\n\n- Date: ",
                        "\n- Agent: `writer`\n- Task: `written`\n- Id: `w1`\n\n### Context\n\n\\## Not a section\n\n"
                                + "### Decision\n\nWe do.\n\n### Rationale\n\n_None._\n\n### Alternatives\n\n_None._\n");
        assertThat(answer.body().lines().filter(line -> line.startsWith("## "))).hasSize(2);
        assertThat(list("agent=writer&limit=1", AS_MARKDOWN).body())
                .contains("`w1`")
                .doesNotContain("`w2`");
        assertThat(list("agent=writer&limit=1&order=-offset", AS_MARKDOWN).body())
                .contains("`w2`")
                .doesNotContain("`w1`");
        assertThat(list("agent=writer&cursor=x", AS_MARKDOWN).status()).isEqualTo(400);
        assertThat(list("agent=nobody", AS_MARKDOWN).body().lines()).hasSize(3);
    }

    @Test
    void shouldTakeADocumentInOnce(@TempDir Path other) {
        append("mover", ",\"id\":\"m1\",\"context\":\"```\\nopen\"");
        append("mover", ",\"id\":\"m2\",\"occurredAt\":\"2020-01-01T00:00:00Z\"");
        String document = list("agent=mover", AS_MARKDOWN).body();
        try (TestServer taker = TestServer.start(other)) {
            taker.post(PATH, "{\"agent\":\"x\",\"title\":\"t\",\"decision\":\"d\"}");
            Answer first = taker.post(PATH, document, MARKDOWN);
            Answer again = taker.post(PATH, document, MARKDOWN);

            assertThat(first.status()).as(first.body()).isEqualTo(201);
            assertThat(first.body()).isEqualTo("{\"decisions\":2,\"added\":2,\"skipped\":0}");
            assertThat(again.status()).isEqualTo(200);
            assertThat(again.body()).isEqualTo("{\"decisions\":2,\"added\":0,\"skipped\":2}");
            assertThat(taker.get(PATH + "/m2").json().get("occurredAt").asText())
                    .isEqualTo("2020-01-01T00:00:00.000000Z");
            long durable =
                    taker.get("/v1/log/watermarks").json().get("durableOffset").asLong();
            assertThat(taker.get(PATH + "?agent=mover&minOffset=" + durable, AS_MARKDOWN)
                            .body())
                    .isEqualTo(document);
        }
        Answer conflict = server.post(PATH, document.replace("We do.", "We do not."), MARKDOWN);
        assertThat(conflict.status()).isEqualTo(409);
        assertThat(conflict.json().get("detail").asText())
                .startsWith("expected the decision m1 to be as in \"Use it\" (line 7), was another, made at offset ");
        assertThat(server.get(PATH + "/m1").json().get("decision").asText()).isEqualTo("We do.");
    }

    @Test
    void shouldNameHeadingAndLineOfABrokenDocument() {
        append("breaker", ",\"id\":\"b1\"");
        String document = list("agent=breaker", AS_MARKDOWN)
                .body()
                .replace("`b1`", "`b2`")
                .replace("decision-b1", "decision-b2");

        Answer answer =
                server.post(PATH, document.replace("### Decision\n", "").replace("- Agent: `breaker`\n", ""), MARKDOWN);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
        JsonNode problem = answer.json();
        assertThat(problem.get("code").asText()).isEqualTo("invalid_request");
        assertThat(problem.get("line").asInt()).isEqualTo(7);
        assertThat(problem.get("heading").asText()).isEqualTo("Use it");
        assertThat(problem.has("pointer")).isFalse();
        assertThat(problem.get("errors").toString())
                .isEqualTo("[{\"line\":7,\"heading\":\"Use it\",\"detail\":\"expected a line - Agent:, was none\"},"
                        + "{\"line\":7,\"heading\":\"Use it\",\"detail\":"
                        + "\"expected a section ### Decision in \\\"Use it\\\" (line 7), was none\"}]");
        assertThat(server.post(PATH, "", MARKDOWN).json().get("heading").isNull())
                .isTrue();
        assertThat(server.get(PATH + "/b2").status()).isEqualTo(404);
        assertThat(server.post(PATH, document, "Content-Type", "text/markdown", "Idempotency-Key", "k")
                        .json()
                        .get("parameter")
                        .asText())
                .isEqualTo("Idempotency-Key");
        assertThat(server.post(PATH, document, "Content-Type", "text/markdown", "If-Match", "*")
                        .status())
                .isEqualTo(400);
        assertThat(server.post(PATH, document, "Content-Type", "text/markdown; charset=utf-8")
                        .status())
                .isEqualTo(201);
        assertThat(server.post(PATH, document, "Content-Type", "text/plain").status())
                .isEqualTo(415);
        assertThat(server.post(PATH, "x".repeat(DecisionDocuments.BYTES_MAX + 1), MARKDOWN)
                        .status())
                .isEqualTo(413);
    }

    private static Stream<Arguments> malformed() {
        return Stream.of(
                Arguments.of("", "{"),
                Arguments.of("", "[]"),
                Arguments.of("/agent", "{\"title\":\"t\",\"decision\":\"d\"}"),
                Arguments.of("/title", "{\"agent\":\"a\",\"decision\":\"d\"}"),
                Arguments.of("/decision", "{\"agent\":\"a\",\"title\":\"t\"}"),
                Arguments.of("/agent", "{\"agent\":7,\"title\":\"t\",\"decision\":\"d\"}"),
                Arguments.of("/agent", "{\"agent\":\"\",\"title\":\"t\",\"decision\":\"d\"}"),
                Arguments.of("/title", "{\"agent\":\"a\",\"title\":\"t\\nu\",\"decision\":\"d\"}"),
                Arguments.of("/decision", "{\"agent\":\"a\",\"title\":\"t\",\"decision\":\" \"}"),
                Arguments.of("/id", "{\"id\":\"count\",\"agent\":\"a\",\"title\":\"t\",\"decision\":\"d\"}"),
                Arguments.of("/task", "{\"task\":{},\"agent\":\"a\",\"title\":\"t\",\"decision\":\"d\"}"),
                Arguments.of(
                        "/alternatives", "{\"alternatives\":7,\"agent\":\"a\",\"title\":\"t\",\"decision\":\"d\"}"),
                Arguments.of(
                        "/alternatives/1",
                        "{\"alternatives\":[\"x\",7],\"agent\":\"a\",\"title\":\"t\",\"decision\":\"d\"}"),
                Arguments.of(
                        "/alternatives/1",
                        "{\"alternatives\":[\"x\",[]],\"agent\":\"a\",\"title\":\"t\",\"decision\":\"d\"}"),
                Arguments.of(
                        "/alternatives/0",
                        "{\"alternatives\":[\"\"],\"agent\":\"a\",\"title\":\"t\",\"decision\":\"d\"}"),
                Arguments.of(
                        "/occurredAt", "{\"occurredAt\":\"now\",\"agent\":\"a\",\"title\":\"t\",\"decision\":\"d\"}"),
                Arguments.of("/colour", "{\"colour\":1,\"agent\":\"a\",\"title\":\"t\",\"decision\":\"d\"}"),
                Arguments.of("/agent", "{\"agent\":\"a\",\"agent\":\"b\",\"title\":\"t\",\"decision\":\"d\"}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"count", "claim", "batch"})
    void shouldTakeNoReservedWordForATask(String word) {
        String task = "\"task\":\"" + word + "\"";
        Answer decision = server.post(PATH, "{\"agent\":\"ann\",\"title\":\"t\",\"decision\":\"d\"," + task + "}");
        Answer snapshot =
                server.post("/v1/runs/r/snapshots", "{\"kind\":\"manual\",\"state\":{},\"metadata\":{" + task + "}}");

        assertThat(decision.status()).isEqualTo(400);
        assertThat(decision.json().get("pointer").asText()).isEqualTo("/task");
        assertThat(snapshot.status()).isEqualTo(400);
        assertThat(snapshot.json().get("pointer").asText()).isEqualTo("/metadata/task");
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void shouldNameWhatIsWrongAndWriteNothing(String pointer, String body) {
        long end = server.get("/v1/log/watermarks").json().get("endOffset").asLong();

        Answer answer = server.post(PATH, body);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().get("code").asText()).isEqualTo("invalid_request");
        assertThat(answer.json().get("pointer").asText()).isEqualTo(pointer);
        assertThat(answer.json().get("detail").asText()).isNotEmpty();
        assertThat(server.get("/v1/log/watermarks").json().get("endOffset").asLong())
                .isEqualTo(end);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "after=x",
                "after=999999999",
                "before=999999999",
                "after=2999-01-01T00:00:00Z",
                "before=yesterday",
                "order=title",
                "agent=",
                "agent=%0A",
                "task=",
                "after=",
                "limit=0",
                "limit=1001",
                "cursor=x",
                "minOffset=x",
                "waitMs=x",
                "agents=a"
            })
    void shouldNameTheParameterThatIsWrong(String query) {
        for (String[] headers : new String[][] {{}, AS_MARKDOWN}) {
            Answer answer = server.get(PATH + "?" + query, headers);

            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.json().get("parameter").asText()).isEqualTo(query.substring(0, query.indexOf('=')));
        }
    }

    @Test
    void shouldRefuseTooLargeADecisionAndNotReadyAnAnswer() {
        assertThat(append("ann", ",\"context\":\"" + "x".repeat(1 << 20) + "\"").status())
                .isEqualTo(413);
        assertThat(server.get(PATH + "?minOffset=999999999&waitMs=1").status()).isEqualTo(503);
        assertThat(server.get(PATH + "?minOffset=999999999&waitMs=1", AS_MARKDOWN)
                        .status())
                .isEqualTo(503);
    }

    @Test
    void shouldRefuseWritesWhenItOnlyReads(@TempDir Path other) {
        try (TestServer writing = TestServer.start(other)) {
            writing.post(PATH, "{\"id\":\"d\",\"agent\":\"x\",\"title\":\"t\",\"decision\":\"d\"}");
        }
        try (TestServer reading = TestServer.start(other, CairnOptions.builder().readOnly(true), options -> options)) {
            assertThat(reading.post(PATH, "{\"agent\":\"x\",\"title\":\"t\",\"decision\":\"d\"}")
                            .status())
                    .isEqualTo(403);
            Answer document = reading.get(PATH + "?minOffset=1", AS_MARKDOWN);
            assertThat(document.body()).contains("## t");
            assertThat(reading.post(PATH, document.body(), MARKDOWN).status()).isEqualTo(200);
            assertThat(reading.post(
                                    PATH,
                                    document.body().replace("`d`", "`e`").replace("decision-d", "decision-e"),
                                    MARKDOWN)
                            .status())
                    .isEqualTo(403);
        }
    }
}
