package dev.cairn.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cairn.server.TestServer.Answer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
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
class LeaseRoutesTest {
    @TempDir
    static Path directory;

    private TestServer server;

    @BeforeAll
    void start() {
        server = TestServer.start(directory, options -> options.idleTimeout(Duration.ofMillis(600)));
        server.post("/v1/leases/kept", "{\"holder\":\"keeper\",\"ttlMs\":600000}");
        server.post("/v1/leases/over", "{\"holder\":\"keeper\",\"ttlMs\":600000}");
        server.delete("/v1/leases/over/*");
        server.post("/v1/tasks", "{\"id\":\"guarded\"}");
        server.post("/v1/leases/task:guarded", "{\"holder\":\"keeper\",\"ttlMs\":600000}");
        server.post("/v1/leases/keyed", "{\"holder\":\"me\",\"ttlMs\":600000}", "Idempotency-Key", "used-key");
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private Answer acquire(String lease, String holder, long waitMillis, String... headers) {
        return acquire(server, lease, holder, waitMillis, headers);
    }

    private static Answer acquire(TestServer at, String lease, String holder, long waitMillis, String... headers) {
        String body = "{\"holder\":\"" + holder + "\",\"ttlMs\":60000,\"waitMs\":" + waitMillis + "}";
        return at.post("/v1/leases/" + lease, body, headers);
    }

    private static CompletableFuture<Answer> later(java.util.function.Supplier<Answer> request) {
        return CompletableFuture.supplyAsync(request);
    }

    private static long token(Answer granted) {
        assertThat(granted.status()).as(granted.body()).isEqualTo(200);
        return granted.json().get("token").asLong();
    }

    private JsonNode lease(String name) {
        return server.get("/v1/leases/" + name).json();
    }

    @Test
    void shouldGrantRenewAndRelease() {
        Answer granted = acquire("a%2Fb", "ann", 0);

        JsonNode grant = granted.json();
        long token = token(granted);
        assertThat(grant.get("lease").asText()).isEqualTo("a/b");
        assertThat(grant.get("holder").asText()).isEqualTo("ann");
        assertThat(grant.get("receipt").get("offset").asLong()).isEqualTo(token);
        assertThat(grant.get("receipt").get("ack").asText()).isEqualTo("durable");
        assertThat(granted.header("ETag")).isEqualTo("\"" + token + "\"");
        Instant expires = Instant.parse(grant.get("expiresAt").asText());
        JsonNode lease = lease("a%2Fb");
        assertThat(lease.get("name").asText()).isEqualTo("a/b");
        assertThat(lease.get("token").asLong()).isEqualTo(token);
        assertThat(lease.get("progress").isNull()).isTrue();
        assertThat(Instant.parse(lease.get("grantedAt").asText())).isBefore(expires);

        Answer renewed = server.send(
                "PUT", "/v1/leases/a%2Fb/" + token, "{\"ttlMs\":120000,\"progress\":{ \"done\" : [1, 2] }}");

        assertThat(renewed.status()).isEqualTo(200);
        assertThat(Instant.parse(renewed.json().get("expiresAt").asText())).isAfter(expires);
        assertThat(renewed.json().get("receipt").get("version").asLong()).isEqualTo(2);
        assertThat(lease("a%2Fb").get("progress").toString()).isEqualTo("{\"done\":[1,2]}");

        Answer released = server.delete("/v1/leases/a%2Fb/" + token + "?mode=fail");

        assertThat(released.status()).isEqualTo(200);
        assertThat(released.json().get("receipt").get("version").asLong()).isEqualTo(3);
        JsonNode free = lease("a%2Fb");
        assertThat(free.get("holder").isNull()
                        && free.get("token").isNull()
                        && free.get("expiresAt").isNull())
                .isTrue();
        JsonNode records = server.get("/v1/leases/a%2Fb/history").json().get("records");
        assertThat(records.findValuesAsText("type")).containsExactly("failed", "renewed", "granted");
        assertThat(records.findValuesAsText("actor")).containsOnly("ann");
    }

    @Test
    void shouldAnswerAGrantWhenItIsDurableWhateverIsAskedFor() {
        Answer granted = server.post("/v1/leases/soon?ack=accepted", "{\"holder\":\"a\",\"ttlMs\":1000}");
        assertThat(granted.json().get("receipt").get("ack").asText()).isEqualTo("durable");
    }

    /** Whoever takes a lease away does not say how the work of its holder went. */
    @Test
    void shouldTakeNoModeBesideAnyToken() {
        acquire("any-mode", "one", 0);

        Answer refused = server.delete("/v1/leases/any-mode/*?mode=poison");
        JsonNode holder = lease("any-mode").get("holder");
        Answer revoked = server.delete("/v1/leases/any-mode/*?mode=release");

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.json().get("parameter").asText()).isEqualTo("mode");
        assertThat(refused.json().get("detail").asText())
                .contains("expected no mode beside *, which revokes, was poison");
        assertThat(holder.asText()).isEqualTo("one");
        assertThat(revoked.status()).isEqualTo(200);
    }

