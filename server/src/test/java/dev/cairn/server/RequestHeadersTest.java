package dev.cairn.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cairn.server.TestServer.Answer;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Headers as proxies and libraries send them: joined, repeated, weighed; and those of answers without a body. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RequestHeadersTest {
    private static final String JSON = "application/json";
    private static final String MARKDOWN = "text/markdown;charset=utf-8";

    private TestServer server;

    @BeforeAll
    void start(@TempDir Path directory) {
        server = TestServer.start(directory);
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private long revision(String id) {
        return server.post("/v1/tasks", "{\"id\":\"" + id + "\"}")
                .json()
                .at("/task/revision")
                .asLong();
    }

    private long token(String lease) {
        return server.post("/v1/leases/" + lease, "{\"holder\":\"ann\",\"ttlMs\":60000}")
                .json()
                .get("token")
                .asLong();
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "PUT", "nonsense"})
    void shouldGoByTheMethodItselfAlone(String other) {
        Answer answer = server.post("/v1/tasks", "{}", "X-HTTP-Method-Override", other);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().get("parameter").asText()).isEqualTo("X-HTTP-Method-Override");
        assertThat(server.post("/v1/tasks", "{}", "X-HTTP-Method-Override", "POST")
                        .status())
                .isEqualTo(201);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Idempotency-Key", "Cairn-Actor"})
    void shouldRefuseWhatCanOnlyBeSaidOnce(String header) {
        long end = server.cairn().watermarks().endOffset();

        Answer answer = server.post("/v1/tasks", "{}", header, "one", header, "two");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().get("parameter").asText()).isEqualTo(header);
        assertThat(server.cairn().watermarks().endOffset()).isEqualTo(end);
    }

    @Test
    void shouldTakeLinesOfTagsForOneList() {
        long revision = revision("tags");
        String wrong = "\"" + (revision + 1_000) + "\"";
        String right = "\"" + revision + "\"";

        assertThat(server.get("/v1/tasks/tags", "If-None-Match", wrong, "If-None-Match", right)
                        .status())
                .isEqualTo(304);
        assertThat(server.patch("/v1/tasks/tags", "{}", "If-Match", wrong, "If-Match", right)
                        .status())
                .isEqualTo(200);
        assertThat(server.patch("/v1/tasks/tags", "{}", "If-Match", wrong, "If-Match", right)
                        .status())
                .isEqualTo(412);
    }

    @Test
    void shouldTakeFencesThatWereJoinedForAsManyFences() {
        long first = token("a,b");
        long second = token("c");
        String path = "/v1/topics/t/records";
        String record = "{\"key\":\"k\",\"payload\":1}";

        assertThat(server.post(path, record, "Cairn-Fence", "a,b=" + first + ", c=" + second)
                        .status())
                .isEqualTo(201);
        Answer stale = server.post(path, record, "Cairn-Fence", "a,b=" + first + ",c=" + (second + 1_000));
        assertThat(stale.status()).isEqualTo(409);
        assertThat(stale.json().get("lease").asText()).isEqualTo("c");
        assertThat(server.post(path, record, "Cairn-Fence", "c=" + second + ",").status())
                .isEqualTo(201);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "text/markdown | " + MARKDOWN,
                "text/markdown;q=0 | " + JSON,
                "text/markdown;q=0.5, application/json | " + JSON,
                "application/json;q=0.5, text/markdown | " + MARKDOWN,
                "Text/Markdown; variant=GFM | " + MARKDOWN,
                "text/markdownish | " + JSON,
                "*/* | " + JSON,
                "text/markdown, */* | " + MARKDOWN,
                "*/*;q=0.1, text/markdown;q=0.05 | " + JSON,
                "application/*, text/markdown;q=0.9 | " + JSON,
            })
    void shouldWeighWhatIsAccepted(String accept, String type) {
        Answer answer = server.get("/v1/decisions", "Accept", accept);

        assertThat(answer.header("Content-Type").replace(" ", "")).isEqualTo(type);
    }

    @Test
    void shouldTakeTheHeaderForWhoActsWhateverALineSays() {
        String line = "{\"op\":\"append\",\"topic\":\"acts\",\"key\":\"k\",\"payload\":1,\"actor\":\"line\"}\n";
        server.lines("/v1/batch", line, "Cairn-Actor", "header");
        server.lines("/v1/batch", line);
        server.post(
                "/v1/sessions/acts/messages",
                "{\"role\":\"u\",\"content\":1,\"actor\":\"line\"}",
                "Cairn-Actor",
                "header");

        assertThat(server.get("/v1/log?topic=acts&topic=session").lines().stream()
                        .map(record -> record.get("actor").asText()))
                .containsExactly("header", "line", "header");
    }

    @Test
    void shouldNotTellATypeWhereThereIsNoBody() {
        long revision = revision("bodiless");
        Answer known = server.get("/v1/tasks/bodiless", "If-None-Match", "\"" + revision + "\"");
        Answer nothing = server.post("/v1/tasks/claim", "{\"agent\":\"ann\",\"queue\":\"none\",\"ttlMs\":1000}");

        assertThat(known.status()).isEqualTo(304);
        assertThat(nothing.status()).isEqualTo(204);
        for (Answer answer : new Answer[] {known, nothing}) {
            assertThat(answer.headers().firstValue("Content-Type")).isEmpty();
            assertThat(answer.header("Cairn-Durable-Offset")).isNotEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "application/x-ndjson | application/x-ndjson",
                "text/event-stream | text/event-stream",
                "application/x-ndjson, text/event-stream;q=0.5 | application/x-ndjson"
            })
    void shouldAnswerTheHeadOfATailWithoutStayingOpen(String accept, String type) {
        Answer head = server.send("HEAD", "/v1/log/tail", null, "Accept", accept);

        assertThat(head.status()).isEqualTo(200);
        assertThat(head.header("Content-Type")).isEqualTo(type);
        assertThat(head.header("Cairn-Durable-Offset")).isNotEmpty();
        assertThat(server.send("HEAD", "/v1/log/tail?from=999999", null).status())
                .isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"tasks/now", "leases/now", "entities/t/now"})
    void shouldReadEveryKindOfEntityAlike(String entity) {
        String path = "/v1/" + entity;
        JsonNode receipt = (entity.startsWith("tasks")
                        ? server.post("/v1/tasks", "{\"id\":\"now\"}")
                        : entity.startsWith("leases")
                                ? server.post(path, "{\"holder\":\"ann\",\"ttlMs\":60000}")
                                : server.send("PUT", path, "{}"))
                .json()
                .get("receipt");
        String tag = "\"" + receipt.get("revision").asLong() + "\"";

        assertThat(server.get(path + "?waitMs=x").json().get("parameter").asText())
                .isEqualTo("waitMs");
        assertThat(server.get(path + "?asOf=-1").status()).isEqualTo(404);
        assertThat(server.get(path + "?asOf=-2").status()).isEqualTo(400);
        long begin = System.nanoTime();
        assertThat(server.get(path + "?waitMs=300", "If-None-Match", tag).status())
                .isEqualTo(304);
        assertThat(System.nanoTime() - begin).isGreaterThan(250_000_000L);
    }

    @Test
    void shouldWaitForAChangeOfALeaseThatNobodyHolds() throws Exception {
        long token = token("free");
        String tag = server.delete("/v1/leases/free/" + token).header("ETag");
        long begin = System.nanoTime();
        assertThat(server.get("/v1/leases/free?waitMs=300", "If-None-Match", tag)
                        .status())
                .isEqualTo(304);
        assertThat(System.nanoTime() - begin).isGreaterThan(250_000_000L);

        Thread taker = new Thread(() -> token("free"));
        taker.start();
        Answer changed = server.get("/v1/leases/free?waitMs=30000", "If-None-Match", tag);
        taker.join();

        assertThat(changed.status()).isEqualTo(200);
        assertThat(changed.json().get("holder").asText()).isEqualTo("ann");
    }
}
