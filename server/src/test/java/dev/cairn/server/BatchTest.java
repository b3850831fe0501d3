package dev.cairn.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cairn.server.TestServer.Answer;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BatchTest {
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

    private static String join(String... lines) {
        return String.join("\n", lines) + "\n";
    }

    @Test
    void shouldAnswerEachLineInOrderAndGoOnAfterBadOnes() {
        Answer answer = server.lines(
                "/v1/batch",
                join(
                        "{\"op\":\"create\",\"kind\":\"task\",\"id\":\"b1\",\"metadata\":{\"x\":1}}",
                        "",
                        "not JSON",
                        "{\"op\":\"patch\",\"id\":\"b1\",\"status\":\"running\",\"expectedVersion\":1}",
                        "{\"op\":\"patch\",\"id\":\"b1\",\"status\":\"running\",\"expectedVersion\":1}",
                        "{\"op\":\"check\",\"id\":\"b1\",\"expectedVersion\":2}",
                        "{\"op\":\"append\",\"topic\":\"news\",\"key\":\"k\",\"type\":\"t\",\"payload\":[1]}",
                        "{\"op\":\"upsert\",\"id\":\"b2\",\"owner\":\"ann\"}",
                        "{\"op\":\"upsert\",\"id\":\"b2\",\"owner\":null}",
                        "{\"op\":\"delete\",\"id\":\"b2\",\"payload\":1}",
                        "{\"op\":\"delete\",\"id\":\"b2\"}",
                        "{\"op\":\"fly\"}",
                        "{\"id\":\"b3\"}",
                        "{\"op\":\"create\"}",
                        "{\"op\":\"create\",\"id\":\"" + "x".repeat(1 << 20) + "\"}",
                        "{\"op\":\"create\",\"id\":\"b4\",\"id\":\"b5\"}"));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Content-Type")).isEqualTo("application/x-ndjson");
        List<JsonNode> lines = answer.lines();
        assertThat(lines)
                .extracting(line -> line.get("index").asInt())
                .containsExactly(IntStream.range(0, 15).boxed().toArray(Integer[]::new));
        assertThat(lines)
                .extracting(line -> line.get("status").asInt())
                .containsExactly(201, 400, 200, 409, 200, 201, 201, 200, 400, 200, 400, 400, 400, 413, 400);
        assertThat(lines.get(3).get("problem").get("actual").asInt()).isEqualTo(2);
        assertThat(lines.get(8).get("problem").get("pointer").asText()).isEqualTo("/payload");
        assertThat(server.get("/v1/tasks/b1").json().get("status").asText()).isEqualTo("running");
        assertThat(server.get("/v1/tasks/b2").status()).isEqualTo(404);
    }

    @Test
    void shouldWriteAllOrNothingWhenAtomic() {
        server.post("/v1/tasks", "{\"id\":\"there\"}");
        long end = server.cairn().watermarks().endOffset();

        Answer refused = server.lines(
                "/v1/batch?atomic=true",
                join("{\"op\":\"create\",\"id\":\"at1\"}", "{\"op\":\"create\",\"id\":\"there\"}", "not JSON"));
        Answer malformed =
                server.lines("/v1/batch?atomic=true", join("{\"op\":\"create\",\"id\":\"at1\"}", "not JSON"));
        assertThat(server.cairn().watermarks().endOffset()).isEqualTo(end);
        Answer accepted = server.lines(
                "/v1/batch?atomic=true",
                join("{\"op\":\"create\",\"id\":\"at1\"}", "{\"op\":\"patch\",\"id\":\"at1\",\"status\":\"running\"}"));

        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.json().get("index").asInt()).isEqualTo(1);
        assertThat(malformed.status()).isEqualTo(400);
        assertThat(malformed.json().get("index").asInt()).isEqualTo(1);
        assertThat(accepted.status()).isEqualTo(200);
        assertThat(accepted.lines()).hasSize(2);
        assertThat(accepted.lines().get(1).get("receipt").get("version").asInt())
                .isEqualTo(2);
    }

    @Test
    void shouldNameAKindThatNoLineHasBeforeItsMembers() {
        JsonNode problem = server.lines(
                        "/v1/batch", "{\"op\":\"create\",\"kind\":\"lease\",\"id\":\"d\",\"holder\":\"ann\"}\n")
                .lines()
                .get(0)
                .get("problem");

        assertThat(problem.get("pointer").asText()).isEqualTo("/kind");
        assertThat(problem.get("detail").asText())
                .isEqualTo("expected one of the kinds [task, session, decision, entity, link, topic, record, import],"
                        + " was lease");
    }

    /** What one step of an agent leaves behind, or nothing of it. */
    @Test
    void shouldWriteAllKindsInOne() {
        String batch = join(
                "{\"op\":\"create\",\"id\":\"all\"}",
                "{\"op\":\"append\",\"kind\":\"decision\",\"id\":\"d-all\",\"agent\":\"ann\",\"task\":\"all\",\"title\":\"Use it\","
                        + "\"decision\":\"Yes\",\"alternatives\":[\"No\"]}",
                "{\"op\":\"append\",\"kind\":\"session\",\"id\":\"s-all\",\"message\":{\"role\":\"user\",\"content\":\"hi\"}}",
                "{\"op\":\"upsert\",\"kind\":\"entity\",\"type\":\"repo\",\"id\":\"cairn\",\"properties\":{\"stars\":5}}",
                "{\"op\":\"upsert\",\"kind\":\"entity\",\"type\":\"person\",\"id\":\"ann\"}",
                "{\"op\":\"upsert\",\"kind\":\"link\",\"type\":\"person\",\"id\":\"ann\",\"relation\":\"owns\","
                        + "\"type2\":\"repo\",\"id2\":\"cairn\",\"properties\":{\"since\":2020}}",
                "{\"op\":\"append\",\"topic\":\"all\",\"key\":\"k\",\"payload\":1}",
                "{\"op\":\"check\",\"kind\":\"decision\",\"id\":\"d-all\",\"expectedVersion\":1}",
                "{\"op\":\"check\",\"kind\":\"entity\",\"type\":\"repo\",\"id\":\"cairn\",\"expectedVersion\":%d}");
        long end = server.cairn().watermarks().endOffset();
        Answer refused = server.lines("/v1/batch?atomic=true", batch.replace("%d", "7"));
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.json().get("index").asInt()).isEqualTo(8);
        assertThat(server.cairn().watermarks().endOffset()).isEqualTo(end);

        Answer accepted = server.lines("/v1/batch?atomic=true", batch.replace("%d", "1"));
        assertThat(accepted.status()).isEqualTo(200);
        assertThat(accepted.lines())
                .extracting(line -> line.get("status").asInt())
                .containsExactly(201, 201, 201, 201, 201, 201, 201, 200, 200);
        assertThat(server.get("/v1/decisions/d-all").json().get("alternatives").toString())
                .isEqualTo("[\"No\"]");
        long last = server.cairn().watermarks().endOffset() - 1;
        JsonNode linked =
                server.get("/v1/entities/person/ann/links?minOffset=" + last).json();
        assertThat(linked.toString()).contains("\"id\":\"cairn\"").contains("\"since\":2020");
    }

    /** Each line has its own entity: a condition that nothing could be held to is not passed over in silence. */
    @ParameterizedTest
    @CsvSource({
        "/v1/batch, If-Match, {\"op\":\"create\"}",
        "/v1/batch?atomic=true, If-None-Match, {\"op\":\"create\"}",
        "/v1/topics/u/records, If-Match, {\"key\":\"a\"}",
        "/v1/sessions/s/messages, If-Match, {\"role\":\"a\"}"
    })
    void shouldRefuseAConditionInAHeader(String path, String header, String line) {
        long end = server.cairn().watermarks().endOffset();
        Answer refused = server.lines(path, line, header, "*");
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.json().get("parameter").asText()).isEqualTo(header);
        assertThat(server.cairn().watermarks().endOffset()).isEqualTo(end);
    }

    @Test
    void shouldChangeAndDeleteEntitiesAndLinks() {
        Answer answer = server.lines(
                "/v1/batch",
                join(
                        "{\"op\":\"upsert\",\"kind\":\"entity\",\"type\":\"t\",\"id\":\"a\",\"properties\":{\"x\":1,\"y\":2}}",
                        "{\"op\":\"patch\",\"kind\":\"entity\",\"type\":\"t\",\"id\":\"a\",\"properties\":{\"x\":null}}",
                        "{\"op\":\"upsert\",\"kind\":\"link\",\"type\":\"t\",\"id\":\"a\",\"relation\":\"r\",\"type2\":\"t\",\"id2\":\"a\"}",
                        "{\"op\":\"delete\",\"kind\":\"link\",\"type\":\"t\",\"id\":\"a\",\"relation\":\"r\",\"type2\":\"t\",\"id2\":\"a\"}",
                        "{\"op\":\"upsert\",\"kind\":\"entity\",\"type\":\"t\",\"id\":\"b\"}",
                        "{\"op\":\"delete\",\"kind\":\"entity\",\"type\":\"t\",\"id\":\"b\"}"));

        assertThat(answer.lines())
                .extracting(line -> line.get("status").asInt())
                .containsExactly(201, 200, 201, 200, 201, 200);
        assertThat(server.get("/v1/entities/t/a").json().get("properties").toString())
                .isEqualTo("{\"y\":2}");
        assertThat(server.get("/v1/entities/t/b").status()).isEqualTo(404);
    }

    /** Also when it comes last, behind members that the kind of the line before knows otherwise. */
    @Test
    void shouldReadALineAsWhatItSaysItIs() {
        Answer answer = server.lines(
                "/v1/batch",
                join(
                        "{\"agent\":\"ann\",\"title\":\"T\",\"decision\":\"D\",\"id\":\"last\",\"op\":\"append\",\"kind\":\"decision\"}",
                        "{\"id\":\"last\",\"owner\":\"ann\",\"op\":\"create\"}",
                        "{\"type\":null,\"topic\":\"last\",\"key\":\"k\",\"payload\":{\"a\":[1]},\"op\":\"append\"}",
                        "{\"type\":\"t\",\"id\":\"last\",\"properties\":{\"a\":1},\"op\":\"upsert\",\"kind\":\"entity\"}",
                        "{\"topic\":\"last\",\"key\":\"k\",\"op\":\"check\",\"expectedVersion\":1}",
                        "{\"id\":\"last\",\"op\":\"check\",\"expectedVersion\":1}",
                        "{\"kind\":\"task\",\"id\":\"last\",\"op\":\"check\",\"expectedVersion\":1}"));

        assertThat(answer.lines())
                .extracting(line -> line.get("status").asInt())
                .containsExactly(201, 201, 201, 201, 200, 200, 200);
        assertThat(server.get("/v1/decisions/last").json().get("title").asText())
                .isEqualTo("T");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'op':'append','kind':'decision','id':'x','agent':'a','title':'T'} | /decision",
                "{'op':'append','kind':'decision','id':'x','agent':'a','decision':'d'} | /title",
                "{'op':'append','kind':'decision','id':'count','agent':'a','title':'T','decision':'d'} | /id",
                "{'op':'append','kind':'decision','id':'x','title':5} | /title",
                "{'op':'append','kind':'decision','id':'x','owner':'me'} | /owner",
                "{'op':'check','kind':'decision','id':'x','title':'T'} | /title",
                "{'op':'check','kind':'decision'} | /id",
                "{'op':'create','kind':'decision','id':'x'} | /kind",
                "{'op':'create','kind':'entity','type':'t','id':'x'} | /kind",
                "{'op':'upsert','kind':'entity','id':'x'} | /type",
                "{'op':'upsert','kind':'entity','type':'t'} | /id",
                "{'op':'upsert','kind':'entity','type':'batch','id':'x'} | /type",
                "{'op':'upsert','kind':'entity','type':'t','id':'x','properties':[]} | /properties",
                "{'op':'upsert','kind':'entity','type':'t','id':'x','relation':'r'} | /relation",
                "{'op':'delete','kind':'entity','type':'t','id':'x','properties':{}} | /properties",
                "{'op':'upsert','kind':'link','type':'t','id':'x','type2':'t','id2':'y'} | /relation",
                "{'op':'upsert','kind':'link','type':'t','id':'x','relation':'r','type2':'t'} | /id2",
                "{'op':'upsert','kind':'link','type':'t','id':'x','relation':'r','type2':'t','id2':'count'} | /id2",
                "{'op':'check','kind':'link','type':'t','id':'x','relation':'r','type2':'t','id2':'y'} | /kind",
                "{'op':'append','kind':'task','id':'x'} | /kind",
                "{'op':'progress','source':'s'} | /rows",
                "{'op':'append','topic':'t','key':'k','payload':1,'id':'x'} | /id",
                "{'kind':'entity','type':'t','id':'x'} | /op",
                "{'op':'upsert','id':'x','fly':{'a':{}}} | /fly"
            })
    void shouldSayWhatIsWrongWithALine(String line, String pointer) {
        long end = server.cairn().watermarks().endOffset();
        JsonNode answer = server.lines("/v1/batch", line.replace('\'', '"') + "\n")
                .lines()
                .get(0);
        assertThat(answer.get("status").asInt()).isEqualTo(400);
        assertThat(answer.get("problem").get("pointer").asText()).isEqualTo(pointer);
        assertThat(server.cairn().watermarks().endOffset()).isEqualTo(end);
    }

    @Test
    void shouldRecogniseRepeats() {
        String body = join("{\"op\":\"create\",\"id\":\"r1\"}", "{\"op\":\"create\",\"id\":\"r2\"}");
        String own = "{\"op\":\"create\",\"id\":\"r3\",\"idempotencyKey\":\"own\"}\n";
        Answer first = server.lines("/v1/batch", body, "Idempotency-Key", "batch");
        server.lines("/v1/batch", own);

        Answer again = server.lines("/v1/batch", body, "Idempotency-Key", "batch");
        Answer other = server.lines("/v1/batch", body.replace("r2", "r4"), "Idempotency-Key", "batch");

        assertThat(again.body()).isEqualTo(first.body());
        assertThat(again.header("Idempotent-Replay")).isEqualTo("true");
        assertThat(other.status()).isEqualTo(422);
        assertThat(server.lines("/v1/batch", own).lines().get(0).get("replayed").asBoolean())
                .isTrue();
    }

    @Test
    void shouldStreamABatchOfAnyLength() {
        int lines = 20_000;
        String body = IntStream.range(0, lines)
                .mapToObj(i -> "{\"op\":\"upsert\",\"id\":\"s" + i % 1_000 + "\",\"priority\":" + i + "}\n")
                .collect(Collectors.joining());

        List<JsonNode> answers = server.lines("/v1/batch", body).lines();

        assertThat(answers).hasSize(lines).allMatch(answer -> answer.has("receipt"));
        for (int i = 0; i < lines; i++) {
            assertThat(answers.get(i).get("index").asInt()).isEqualTo(i);
        }
        assertThat(server.get("/v1/tasks/s999").json().get("priority").asInt()).isEqualTo(lines - 1);
    }

    @Test
    void shouldAnswerLinesWhileTheRequestGoesOn() throws Exception {
        try (Socket socket = new Socket("127.0.0.1", server.port())) {
            socket.setSoTimeout(20_000);
            OutputStream out = socket.getOutputStream();
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            out.write(("POST /v1/batch HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-ndjson\r\n"
                            + "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));

            out.write(chunk("{\"op\":\"create\",\"id\":\"slow1\"}\n"));
            assertThat(readTo(in, "\"index\":0")).contains("\"status\":201");
            out.write(chunk("{\"op\":\"create\",\"id\":\"slow2\"}\n"));
            assertThat(readTo(in, "\"index\":1")).contains("\"status\":201");
            out.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        }
    }

    private static byte[] chunk(String line) {
        return (Integer.toHexString(line.length()) + "\r\n" + line + "\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    private static String readTo(BufferedReader in, String part) throws Exception {
        String line = in.readLine();
        while (!line.contains(part)) {
            line = in.readLine();
        }
        return line;
    }

    @Test
    void shouldBreakOffWhenTheRequestDoes() throws Exception {
        String answer = server.raw("POST /v1/batch HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-ndjson\r\n"
                + "Transfer-Encoding: chunked\r\n\r\n"
                + new String(chunk("{\"op\":\"create\",\"id\":\"cut\"}\n"), StandardCharsets.US_ASCII)
                + "ZZ\r\n");

        // Whether the first line was committed before the rest turned out to be broken is a matter of timing.
        assertThat(answer.contains("HTTP/1.1 400") || !answer.endsWith("0\r\n\r\n"))
                .as(answer)
                .isTrue();
    }

    @Test
    void shouldKeepTheProgressOfAnImport() {
        server.lines(
                "/v1/batch",
                join("{\"op\":\"upsert\",\"id\":\"i1\"}", "{\"op\":\"progress\",\"source\":\"file/1\",\"rows\":1}"));

        assertThat(server.get("/v1/imports/file%2F1").json().get("rows").asInt())
                .isEqualTo(1);
        assertThat(server.get("/v1/imports/other").json().get("rows").asInt()).isZero();
    }

    @Test
    void shouldAnswerNothingToNothing() {
        assertThat(server.lines("/v1/batch", "\n\n").body()).isEmpty();
        assertThat(server.lines("/v1/batch?atomic=true", "").status()).isEqualTo(200);
    }
}