    @Test
    void shouldWaitForAChangeOfALease() {
        long token = token(acquire("watch", "one", 0));
        Answer now = server.get("/v1/leases/watch");
        String tag = now.header("ETag");
        assertThat(server.get("/v1/leases/watch?waitMs=50", "If-None-Match", tag)
                        .status())
                .isEqualTo(304);
        CompletableFuture<Answer> change =
                later(() -> server.get("/v1/leases/watch?waitMs=20000", "If-None-Match", tag));
        server.delete("/v1/leases/watch/" + token);
        Answer changed = change.join();
        assertThat(changed.status()).isEqualTo(200);
        assertThat(changed.json().get("holder").isNull()).isTrue();
        assertThat(server.get("/v1/leases/watch?asOf=" + token)
                        .json()
                        .get("holder")
                        .asText())
                .isEqualTo("one");
        assertThat(server.get("/v1/leases/watch?asOf="
                                + now.json().get("grantedAt").asText())
                        .json()
                        .get("holder")
                        .asText())
                .isEqualTo("one");
    }

    @Test
    void shouldListWhatAHolderHas() {
        acquire("list-1", "lister", 0);
        Answer last = acquire("list-2", "lister", 0);
        String query = "/v1/leases?holder=lister&limit=1&minOffset=" + token(last);

        JsonNode page = server.get(query).json();
        JsonNode rest =
                server.get(query + "&cursor=" + page.get("next").asText()).json();

        assertThat(page.get("leases").findValuesAsText("name")).containsExactly("list-1");
        assertThat(rest.get("leases").findValuesAsText("name")).containsExactly("list-2");
        assertThat(page.get("projectionOffset").asLong()).isGreaterThanOrEqualTo(token(last));
        assertThat(server.get("/v1/leases?holder=nobody").json().get("leases")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "a:b", "a=b=", "100%", "ä/€/𝄞", " spaced out ", "a,b;c", "+"})
    void shouldTakeAnyNameInAFence(String name) {
        String encoded = URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
        long token = token(acquire("any-" + encoded, "me", 0));
        String fence = "any-" + encoded + "=" + token;

        Answer written = server.post("/v1/topics/t/records", "{\"key\":\"k\",\"payload\":1}", "Cairn-Fence", fence);

        assertThat(written.status()).as(written.body()).isEqualTo(201);
        JsonNode fences = record(written).get("fences");
        assertThat(fences.get(0).get("lease").asText()).isEqualTo("any-" + name);
        assertThat(fences.get(0).get("token").asLong()).isEqualTo(token);
    }

    private JsonNode record(Answer written) {
        long offset = written.json().get("receipt").get("offset").asLong();
        return server.get("/v1/log?from=" + offset + "&limit=1").lines().get(0);
    }

