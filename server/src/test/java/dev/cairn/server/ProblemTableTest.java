package dev.cairn.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.CairnException;
import dev.cairn.ConflictException;
import dev.cairn.GoneException;
import dev.cairn.HeldException;
import dev.cairn.NotReadyException;
import dev.cairn.OutOfSpaceException;
import dev.cairn.OverloadedException;
import dev.cairn.server.TestServer.Answer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
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

/** Each row of the table of problems, by a request that runs into it, or where none can, by the exception. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ProblemTableTest {
    @TempDir
    static Path directory;

    private TestServer server;

    @BeforeAll
    void start() {
        server = TestServer.start(directory);
        server.post("/v1/tasks", "{\"id\":\"t\"}");
        server.post("/v1/tasks", "{\"id\":\"keyed\"}", "Idempotency-Key", "used");
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private static Arguments row(
            String name, int status, String code, Function<TestServer, Answer> request, String... fields) {
        return Arguments.of(name, status, code, request, List.of(fields));
    }

    private static Stream<Arguments> rows() {
        return Stream.of(
                row("broken JSON", 400, "invalid_request", s -> s.post("/v1/tasks", "{\"id\":"), "pointer"),
                row("no JSON", 400, "invalid_request", s -> s.post("/v1/tasks", ""), "pointer"),
                row("an array", 400, "invalid_request", s -> s.post("/v1/tasks", "[]"), "pointer"),
                row("more behind", 400, "invalid_request", s -> s.post("/v1/tasks", "{} {}"), "pointer"),
                row(
                        "member twice",
                        400,
                        "invalid_request",
                        s -> s.post("/v1/tasks", "{\"id\":\"x\",\"id\":\"y\"}"),
                        "pointer"),
                row(
                        "nested member twice",
                        400,
                        "invalid_request",
                        s -> s.post("/v1/tasks", "{\"metadata\":{\"a\":1,\"a\":2}}"),
                        "pointer"),
                row("unknown member", 400, "invalid_request", s -> s.post("/v1/tasks", "{\"colour\":1}"), "pointer"),
                row(
                        "wrong type",
                        400,
                        "invalid_request",
                        s -> s.post("/v1/tasks", "{\"priority\":\"high\"}"),
                        "pointer"),
                row("fraction", 400, "invalid_request", s -> s.post("/v1/tasks", "{\"priority\":1.5}"), "pointer"),
                row(
                        "too big a number",
                        400,
                        "invalid_request",
                        s -> s.post("/v1/tasks", "{\"priority\":99999999999}"),
                        "pointer"),
                row("empty id", 400, "invalid_request", s -> s.post("/v1/tasks", "{\"id\":\"\"}"), "pointer"),
                row(
                        "long id",
                        400,
                        "invalid_request",
                        s -> s.post("/v1/tasks", "{\"id\":\"" + "i".repeat(10_000) + "\"}"),
                        "pointer"),
                row(
                        "NUL in an id",
                        400,
                        "invalid_request",
                        s -> s.post("/v1/tasks", "{\"id\":\"a\\u0000b\"}"),
                        "pointer"),
                row(
                        "half a character",
                        400,
                        "invalid_request",
                        s -> s.post("/v1/tasks", "{\"id\":\"a\\ud800\"}"),
                        "pointer"),
                row("reserved id", 400, "invalid_request", s -> s.post("/v1/tasks", "{\"id\":\"count\"}"), "pointer"),
                row(
                        "metadata of the wrong type",
                        400,
                        "invalid_request",
                        s -> s.post("/v1/tasks", "{\"metadata\":[]}"),
                        "pointer"),
                row(
                        "too deep",
                        400,
                        "invalid_request",
                        s -> s.post(
                                "/v1/tasks",
                                "{\"metadata\":{\"a\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}}")),
                row(
                        "bad time",
                        400,
                        "invalid_request",
                        s -> s.patch("/v1/tasks/t", "{\"occurredAt\":\"noon\"}"),
                        "pointer"),
                row(
                        "bad version",
                        400,
                        "invalid_request",
                        s -> s.patch("/v1/tasks/t", "{\"expectedVersion\":0}"),
                        "pointer"),
                row(
                        "two expectations",
                        400,
                        "invalid_request",
                        s -> s.patch("/v1/tasks/t", "{\"expectedVersion\":1,\"expectedRevision\":1}"),
                        "pointer"),
                row(
                        "unknown status",
                        400,
                        "invalid_request",
                        s -> s.patch("/v1/tasks/t", "{\"status\":\"done\"}"),
                        "pointer"),
                row("control in the path", 400, "invalid_request", s -> s.get("/v1/tasks/a%0Ab"), "parameter"),
                row(
                        "long id in the path",
                        400,
                        "invalid_request",
                        s -> s.get("/v1/tasks/" + "i".repeat(600)),
                        "parameter"),
                row("reserved id in the path", 400, "invalid_request", s -> s.get("/v1/tasks/batch"), "parameter"),
                row("unknown parameter", 400, "invalid_request", s -> s.get("/v1/tasks/t?verbose=1"), "parameter"),
                row("parameter twice", 400, "invalid_request", s -> s.get("/v1/log?limit=1&limit=2"), "parameter"),
                row("limit 0", 400, "invalid_request", s -> s.get("/v1/log?limit=0"), "parameter"),
                row("limit 1001", 400, "invalid_request", s -> s.get("/v1/tasks?limit=1001"), "parameter"),
                row("bad order", 400, "invalid_request", s -> s.get("/v1/tasks?order=size"), "parameter"),
                row("bad cursor", 400, "invalid_request", s -> s.get("/v1/tasks?cursor=%21%21"), "parameter"),
                row("bad time filter", 400, "invalid_request", s -> s.get("/v1/tasks?createdAfter=noon"), "parameter"),
                row("unknown status filter", 400, "invalid_request", s -> s.get("/v1/tasks?status=done"), "parameter"),
                row("bad field to count by", 400, "invalid_request", s -> s.get("/v1/tasks/count?by=id"), "parameter"),
                row("bad position", 400, "invalid_request", s -> s.get("/v1/log?from=somewhere"), "parameter"),
                row("position in the future", 400, "invalid_request", s -> s.get("/v1/log?from=99999999")),
                row(
                        "a time to read from that has not come",
                        400,
                        "invalid_request",
                        s -> s.get("/v1/log?from=2999-01-01T00:00:00Z"),
                        "parameter"),
                row(
                        "a time to read to that has not come",
                        400,
                        "invalid_request",
                        s -> s.get("/v1/log?until=2999-01-01T00:00:00Z"),
                        "parameter"),
                row(
                        "a time to follow from that has not come",
                        400,
                        "invalid_request",
                        s -> s.get("/v1/log/tail?from=2999-01-01T00:00:00Z"),
                        "parameter"),
                row(
                        "a time of a task that has not come",
                        400,
                        "invalid_request",
                        s -> s.get("/v1/tasks/t?asOf=2999-01-01T00:00:00Z"),
                        "parameter"),
                row(
                        "bad fence",
                        400,
                        "invalid_request",
                        s -> s.patch("/v1/tasks/t", "{}", "Cairn-Fence", "lease"),
                        "parameter"),
                row(
                        "long key",
                        400,
                        "invalid_request",
                        s -> s.patch("/v1/tasks/t", "{}", "Idempotency-Key", "k".repeat(513)),
                        "parameter"),
                row(
                        "bad event id",
                        400,
                        "invalid_request",
                        s -> s.get("/v1/log/tail", "Last-Event-ID", "x"),
                        "parameter"),
                row(
                        "built-in topic",
                        403,
                        "forbidden",
                        s -> s.post("/v1/topics/task/records", "{\"key\":\"k\",\"payload\":1}")),
                row("no task", 404, "not_found", s -> s.get("/v1/tasks/never")),
                row("no route", 404, "not_found", s -> s.get("/v2/tasks")),
                row("no route to that", 404, "not_found", s -> s.post("/v1/tasks/t/claim", "{}")),
                row("other method", 405, "method_not_allowed", s -> s.send("PUT", "/v1/tasks/t", "{}")),
                row(
                        "existing id",
                        409,
                        "conflict",
                        s -> s.post("/v1/tasks", "{\"id\":\"t\"}"),
                        "expected",
                        "actual",
                        "revision"),
                row(
                        "other version",
                        409,
                        "conflict",
                        s -> s.patch("/v1/tasks/t", "{\"expectedVersion\":8}"),
                        "expected",
                        "actual",
                        "revision"),
                row(
                        "other revision",
                        409,
                        "conflict",
                        s -> s.patch("/v1/tasks/t", "{\"expectedRevision\":0}"),
                        "expected",
                        "actual",
                        "revision"),
                row(
                        "forbidden status",
                        409,
                        "invalid_transition",
                        s -> s.patch("/v1/tasks/t", "{\"status\":\"completed\"}"),
                        "from",
                        "to",
                        "allowed"),
                row(
                        "created elsewhere",
                        409,
                        "invalid_transition",
                        s -> s.post("/v1/tasks", "{\"status\":\"running\"}"),
                        "to",
                        "allowed"),
                row(
                        "stale token",
                        409,
                        "stale_token",
                        s -> s.patch("/v1/tasks/t", "{}", "Cairn-Fence", "task:t=7"),
                        "lease",
                        "token",
                        "current"),
                row(
                        "other tag",
                        412,
                        "precondition_failed",
                        s -> s.patch("/v1/tasks/t", "{}", "If-Match", "\"77\""),
                        "revision"),
                row(
                        "large body",
                        413,
                        "too_large",
                        s -> s.post("/v1/tasks", "{\"metadata\":{\"a\":\"" + "x".repeat(1 << 20) + "\"}}")),
                row("long URI", 414, "uri_too_long", s -> s.get("/v1/tasks/" + "i".repeat(10_000))),
                row(
                        "form",
                        415,
                        "unsupported_media_type",
                        s -> s.post("/v1/tasks", "id=1", "Content-Type", "application/x-www-form-urlencoded")),
                row(
                        "other charset",
                        415,
                        "unsupported_media_type",
                        s -> s.post("/v1/tasks", "{}", "Content-Type", "application/json; charset=latin1")),
                row(
                        "unknown charset",
                        415,
                        "unsupported_media_type",
                        s -> s.post("/v1/tasks", "{}", "Content-Type", "application/json; charset=nonsense-8")),
                row(
                        "no charset's name",
                        415,
                        "unsupported_media_type",
                        s -> s.post("/v1/tasks", "{}", "Content-Type", "application/json; charset=\":\"")),
                row("batch of JSON", 415, "unsupported_media_type", s -> s.post("/v1/batch", "{}")),
                row(
                        "key of another command",
                        422,
                        "operation_mismatch",
                        s -> s.post("/v1/tasks", "{\"id\":\"other\"}", "Idempotency-Key", "used")),
                row("large header", 431, "headers_too_large", s -> s.get("/livez", "X-Large", "x".repeat(10_000))),
                row("offset not reached", 503, "not_ready", s -> s.get("/v1/tasks?minOffset=99999999&waitMs=10")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void shouldAnswerWithAProblem(
            String name, int status, String code, Function<TestServer, Answer> request, List<String> fields) {
        long end = server.cairn().watermarks().endOffset();

        Answer answer = request.apply(server);

        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(answer.json().get("code").asText()).isEqualTo(code);
        assertThat(answer.json().get("status").asInt()).isEqualTo(status);
        assertThat(answer.json().get("title").asText()).isNotBlank();
        assertThat(answer.json().get("detail").asText()).isNotBlank();
        assertThat(answer.json().get("type").asText()).isEqualTo("urn:cairn:problem:" + code);
        assertThat(answer.json().fieldNames()).toIterable().containsAll(fields);
        assertThat(answer.header("Cairn-Durable-Offset")).isNotEmpty();
        assertThat(answer.header("Allow")).isEqualTo(status == 405 ? "DELETE, GET, HEAD, PATCH" : "");
        assertThat(server.cairn().watermarks().endOffset())
                .as("nothing was written")
                .isEqualTo(end);
    }

    private static Stream<Arguments> exceptions() {
        return Stream.of(
                Arguments.of(
                        new ConflictException("imported", "rows from 7", 9, 8),
                        409,
                        "{expected=rows from 7, actual=9, revision=8}"),
                Arguments.of(new GoneException("below", 7L, null), 410, "{startOffset=7}"),
                Arguments.of(new GoneException("lost", null, 9L), 410, "{resumeFrom=9}"),
                Arguments.of(
                        new HeldException("l", "ann", Instant.EPOCH, 2),
                        423,
                        "{holder=ann, expiresAt=1970-01-01T00:00:00.000000Z, position=2}"),
                Arguments.of(new OverloadedException("busy", 2_500), 429, "{}"),
                Arguments.of(new NotReadyException("opening"), 503, "{}"),
                Arguments.of(new OutOfSpaceException("full"), 507, "{}"));
    }

    @ParameterizedTest
    @MethodSource("exceptions")
    void shouldMapWhatNoRequestHereCanCause(CairnException exception, int status, String fields) {
        Problem problem = Problems.of(exception);

        assertThat(problem.status()).isEqualTo(status);
        assertThat(problem.code().word()).isEqualTo(exception.code());
        assertThat(problem.fields()).hasToString(fields);
    }

    @Test
    void shouldTellWhenToRetry() {
        assertThat(Problems.of(new OverloadedException("busy", 2_500)).retryAfterSeconds())
                .isEqualTo(3);
    }

    @Test
    void shouldNotTellTheInnardsOfAnUnforeseenFailure() {
        Problem problem = Problems.of(new IllegalStateException("secret"));

        assertThat(problem.status()).isEqualTo(500);
        assertThat(problem.detail()).doesNotContain("secret");
    }
}
