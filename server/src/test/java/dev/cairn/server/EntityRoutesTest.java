package dev.cairn.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cairn.server.TestServer.Answer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EntityRoutesTest {
    @TempDir
    static Path directory;

    private TestServer server;

    @BeforeAll
    void start() {
        server = TestServer.start(directory);
        put("/v1/entities/bad/a", "{}");
        put("/v1/entities/bad/b", "{}");
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private Answer put(String path, @Nullable String body, String... headers) {
        return server.send("PUT", path, body, headers);
    }

    @Test
    void shouldTakeNullForWhatEmptiesProperties() {
        String path = "/v1/entities/person/emptied";
        server.send("PUT", path, "{\"properties\":{\"a\":1,\"b\":{\"c\":2}}}");

        Answer answer = server.patch(path, "{\"properties\":null}");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().at("/entity/properties").toString()).isEqualTo("{}");
        Answer put = server.send("PUT", path, "{\"properties\":null}");
        assertThat(put.status()).isEqualTo(400);
        assertThat(put.json().get("pointer").asText()).isEqualTo("/properties");
    }

    @Test
    void shouldCreateReplacePatchShowAndDelete() {
        String path = "/v1/entities/ser%2Fvice/%C3%A4%2F1";
        Answer created = put(path, "{\"properties\":{\"due\": \"2026-01-01T00:00:00Z\",\"n\":1.50,\"z\":null}}");

        assertThat(created.status()).isEqualTo(201);
        assertThat(created.header("Location")).isEqualTo(path);
        JsonNode entity = created.json().get("entity");
        JsonNode receipt = created.json().get("receipt");
        assertThat(entity.get("type").asText()).isEqualTo("ser/vice");
        assertThat(entity.get("id").asText()).isEqualTo("ä/1");
        assertThat(created.body()).contains("\"properties\":{\"due\":\"2026-01-01T00:00:00Z\",\"n\":1.50,\"z\":null}");
        assertThat(entity.get("types").toString()).isEqualTo("{\"due\":\"time\",\"n\":\"number\",\"z\":\"null\"}");
        assertThat(entity.get("createdAt").asText()).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}Z");
        assertThat(receipt.get("version").asLong()).isEqualTo(1);
        assertThat(receipt.get("ack").asText()).isEqualTo("durable");
        assertThat(created.header("ETag"))
                .isEqualTo("\"" + receipt.get("revision").asLong() + "\"");
        assertThat(created.header("Cairn-Durable-Offset")).isNotEmpty();
        assertThat(server.get(path).json()).isEqualTo(entity);

        Answer replaced = put(path, "{\"properties\":{\"a\":{\"b\":1}}}", "Cairn-Actor", "ann");
        assertThat(replaced.status()).isEqualTo(200);
        assertThat(replaced.header("Location")).isEmpty();
        assertThat(replaced.json().get("entity").get("properties").toString()).isEqualTo("{\"a\":{\"b\":1}}");

        Answer patched = server.patch(
                path,
                "{\"properties\":{\"a\":{\"b\":null,\"c\":2}},\"occurredAt\":\"2020-01-01T01:00:00+01:00\"}",
                "Content-Type",
                "application/merge-patch+json");
        assertThat(patched.status()).isEqualTo(200);
        assertThat(patched.json().get("entity").get("properties").toString()).isEqualTo("{\"a\":{\"c\":2}}");

        JsonNode history = server.get(path + "/history?limit=2").json();
        assertThat(history.get("records").get(0).get("type").asText()).isEqualTo("patched");
        assertThat(history.get("records").get(0).get("occurredAt").asText()).isEqualTo("2020-01-01T00:00:00.000000Z");
        assertThat(history.get("records").get(1).get("actor").asText()).isEqualTo("ann");
        JsonNode rest = server.get(
                        path + "/history?cursor=" + history.get("next").asText())
                .json();
        assertThat(rest.get("records")).hasSize(1);
        assertThat(rest.get("next").isNull()).isTrue();

        assertThat(server.get(path + "?asOf=" + receipt.get("offset").asLong()).json())
                .isEqualTo(entity);
        assertThat(server.get(path + "?asOf=2100-01-01T00:00:00Z").status()).isEqualTo(400);
        assertThat(server.get(path + "?asOf=99999999").status()).isEqualTo(400);

        Answer deleted = server.delete(path);
        assertThat(deleted.status()).isEqualTo(200);
        assertThat(deleted.json().get("receipt").get("version").asLong()).isEqualTo(4);
        assertThat(server.get(path).status()).isEqualTo(404);
        assertThat(server.delete(path).status()).isEqualTo(404);
        assertThat(server.patch(path, "{}").status()).isEqualTo(404);
        assertThat(server.get(path + "/history").json().get("records")).hasSize(4);
        Answer again = put(path, "{\"properties\":{}}");
        assertThat(again.status()).isEqualTo(201);
        assertThat(again.json().get("receipt").get("version").asLong()).isEqualTo(5);
    }

    @Test
    void shouldRepeatTheFirstAnswerWithItsStatus() {
        String body = "{\"properties\":{\"a\":1}}";
        Answer first = put("/v1/entities/t/repeat", body, "Idempotency-Key", "e1");
        put("/v1/entities/t/repeat", "{\"properties\":{\"a\":2}}");

        Answer again = put("/v1/entities/t/repeat", body, "Idempotency-Key", "e1");
        assertThat(again.status()).isEqualTo(201);
        assertThat(again.body()).isEqualTo(first.body());
        assertThat(again.header("Idempotent-Replay")).isEqualTo("true");
        assertThat(put("/v1/entities/t/repeat", "{}", "Idempotency-Key", "e1").status())
                .isEqualTo(422);
        put("/v1/entities/t/other", "{}");
        Answer linked = put("/v1/entities/t/repeat/links/r/t/other", null, "Idempotency-Key", "e2");
        put("/v1/entities/t/repeat/links/r/t/other", null);
        assertThat(put("/v1/entities/t/repeat/links/r/t/other", null, "Idempotency-Key", "e2")
                        .body())
                .isEqualTo(linked.body());
    }

    @Test
    void shouldHoldExpectations() {
        String path = "/v1/entities/t/expect";
        Answer created = put(path, "{\"properties\":{},\"expectedVersion\":\"none\"}");
        assertThat(created.status()).isEqualTo(201);
        Answer conflict = put(path, "{\"expectedVersion\":\"none\"}");
        assertThat(conflict.status()).isEqualTo(409);
        assertThat(conflict.json().get("code").asText()).isEqualTo("conflict");
        assertThat(conflict.json().get("actual").asLong()).isEqualTo(1);
        assertThat(put(path, "{}", "If-None-Match", "*").status()).isEqualTo(412);
        assertThat(put("/v1/entities/t/expected-none", "{}", "If-None-Match", "*")
                        .status())
                .isEqualTo(201);
        Answer known = put(path, "{}", "If-None-Match", created.header("ETag"));
        assertThat(known.status()).isEqualTo(400);
        assertThat(known.json().get("parameter").asText()).isEqualTo("If-None-Match");
        long revision = created.json().get("receipt").get("revision").asLong();
        assertThat(server.patch(path, "{}", "If-Match", "\"" + (revision + 1) + "\"")
                        .status())
                .isEqualTo(412);
        assertThat(server.patch(path, "{}", "If-Match", created.header("ETag")).status())
                .isEqualTo(200);
        assertThat(server.patch(path, "{\"expectedRevision\":" + revision + "}").status())
                .isEqualTo(409);
        assertThat(server.send("DELETE", path, "{\"expectedVersion\":1}").status())
                .isEqualTo(409);
        assertThat(server.send("DELETE", path, "{\"expectedVersion\":2}").status())
                .isEqualTo(200);
    }

    @Test
    void shouldWaitForAChange() throws Exception {
        Answer created = put("/v1/entities/t/wait", "{}");
        assertThat(server.get("/v1/entities/t/wait?waitMs=50", "If-None-Match", created.header("ETag"))
                        .status())
                .isEqualTo(304);
        CompletableFuture<Answer> waiting = CompletableFuture.supplyAsync(
                () -> server.get("/v1/entities/t/wait?waitMs=30000", "If-None-Match", created.header("ETag")));
        while (server.server().waiting() == 0) {
            TimeUnit.MILLISECONDS.sleep(5);
        }
        server.patch("/v1/entities/t/wait", "{\"properties\":{\"a\":1}}");
        Answer changed = waiting.get(30, TimeUnit.SECONDS);
        assertThat(changed.status()).isEqualTo(200);
        assertThat(changed.json().get("version").asLong()).isEqualTo(2);
    }

    @Test
    void shouldFindByProperties() {
        long offset = 0;
        for (int i = 0; i < 6; i++) {
            offset = put(
                            "/v1/entities/find/f" + i,
                            "{\"properties\":{\"n\":" + i + (i % 2 == 0 ? "" : ".0")
                                    + ",\"odd\":" + (i % 2 == 1) + ",\"a.min\":\"x\",\"at\":\"2026-01-0" + (i + 1)
                                    + "T00:00:00+01:00\"}}")
                    .json()
                    .get("receipt")
                    .get("offset")
                    .asLong();
        }
        assertThat(found(offset, "")).containsExactly("f0", "f1", "f2", "f3", "f4", "f5");
        assertThat(found(offset, "&order=-updatedAt")).startsWith("f5", "f4");
        assertThat(found(offset, "&property.n=3")).containsExactly("f3");
        assertThat(found(offset, "&property.odd=true&propertyMin.n=2")).containsExactly("f3", "f5");
        assertThat(found(offset, "&propertyMin.n=1&propertyMax.n=2.5")).containsExactly("f1", "f2");
        assertThat(found(offset, "&property.a.min=x&property.n=0")).containsExactly("f0");
        assertThat(found(offset, "&propertyAfter.at=2026-01-04T00:00:00+01:00")).containsExactly("f4", "f5");
        assertThat(found(offset, "&propertyBefore.at=2025-12-31T23:00:01Z")).containsExactly("f0");
        assertThat(found(offset, "&property.at=2026-01-02T01:00:00%2B02:00")).containsExactly("f1");
        assertThat(found(offset, "&property.n=")).isEmpty();

        List<String> paged = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page = server.get("/v1/entities/find?limit=2" + cursor).json();
            assertThat(page.get("projectionOffset").asLong()).isGreaterThanOrEqualTo(offset);
            page.get("entities").forEach(entity -> paged.add(entity.get("id").asText()));
            cursor = page.get("next").isNull()
                    ? ""
                    : "&cursor=" + page.get("next").asText();
        } while (!cursor.isEmpty());
        assertThat(paged).containsExactly("f0", "f1", "f2", "f3", "f4", "f5");
        assertThat(server.get("/v1/entities/find?minOffset=99999999&waitMs=1").status())
                .isEqualTo(503);
        assertThat(server.get("/v1/entities/nothing").json().get("entities")).isEmpty();
    }

    private List<String> found(long minOffset, String filters) {
        Answer answer = server.get("/v1/entities/find?minOffset=" + minOffset + filters);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        List<String> ids = new ArrayList<>();
        answer.json().get("entities").forEach(entity -> ids.add(entity.get("id").asText()));
        return ids;
    }

    @Test
    void shouldLinkFollowAndUnlink() {
        for (String id : List.of("a", "b%2F1", "c")) {
            put("/v1/entities/n/" + id, "{}");
        }
        String link = "/v1/entities/n/a/links/knows%2Fwell/n/b%2F1";
        Answer linked = put(link, null);
        assertThat(linked.status()).isEqualTo(201);
        assertThat(linked.header("Location")).isEqualTo(link);
        assertThat(linked.json().get("link").get("from").toString()).isEqualTo("{\"type\":\"n\",\"id\":\"a\"}");
        assertThat(linked.json().get("link").get("relation").asText()).isEqualTo("knows/well");
        assertThat(linked.json().get("link").get("to").toString()).isEqualTo("{\"type\":\"n\",\"id\":\"b/1\"}");
        assertThat(linked.header("ETag")).isNotEmpty();
        Answer again = put(link, "{\"properties\":{\"since\":2020}}", "If-Match", linked.header("ETag"));
        assertThat(again.status()).isEqualTo(200);
        assertThat(again.header("Location")).isEmpty();
        assertThat(again.json().get("link").get("properties").toString()).isEqualTo("{\"since\":2020}");
        assertThat(put(link, "{}", "If-Match", linked.header("ETag")).status()).isEqualTo(412);
        assertThat(server.get(link).json()).isEqualTo(again.json().get("link"));
        assertThat(server.get(link, "If-None-Match", again.header("ETag")).status())
                .isEqualTo(304);
        long firstOffset = linked.json().get("receipt").get("offset").asLong();
        assertThat(server.get(link + "?asOf=" + firstOffset).json())
                .isEqualTo(linked.json().get("link"));
        assertThat(server.get(link + "?asOf=" + (firstOffset - 1)).status()).isEqualTo(404);

        long offset = put("/v1/entities/n/b%2F1/links/owns/n/c", "{}")
                .json()
                .get("receipt")
                .get("offset")
                .asLong();
        assertThat(links(offset, "a", ""))
                .isEqualTo("[{\"relation\":\"knows/well\",\"direction\":\"out\",\"type\":\"n\",\"id\":\"b/1\","
                        + "\"linkProperties\":{\"since\":2020},\"hops\":1}]");
        assertThat(links(offset, "a", "&hops=2"))
                .isEqualTo("[{\"relation\":\"knows/well\",\"direction\":\"out\",\"type\":\"n\",\"id\":\"b/1\","
                        + "\"linkProperties\":{\"since\":2020},\"hops\":1},"
                        + "{\"relation\":\"owns\",\"direction\":\"out\",\"type\":\"n\",\"id\":\"c\",\"hops\":2,"
                        + "\"via\":{\"relation\":\"knows/well\",\"direction\":\"out\",\"type\":\"n\",\"id\":\"b/1\","
                        + "\"linkProperties\":{\"since\":2020}}}]");
        assertThat(links(offset, "a", "&relation=owns")).isEqualTo("[]");
        assertThat(links(offset, "a", "&relation=owns&relation=knows/well")).contains("b/1");
        assertThat(links(offset, "a", "&hops=2&relation=knows/well&relation2=owns"))
                .contains("\"hops\":2");
        assertThat(links(offset, "c", "")).isEqualTo("[]");
        assertThat(links(offset, "c", "&direction=in")).contains("\"direction\":\"in\"");
        assertThat(links(offset, "c", "&direction=both&hops=2")).contains("\"id\":\"a\"");
        JsonNode page = server.get("/v1/entities/n/a/links?hops=2&limit=1").json();
        assertThat(page.get("links")).hasSize(1);
        JsonNode next = server.get("/v1/entities/n/a/links?hops=2&limit=1&cursor="
                        + page.get("next").asText())
                .json();
        assertThat(next.get("links").get(0).get("id").asText()).isEqualTo("c");
        assertThat(next.get("next").isNull()).isTrue();

        assertThat(server.delete(link).status()).isEqualTo(200);
        assertThat(server.delete(link).status()).isEqualTo(404);
        assertThat(server.get(link).status()).isEqualTo(404);
        server.delete("/v1/entities/n/c");
        long gone = put("/v1/entities/n/c", "{}")
                .json()
                .get("receipt")
                .get("offset")
                .asLong();
        assertThat(links(gone, "b%2F1", "")).isEqualTo("[]");
        assertThat(server.get("/v1/entities/n/b%2F1/links/owns/n/c").status()).isEqualTo(404);
        assertThat(server.delete("/v1/entities/n/b%2F1/links/owns/n/c").status())
                .isEqualTo(404);
        assertThat(put("/v1/entities/n/b%2F1/links/owns/n/c", null).status()).isEqualTo(201);
        assertThat(server.get("/v1/entities/n/nobody/links").status()).isEqualTo(404);
        assertThat(put("/v1/entities/n/a/links/r/n/nobody", null).status()).isEqualTo(404);
        assertThat(put("/v1/entities/n/nobody/links/r/n/a", null).status()).isEqualTo(404);
    }

    private String links(long minOffset, String id, String query) {
        Answer answer = server.get("/v1/entities/n/" + id + "/links?minOffset=" + minOffset + query);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer.json().get("links").toString();
    }

    /** What is refused, where, and that nothing was written. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            nullValues = "-",
            value = {
                "PUT    | /v1/entities/bad/a           |                                | 400 | pointer=",
                "PUT    | /v1/entities/bad/a           | []                             | 400 | pointer=",
                "PUT    | /v1/entities/bad/a           | {\"properties\":[]}            | 400 | pointer=/properties",
                "PUT    | /v1/entities/bad/a           | {\"properties\":null}          | 400 | pointer=/properties",
                "PUT    | /v1/entities/bad/a           | {\"properties\":{\"x\":1,\"x\":2}} | 400 | pointer=/properties/x",
                "PUT    | /v1/entities/bad/a           | {\"properties\":{\"\":1}}      | 400 | pointer=/properties/",
                "PUT    | /v1/entities/bad/a           | {\"a\":1}                      | 400 | pointer=/a",
                "PUT    | /v1/entities/bad/a           | {\"expectedVersion\":0}        | 400 | pointer=/expectedVersion",
                "PUT    | /v1/entities/bad/a           | {\"occurredAt\":\"now\"}       | 400 | pointer=/occurredAt",
                "PUT    | /v1/entities/bad/a?ack=never | {}                             | 400 | parameter=ack",
                "PUT    | /v1/entities/count/a         | {}                             | 400 | parameter=type",
                "PUT    | /v1/entities/bad/claim       | {}                             | 400 | parameter=id",
                "PUT    | /v1/entities/bad/%01         | {}                             | 400 | parameter=id",
                "PUT    | /v1/entities/b%FFd/a         | {}                             | 400 | -",
                "PATCH  | /v1/entities/bad/a           | {\"properties\":7}             | 400 | pointer=/properties",
                "PATCH  | /v1/entities/bad/a           |                                | 400 | pointer=",
                "DELETE | /v1/entities/bad/a           | {\"properties\":{}}            | 400 | pointer=/properties",
                "PUT    | /v1/entities/bad/a/links/%01/bad/b | -                        | 400 | parameter=relation",
                "PUT    | /v1/entities/bad/a/links/r/bad/count | -                      | 400 | parameter=id2",
                "PUT    | /v1/entities/bad/a/links/r/bad/b | {\"properties\":[]}        | 400 | pointer=/properties",
                "PUT    | /v1/entities/bad/a/links/r/bad/b | {\"weight\":1}             | 400 | pointer=/weight",
                "DELETE | /v1/entities/bad/a/links/r/bad/b | {\"properties\":{}}        | 400 | pointer=/properties",
                "GET    | /v1/entities/bad?property.=1 | -                              | 400 | parameter=property.",
                "GET    | /v1/entities/bad?properties.a=1 | -                           | 400 | parameter=properties.a",
                "GET    | /v1/entities/bad?propertyMin.a=x | -                          | 400 | parameter=propertyMin.a",
                "GET    | /v1/entities/bad?propertyMax.a= | -                           | 400 | parameter=propertyMax.a",
                "GET    | /v1/entities/bad?propertyAfter.a=x | -                        | 400 | parameter=propertyAfter.a",
                "GET    | /v1/entities/bad?propertyBefore.a= | -                        | 400 | parameter=propertyBefore.a",
                "GET    | /v1/entities/bad?property.a=1&property.a=2 | -                | 400 | parameter=property.a",
                "GET    | /v1/entities/bad?order=priority | -                           | 400 | parameter=order",
                "GET    | /v1/entities/bad?limit=1001  | -                              | 400 | parameter=limit",
                "GET    | /v1/entities/bad?cursor=xyz  | -                              | 400 | parameter=cursor",
                "GET    | /v1/entities/batch           | -                              | 400 | parameter=type",
                "GET    | /v1/entities/bad/a/links?hops=3 | -                           | 400 | parameter=hops",
                "GET    | /v1/entities/bad/a/links?relation2=r | -                      | 400 | parameter=relation2",
                "GET    | /v1/entities/bad/a/links?direction=up | -                     | 400 | parameter=direction",
                "GET    | /v1/entities/bad/a/links?cursor=xyz | -                       | 400 | parameter=cursor",
                "GET    | /v1/entities/bad/a/links?depth=1 | -                          | 400 | parameter=depth",
                "GET    | /v1/entities/bad/a?asOf=yesterday | -                         | 400 | parameter=asOf",
                "GET    | /v1/entities/bad/a/history?cursor=x | -                       | 400 | parameter=cursor",
                "POST   | /v1/entities/bad/a           | {}                             | 405 | -",
                "POST   | /v1/entities/bad             | {}                             | 405 | -",
                "PATCH  | /v1/entities/bad/a/links/r/bad/b | {}                         | 405 | -",
                "GET    | /v1/entities/bad/nobody      | -                              | 404 | -",
                "GET    | /v1/entities/bad/nobody/history | -                           | 404 | -",
                "GET    | /v1/entities                 | -                              | 404 | -",
                "GET    | /v1/entities/bad/a/links/r   | -                              | 404 | -",
            })
    void shouldRefuse(String method, String path, @Nullable String body, int status, @Nullable String where) {
        long end = server.cairn().watermarks().endOffset();

        Answer answer = server.send(method, path, body);

        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
        if (where != null) {
            int equals = where.indexOf('=');
            assertThat(answer.json().path(where.substring(0, equals)).asText("absent"))
                    .as(answer.body())
                    .isEqualTo(where.substring(equals + 1));
        }
        assertThat(server.cairn().watermarks().endOffset()).isEqualTo(end);
    }

    @Test
    void shouldRefuseWhatIsTooLargeOrOfAnotherType() {
        assertThat(put("/v1/entities/bad/a", "{}", "Content-Type", "text/plain").status())
                .isEqualTo(415);
        String large = "{\"properties\":{\"a\":\"" + "x".repeat(1 << 20) + "\"}}";
        assertThat(put("/v1/entities/bad/a", large).status()).isEqualTo(413);
        assertThat(server.get("/v1/entities/bad?property.a=" + "x".repeat(1_025))
                        .status())
                .isEqualTo(400);
    }

    @Test
    void shouldRefuseToAppendRecordsOfEntities() {
        assertThat(server.post("/v1/topics/entity/records", "{\"key\":\"a\",\"payload\":1}")
                        .status())
                .isEqualTo(403);
        assertThat(server.post("/v1/topics/entity-link/records", "{\"key\":\"a\",\"payload\":1}")
                        .status())
                .isEqualTo(403);
    }
}