    @Test
    void shouldTakeANameInAFenceAsItIsWrittenInUtf8() throws Exception {
        long token = token(acquire("%C3%A4%3D", "me", 0));
        String body = "{\"key\":\"k\",\"payload\":1}";
        String request =
                "POST /v1/topics/t/records HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: " + body.length()
                        + "\r\nContent-Type: application/json\r\nCairn-Fence: ä== " + token + " \r\n\r\n" + body;
        assertThat(server.raw(request.getBytes(StandardCharsets.UTF_8))).startsWith("HTTP/1.1 201");
    }

    @Test
    void shouldHoldTheFencesOfTheHeaderAgainstEveryLine() {
        long token = token(acquire("lines", "me", 0));
        String[] fence = {"Cairn-Fence", "lines=" + token};
        String records = "{\"key\":\"a\",\"payload\":1}\n{\"key\":\"b\",\"payload\":2}\n";
        String batch =
                "{\"op\":\"create\",\"id\":\"l1\"}\n{\"op\":\"append\",\"topic\":\"t\",\"key\":\"c\",\"payload\":3}\n";

        assertThat(server.lines("/v1/topics/lines/records", records, fence).status())
                .isEqualTo(201);
        assertThat(server.lines("/v1/batch", batch, fence).lines())
                .extracting(line -> line.get("status").asInt())
                .containsExactly(201, 201);
        for (JsonNode record : server.get("/v1/log?topic=lines").lines()) {
            assertThat(record.get("fences").get(0).get("token").asLong()).isEqualTo(token);
        }
        server.delete("/v1/leases/lines/" + token);
        long end = server.cairn().watermarks().endOffset();

        assertThat(server.lines("/v1/topics/lines/records", records, fence).status())
                .isEqualTo(409);
        assertThat(server.lines("/v1/batch", batch, fence).lines())
                .extracting(line -> line.get("problem").get("code").asText())
                .containsExactly("stale_token", "stale_token");
        assertThat(server.lines("/v1/batch?atomic=true", batch, fence).status()).isEqualTo(409);
        assertThat(server.cairn().watermarks().endOffset()).isEqualTo(end);
    }

    /** Every route that writes refuses a stale token, whatever else the request says. */
    @Test
    void shouldRefuseAStaleTokenOnEveryRouteThatWrites() {
        long stale = token(acquire("stale", "me", 0));
        server.delete("/v1/leases/stale/" + stale);
        acquire("stale", "you", 0);
        server.post("/v1/tasks", "{\"id\":\"fenced\"}");
        long held = token(acquire("stale-2", "me", 0));
        long end = server.cairn().watermarks().endOffset();
        String[] fence = {"Cairn-Fence", "stale=" + stale};
        ObjectNode inForce = (ObjectNode) server.get("/v1/workflow").json();
        String workflow = inForce.without(List.of("open")).toString();

        List<Answer> answers = new ArrayList<>();
        answers.add(server.post("/v1/tasks", "{\"id\":\"new\"}", fence));
        answers.add(server.patch("/v1/tasks/fenced", "{\"priority\":1}", fence));
        answers.add(server.delete("/v1/tasks/fenced", fence));
        answers.add(server.post("/v1/topics/t/records", "{\"key\":\"k\",\"payload\":1}", fence));
        answers.add(server.send("PUT", "/v1/workflow", "{\"open\":true}", fence));
        answers.add(server.send("PUT", "/v1/workflow", workflow, fence));
        answers.add(server.post("/v1/leases/stale-3", "{\"holder\":\"x\",\"ttlMs\":1000}", fence));
        answers.add(server.send("PUT", "/v1/leases/stale-2/" + held, "{\"ttlMs\":1000}", fence));
        answers.add(server.delete("/v1/leases/stale-2/" + held, fence));

        for (Answer answer : answers) {
            assertThat(answer.status()).as(answer.body()).isEqualTo(409);
            assertThat(answer.json().get("code").asText()).isEqualTo("stale_token");
            assertThat(answer.json().get("lease").asText()).isEqualTo("stale");
            assertThat(answer.json().get("token").asLong()).isEqualTo(stale);
            assertThat(answer.json().get("current").asLong()).isGreaterThan(stale);
        }
        assertThat(server.cairn().watermarks().endOffset()).isEqualTo(end);
    }

    @Test
    void shouldGuardATaskAlsoOfTheLongestId() {
        String id = "i".repeat(512);
        server.post("/v1/tasks", "{\"id\":\"" + id + "\"}");
        long token = token(acquire("task:" + id, "me", 0));

        assertThat(server.patch("/v1/tasks/" + id, "{\"priority\":1}").status()).isEqualTo(423);
        assertThat(server.patch("/v1/tasks/" + id, "{\"priority\":1}", "Cairn-Fence", "task:" + id + "=" + token)
                        .status())
                .isEqualTo(200);
        assertThat(server.delete("/v1/leases/task:" + id + "/" + token).status())
                .isEqualTo(200);
    }

    @Test
    void shouldKeepToExpectations() {
        acquire("expected", "me", 0);
        long revision = lease("expected").get("revision").asLong();
        String body = "{\"ttlMs\":60000,\"expectedRevision\":0}";
        assertThat(server.send("PUT", "/v1/leases/expected/" + revision, body).status())
                .isEqualTo(409);
        assertThat(server.send(
                                "PUT",
                                "/v1/leases/expected/" + revision,
                                "{\"ttlMs\":60000}",
                                "If-Match",
                                "\"" + (revision + 1) + "\"")
                        .status())
                .isEqualTo(412);
        assertThat(server.delete("/v1/leases/expected/" + revision, "If-Match", "\"" + revision + "\"")
                        .status())
                .isEqualTo(200);
        assertThat(server.post("/v1/leases/expected", "{\"holder\":\"a\",\"ttlMs\":1000,\"expectedVersion\":\"none\"}")
                        .status())
                .as("it is free, and there all the same")
                .isEqualTo(409);
        String free = "\"" + lease("expected").get("revision").asLong() + "\"";
        assertThat(server.post("/v1/leases/expected", "{\"holder\":\"a\",\"ttlMs\":1000}", "If-Match", free)
                        .status())
                .isEqualTo(200);
    }

    /** Key, fence, expectation: the token in the path is a fence. */
    @Test
    void shouldCheckTheTokenInThePathBeforeTheExpectation() {
        long first = token(acquire("ordered", "me", 0, "Idempotency-Key", "ordered-1"));
        server.delete("/v1/leases/ordered/" + first);
        long second = token(acquire("ordered", "you", 0));
        String body = "{\"ttlMs\":60000}";
        String[] other = {"If-Match", "\"0\""};
        String[] used = {"If-Match", "\"0\"", "Idempotency-Key", "ordered-1"};

        for (Answer answer : List.of(
                server.delete("/v1/leases/ordered/" + first, other),
                server.send("DELETE", "/v1/leases/ordered/" + first, "{\"expectedVersion\":99}"),
                server.send("PUT", "/v1/leases/ordered/" + first, body, other))) {
            assertThat(answer.status()).as(answer.body()).isEqualTo(409);
            assertThat(answer.json().get("code").asText()).isEqualTo("stale_token");
            assertThat(answer.json().get("token").asLong()).isEqualTo(first);
            assertThat(answer.json().get("current").asLong()).isEqualTo(second);
        }
        assertThat(server.delete("/v1/leases/ordered/" + first, used).status()).isEqualTo(422);
        assertThat(server.delete("/v1/leases/ordered/" + second, other).status())
                .isEqualTo(412);
        assertThat(server.delete("/v1/leases/ordered/*", other).status()).isEqualTo(412);
        assertThat(server.send("PUT", "/v1/leases/ordered/" + second, body, other)
                        .status())
                .isEqualTo(412);
        server.delete("/v1/leases/ordered/" + second);
        Answer free = server.delete("/v1/leases/ordered/*");
        assertThat(free.status()).isEqualTo(409);
        assertThat(free.json().get("token").isNull()).isTrue();
        assertThat(free.json().get("current").isNull()).isTrue();
        assertThat(free.json().get("detail").asText()).isEqualTo("expected a holder of ordered, was none");
    }

    @Test
    void shouldCountLeases() {
        acquire("counted", "me", 0);
        assertThat(server.get("/metrics").body())
                .containsPattern("(?m)^cairn_lease_held [1-9]")
                .containsPattern("(?m)^cairn_lease_waiting \\d")
                .containsPattern("(?m)^cairn_lease_grants_total [1-9]")
                .containsPattern("(?m)^cairn_lease_expiries_total \\d")
                .containsPattern("(?m)^cairn_conflicts_total \\d");
    }

    private static Arguments row(
            String name, int status, String code, Function<TestServer, Answer> request, String... fields) {
        return Arguments.of(name, status, code, request, List.of(fields));
    }

    private static Arguments bad(String name, String body, String where) {
        return row(name, 400, "invalid_request", s -> s.post("/v1/leases/bad", body), where);
    }

    private static Stream<Arguments> rows() {
        return Stream.of(
                bad("no body", "", "pointer"),
                bad("no holder", "{\"ttlMs\":1000}", "pointer"),
                bad("no time", "{\"holder\":\"a\"}", "pointer"),
                bad("null holder", "{\"holder\":null,\"ttlMs\":1000}", "pointer"),
                bad("empty holder", "{\"holder\":\"\",\"ttlMs\":1000}", "pointer"),
                bad("control in the holder", "{\"holder\":\"a\\u0007\",\"ttlMs\":1000}", "pointer"),
                bad("long holder", "{\"holder\":\"" + "h".repeat(513) + "\",\"ttlMs\":1000}", "pointer"),
                bad("short time", "{\"holder\":\"a\",\"ttlMs\":99}", "pointer"),
                bad("long time", "{\"holder\":\"a\",\"ttlMs\":2592000001}", "pointer"),
                bad("fraction", "{\"holder\":\"a\",\"ttlMs\":1000.5}", "pointer"),
                bad("time as text", "{\"holder\":\"a\",\"ttlMs\":\"1000\"}", "pointer"),
                bad("negative wait", "{\"holder\":\"a\",\"ttlMs\":1000,\"waitMs\":-1}", "pointer"),
                bad("long wait", "{\"holder\":\"a\",\"ttlMs\":1000,\"waitMs\":86400001}", "pointer"),
                bad("unknown member", "{\"holder\":\"a\",\"ttlMs\":1000,\"queue\":1}", "pointer"),
                row(
                        "long name",
                        400,
                        "invalid_request",
                        s -> s.post("/v1/leases/" + "n".repeat(545), "{\"holder\":\"a\",\"ttlMs\":1000}"),
                        "parameter"),
                row("bad token", 400, "invalid_request", s -> s.send("PUT", "/v1/leases/kept/x", "{}"), "parameter"),
                row("any token", 400, "invalid_request", s -> s.send("PUT", "/v1/leases/kept/*", "{}"), "parameter"),
                row("no time", 400, "invalid_request", s -> s.send("PUT", "/v1/leases/kept/1", "{}"), "pointer"),
                row("mode", 400, "invalid_request", s -> s.delete("/v1/leases/kept/1?mode=kill"), "parameter"),
                row("fail any", 400, "invalid_request", s -> s.delete("/v1/leases/kept/*?mode=fail"), "parameter"),
                row("poison any", 400, "invalid_request", s -> s.delete("/v1/leases/kept/*?mode=poison"), "parameter"),
                row("parameter", 400, "invalid_request", s -> s.get("/v1/leases?holders=a"), "parameter"),
                row("holder", 400, "invalid_request", s -> s.get("/v1/leases?holder=%01"), "parameter"),
                row("cursor", 400, "invalid_request", s -> s.get("/v1/leases?cursor=%21"), "parameter"),
                row("position", 400, "invalid_request", s -> s.get("/v1/leases/kept?asOf=99999999"), "parameter"),
                row("fence without token", 400, "invalid_request", fenced("kept"), "parameter"),
                row("fence without lease", 400, "invalid_request", fenced("=7"), "parameter"),
                row("fence with a bad escape", 400, "invalid_request", fenced("100%=7"), "parameter"),
                row("fence with half a character", 400, "invalid_request", fenced("%C3=7"), "parameter"),
                row("fence of control", 400, "invalid_request", fenced("a%0A=7"), "parameter"),
                row("fence with a long name", 400, "invalid_request", fenced("n".repeat(545) + "=7"), "parameter"),
                row("fence with a bad token", 400, "invalid_request", fenced("kept=-1"), "parameter"),
                row("revoking what the write is not about", 400, "invalid_request", fenced("kept=*"), "parameter"),
                row("never had", 404, "not_found", s -> s.get("/v1/leases/never")),
                row("no history", 404, "not_found", s -> s.get("/v1/leases/never/history")),
                row("method", 405, "method_not_allowed", s -> s.patch("/v1/leases/kept", "{}")),
                row(
                        "stale renewal",
                        409,
                        "stale_token",
                        s -> s.send("PUT", "/v1/leases/kept/0", "{\"ttlMs\":1000}"),
                        "lease",
                        "token",
                        "current"),
                row(
                        "stale release",
                        409,
                        "stale_token",
                        s -> s.delete("/v1/leases/over/1"),
                        "lease",
                        "token",
                        "current"),
                row("nothing to revoke", 409, "stale_token", s -> s.delete("/v1/leases/over/*"), "lease", "current"),
                row("nobody to revoke", 404, "not_found", s -> s.delete("/v1/leases/never/*")),
                row("a token of nothing", 409, "stale_token", s -> s.delete("/v1/leases/never/7"), "token", "current"),
                row("stale fence", 409, "stale_token", fenced("over=1"), "lease", "token", "current"),
                row(
                        "large progress",
                        413,
                        "too_large",
                        s -> s.send(
                                "PUT",
                                "/v1/leases/kept/1",
                                "{\"ttlMs\":1000,\"progress\":\"" + "x".repeat(64 << 10) + "\"}")),
                row(
                        "form",
                        415,
                        "unsupported_media_type",
                        s -> s.post("/v1/leases/kept", "a=b", "Content-Type", "application/x-www-form-urlencoded")),
                row(
                        "another command under the key",
                        422,
                        "operation_mismatch",
                        s -> s.post(
                                "/v1/leases/keyed",
                                "{\"holder\":\"you\",\"ttlMs\":1000}",
                                "Idempotency-Key",
                                "used-key")),
                row(
                        "held",
                        423,
                        "held",
                        s -> s.post("/v1/leases/kept", "{\"holder\":\"keeper\",\"ttlMs\":1000}"),
                        "holder",
                        "expiresAt",
                        "position"),
                row(
                        "guarded task",
                        423,
                        "held",
                        s -> s.patch("/v1/tasks/guarded", "{\"priority\":1}"),
                        "holder",
                        "expiresAt",
                        "position"));
    }

    private static Function<TestServer, Answer> fenced(String fence) {
        return s -> s.post("/v1/topics/t/records", "{\"key\":\"k\",\"payload\":1}", "Cairn-Fence", fence);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void shouldAnswerWithAProblem(
            String name, int status, String code, Function<TestServer, Answer> request, List<String> fields) {
        Answer answer = request.apply(server);

        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(answer.json().get("code").asText()).isEqualTo(code);
        assertThat(answer.json().fieldNames()).toIterable().containsAll(fields);
    }
}
