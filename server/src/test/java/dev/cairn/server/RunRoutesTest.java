package dev.cairn.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cairn.CairnOptions;
import dev.cairn.run.RunMode;
import dev.cairn.server.TestServer.Answer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunRoutesTest {
    private static final String SNAPSHOTS = "/v1/runs/r/snapshots";

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

    private Answer save(String state, String more, String... headers) {
        return server.post(SNAPSHOTS, "{\"kind\":\"auto\",\"state\":" + state + more + "}", headers);
    }

    @Test
    void shouldSaveAndLoad() {
        Answer saved = server.post(
                "/v1/runs/a%2Fb/snapshots",
                "{\"kind\":\"manual\",\"id\":\"s/1\",\"state\":{ \"b\":1e400, \"a\":[null] },\"metadata\":{\"task\":\"t\"},"
                        + "\"occurredAt\":\"2026-01-01T00:00:00Z\"}",
                "Cairn-Actor",
                "ann");

        assertThat(saved.status()).isEqualTo(201);
        assertThat(saved.header("Location")).isEqualTo("/v1/runs/a%2Fb/snapshots/s%2F1");
        long revision = saved.json().at("/receipt/revision").asLong();
        assertThat(saved.header("ETag")).isEqualTo("\"" + revision + "\"");
        assertThat(saved.json().at("/receipt/ack").asText()).isEqualTo("durable");
        assertThat(saved.json().at("/snapshot/id").asText()).isEqualTo("s/1");
        assertThat(saved.json().at("/snapshot").has("state")).isFalse();

        for (String id : List.of("s%2F1", "latest")) {
            Answer loaded = server.get("/v1/runs/a%2Fb/snapshots/" + id);
            assertThat(loaded.status()).isEqualTo(200);
            assertThat(loaded.header("ETag")).isEqualTo("\"" + revision + "\"");
            assertThat(loaded.body()).endsWith("\"state\":{\"b\":1e400,\"a\":[null]}}");
            JsonNode snapshot = loaded.json();
            assertThat(snapshot.get("kind").asText()).isEqualTo("manual");
            assertThat(snapshot.get("run").asText()).isEqualTo("a/b");
            assertThat(snapshot.get("parent").isNull()).isTrue();
            assertThat(snapshot.get("actor").asText()).isEqualTo("ann");
            assertThat(snapshot.get("occurredAt").asText()).isEqualTo("2026-01-01T00:00:00.000000Z");
            assertThat(snapshot.at("/metadata/task").asText()).isEqualTo("t");
            assertThat(server.get("/v1/runs/a%2Fb/snapshots/" + id, "If-None-Match", loaded.header("ETag"))
                            .status())
                    .isEqualTo(304);
        }
        Answer run = server.get("/v1/runs/a%2Fb");
        assertThat(run.json().get("task").asText()).isEqualTo("t");
        assertThat(run.json().get("snapshots").asInt()).isEqualTo(1);
        assertThat(run.header("ETag")).isEqualTo("\"" + revision + "\"");
    }

    @Test
    void shouldSkipWhatChangesNothing() {
        Answer first = save("{\"n\":1,\"updated_at\":1}", ",\"ignore\":[\"/updated_at\"]");
        long end = server.get("/v1/log/watermarks").json().get("endOffset").asLong();
        Answer again = save("{\"updated_at\":2,\"n\":1}", ",\"ignore\":[\"/updated_at\"]");

        assertThat(again.status()).isEqualTo(200);
        assertThat(again.json().get("skipped").asBoolean()).isTrue();
        assertThat(again.json().get("snapshot")).isEqualTo(first.json().get("snapshot"));
        assertThat(again.header("ETag")).isEqualTo(first.header("ETag")).isNotEmpty();
        assertThat(server.get("/v1/log/watermarks").json().get("endOffset").asLong())
                .isEqualTo(end);
        assertThat(save("{\"updated_at\":2,\"n\":2}", ",\"ignore\":[\"/updated_at\"]")
                        .status())
                .isEqualTo(201);
        assertThat(server.post(
                                SNAPSHOTS,
                                "{\"kind\":\"recovery\",\"state\":{\"updated_at\":2,\"n\":2},\"ignore\":[\"/updated_at\"]}")
                        .status())
                .isEqualTo(201);
        assertThat(server.get("/metrics").body())
                .containsPattern("(?m)^cairn_run_saves_total 3")
                .containsPattern("(?m)^cairn_run_skips_total 1")
                .containsPattern("(?m)^cairn_run_skip_ratio 0.25");
    }

    @Test
    void shouldAllowNoSilentFork() {
        save("1", ",\"id\":\"a\"");
        long revision = save("2", ",\"id\":\"b\",\"parent\":\"a\"")
                .json()
                .at("/receipt/revision")
                .asLong();

        Answer fork = save("3", ",\"parent\":\"a\"");

        assertThat(fork.status()).isEqualTo(409);
        assertThat(fork.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(fork.json().get("code").asText()).isEqualTo("conflict");
        assertThat(fork.json().get("expected").asText()).isEqualTo("parent a");
        assertThat(fork.json().get("actual").asInt()).isEqualTo(2);
        assertThat(fork.json().get("revision").asLong()).isEqualTo(revision);
        // What would be skipped is held to its parent all the same.
        assertThat(save("2", ",\"parent\":\"a\"").status()).isEqualTo(409);
        assertThat(save("2", ",\"parent\":\"b\"").status()).isEqualTo(200);
        assertThat(save("3", ",\"id\":\"a\"").status()).isEqualTo(409);
    }

    @Test
    void shouldHoldEveryExpectation() {
        String tag = save("1", "").header("ETag");
        assertThat(save("1", "", "If-Match", "\"99\"").status()).isEqualTo(412);
        assertThat(save("1", "", "If-Match", tag).status()).isEqualTo(200);
        assertThat(save("2", "", "If-Match", tag).status()).isEqualTo(201);
        assertThat(save("3", "", "If-Match", tag).status()).isEqualTo(412);
        assertThat(save("3", ",\"expectedVersion\":1").status()).isEqualTo(409);
        assertThat(save("3", ",\"expectedVersion\":2").status()).isEqualTo(201);
        assertThat(save("4", ",\"expectedVersion\":\"none\"").status()).isEqualTo(409);
        assertThat(save("4", ",\"expectedRevision\":-1").status()).isEqualTo(409);
        assertThat(server.delete("/v1/runs/r", "If-Match", tag).status()).isEqualTo(412);
        assertThat(server.delete("/v1/runs/none", "If-Match", "*").status()).isEqualTo(412);
    }

    @Test
    void shouldAnswerARepeatWithTheFirstResult() {
        Answer first = save("[1]", "", "Idempotency-Key", "k");
        save("[2]", "");
        Answer repeat = save("[1]", "", "Idempotency-Key", "k");

        assertThat(repeat.status()).isEqualTo(201);
        assertThat(repeat.header("Idempotent-Replay")).isEqualTo("true");
        assertThat(repeat.body()).isEqualTo(first.body());
        assertThat(save("[3]", "", "Idempotency-Key", "k").status()).isEqualTo(422);
        assertThat(server.get("/v1/operations/k").json().get("outcome").asText())
                .isEqualTo("committed");
        // A skipped save is nothing to remember.
        assertThat(save("[2]", "", "Idempotency-Key", "s").status()).isEqualTo(200);
        assertThat(server.get("/v1/operations/s").json().get("outcome").asText())
                .isEqualTo("unknown");
    }

    @Test
    void shouldListSnapshotsAndRuns() {
        for (int i = 0; i < 5; i++) {
            save("[" + i + "]", ",\"id\":\"s" + i + "\",\"metadata\":{\"task\":\"t\"}");
        }
        Answer other = server.post("/v1/runs/other/snapshots", "{\"kind\":\"manual\",\"state\":null}");
        List<String> ids = new ArrayList<>();
        String next = "";
        while (next != null) {
            JsonNode page = server.get(SNAPSHOTS + "?limit=2" + next).json();
            page.get("snapshots").forEach(snapshot -> ids.add(snapshot.get("id").asText()));
            next = page.get("next").isNull()
                    ? null
                    : "&cursor=" + page.get("next").asText();
        }
        assertThat(ids).containsExactly("s4", "s3", "s2", "s1", "s0");

        long last = other.json().at("/receipt/offset").asLong() + 1;
        JsonNode runs = server.get("/v1/runs?minOffset=" + last).json();
        assertThat(runs.get("runs").findValuesAsText("id")).containsExactly("other", "r");
        assertThat(runs.get("projectionOffset").asLong()).isGreaterThanOrEqualTo(last);
        JsonNode first = server.get("/v1/runs?limit=1").json();
        JsonNode second = server.get(
                        "/v1/runs?limit=1&cursor=" + first.get("next").asText())
                .json();
        assertThat(second.get("runs").get(0)).isEqualTo(server.get("/v1/runs/r").json());
        assertThat(server.get("/v1/runs?task=t").json().get("runs").findValuesAsText("id"))
                .containsExactly("r");
    }

    @Test
    void shouldDeleteAndLookBack() {
        long first = save("[1]", ",\"id\":\"a\"").json().at("/receipt/offset").asLong();
        Answer deleted = server.delete("/v1/runs/r");

        assertThat(deleted.status()).isEqualTo(200);
        assertThat(deleted.json().at("/receipt/version").asInt()).isEqualTo(2);
        for (String path : List.of("/v1/runs/r", SNAPSHOTS, SNAPSHOTS + "/a", SNAPSHOTS + "/latest")) {
            assertThat(server.get(path).status()).as(path).isEqualTo(404);
        }
        assertThat(server.delete("/v1/runs/r").status()).isEqualTo(404);
        assertThat(server.get(SNAPSHOTS + "/a?asOf=" + first)
                        .json()
                        .get("state")
                        .toString())
                .isEqualTo("[1]");
        assertThat(server.get(SNAPSHOTS + "/latest?asOf=" + first)
                        .json()
                        .get("id")
                        .asText())
                .isEqualTo("a");
        assertThat(server.get("/v1/runs/r?asOf=" + first).json().get("latest").asText())
                .isEqualTo("a");
        assertThat(server.get(SNAPSHOTS + "?asOf=" + first)
                        .json()
                        .get("snapshots")
                        .findValuesAsText("id"))
                .containsExactly("a");
        assertThat(server.get(SNAPSHOTS + "?asOf=2000-01-01T00:00:00Z").status())
                .isEqualTo(404);
        assertThat(server.get("/v1/runs/r?asOf=2000-01-01T00:00:00Z").status()).isEqualTo(404);
        assertThat(server.get(SNAPSHOTS + "/a?asOf=2000-01-01T00:00:00Z").status())
                .isEqualTo(404);
        assertThat(save("[1]", ",\"id\":\"a\"").status()).isEqualTo(201);
        assertThat(server.get("/v1/log?topic=run").lines())
                .extracting(line -> line.get("type").asText())
                .containsExactly("saved", "deleted", "saved");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "{\"kind\":\"auto\",\"state\":{} | ",
                "{\"state\":{}} | /kind",
                "{\"kind\":\"auto\"} | /state",
                "{\"kind\":\"hourly\",\"state\":{}} | /kind",
                "{\"kind\":1,\"state\":{}} | /kind",
                "{\"kind\":\"auto\",\"state\":{\"a\":1,\"a\":2}} | /state/a",
                "{\"kind\":\"auto\",\"state\":\"\\ud800\"} | /state",
                "{\"kind\":\"auto\",\"state\":{},\"id\":\"latest\"} | /id",
                "{\"kind\":\"auto\",\"state\":{},\"id\":\"claim\"} | /id",
                "{\"kind\":\"auto\",\"state\":{},\"id\":\"\"} | /id",
                "{\"kind\":\"auto\",\"state\":{},\"parent\":\"\"} | /parent",
                "{\"kind\":\"auto\",\"state\":{},\"metadata\":[]} | /metadata",
                "{\"kind\":\"auto\",\"state\":{},\"metadata\":{\"task\":\"\"}} | /metadata/task",
                "{\"kind\":\"auto\",\"state\":{},\"ignore\":\"/a\"} | /ignore",
                "{\"kind\":\"auto\",\"state\":{},\"ignore\":[\"/a\",1]} | /ignore/1",
                "{\"kind\":\"auto\",\"state\":{},\"ignore\":[\"/a\",\"b\"]} | /ignore/1",
                "{\"kind\":\"auto\",\"state\":{},\"ignore\":[\"/a~\"]} | /ignore/0",
                "{\"kind\":\"auto\",\"state\":{},\"ignore\":[\"\"]} | /ignore/0",
                "{\"kind\":\"auto\",\"state\":{},\"occurredAt\":\"noon\"} | /occurredAt",
                "{\"kind\":\"auto\",\"state\":{},\"colour\":1} | /colour",
                "[] | ",
            })
    void shouldRefuseABadBody(String body, String pointer) {
        Answer answer = server.post(SNAPSHOTS, body);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().get("code").asText()).isEqualTo("invalid_request");
        if (pointer != null) {
            assertThat(answer.json().get("pointer").asText()).isEqualTo(pointer);
        }
        assertThat(server.get("/v1/runs/r").status()).isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/runs/batch, run",
        "/v1/runs/batch/snapshots/latest, run",
        "/v1/runs/a%0Ab, run",
        "/v1/runs/r/snapshots/count, id",
        "/v1/runs/r?verbose=1, verbose",
        "/v1/runs/r?asOf=noon, asOf",
        "/v1/runs/r/snapshots?asOf=noon, asOf",
        "/v1/runs/r/snapshots/latest?asOf=noon, asOf",
        "/v1/runs?limit=0, limit",
        "/v1/runs?limit=1001, limit",
        "/v1/runs?cursor=!!, cursor",
        "/v1/runs?order=id, order",
    })
    void shouldRefuseABadPath(String path, String parameter) {
        Answer answer = server.get(path);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().get("parameter").asText()).isEqualTo(parameter);
    }

    @Test
    void shouldRefuseBadCursors() {
        save("1", "");
        assertThat(server.get(SNAPSHOTS + "?cursor=!!").status()).isEqualTo(400);
        assertThat(server.get(SNAPSHOTS + "?limit=0").status()).isEqualTo(400);
        assertThat(server.get("/v1/runs/none/snapshots").status()).isEqualTo(404);
        save("2", "");
        server.post("/v1/runs/q/snapshots", "{\"kind\":\"manual\",\"state\":{}}");
        String cursor = server.get(SNAPSHOTS + "?limit=1").json().get("next").asText();
        assertThat(server.get("/v1/runs/%72/snapshots?limit=1&cursor=" + cursor).status())
                .isEqualTo(200);
        for (String other : List.of("/v1/runs/q/snapshots?cursor=", SNAPSHOTS + "?asOf=3&cursor=")) {
            Answer refused = server.get(other + cursor);
            assertThat(refused.status()).as(refused.body()).isEqualTo(400);
            assertThat(refused.json().get("parameter").asText()).isEqualTo("cursor");
        }
        assertThat(server.get("/v1/runs/r?asOf=99999").status()).isEqualTo(400);
    }

    @Test
    void shouldRefuseWhatIsNotForIt() {
        assertThat(server.post(SNAPSHOTS, "{}", "Content-Type", "text/plain").status())
                .isEqualTo(415);
        assertThat(save("1", "", "Cairn-Fence", "lease=1").status()).isEqualTo(409);
        assertThat(server.send("PUT", SNAPSHOTS, "{}").status()).isEqualTo(405);
        assertThat(server.post("/v1/topics/run/records", "{\"key\":\"k\",\"payload\":1}")
                        .status())
                .isEqualTo(403);
        assertThat(server.post("/v1/topics/run-snapshot/records", "{\"key\":\"k\",\"payload\":1}")
                        .status())
                .isEqualTo(403);
    }

    @Test
    void shouldTakeALargeStateAndNoLarger(@TempDir Path other) {
        try (TestServer roomy = TestServer.start(other, CairnOptions.builder().projection(false), options -> options)) {
            // All that a document of this small log has room for, were it stored as it is.
            String large = "\"" + "x".repeat((16 << 20) - 2) + "\"";
            Answer saved = roomy.post(SNAPSHOTS, "{\"kind\":\"auto\",\"state\":" + large + "}");
            assertThat(saved.status()).isEqualTo(201);
            assertThat(saved.json().at("/snapshot/bytes").asInt()).isEqualTo(16 << 20);
            assertThat(roomy.get(SNAPSHOTS + "/latest").body()).hasSizeGreaterThan(16 << 20);
            String larger = "\"" + "x".repeat((16 << 20) - 1) + "\"";
            assertThat(roomy.post(SNAPSHOTS, "{\"kind\":\"auto\",\"state\":" + larger + "}")
                            .status())
                    .isEqualTo(413);
            String largest = "\"" + "x".repeat(18 << 20) + "\"";
            assertThat(roomy.post(SNAPSHOTS, "{\"kind\":\"auto\",\"state\":" + largest + "}")
                            .status())
                    .isEqualTo(413);
            assertThat(roomy.post(
                                    SNAPSHOTS,
                                    "{\"kind\":\"auto\",\"state\":1,\"metadata\":{\"a\":\"" + "x".repeat(1 << 20)
                                            + "\"}}")
                            .status())
                    .isEqualTo(413);
        }
    }

    @Test
    void shouldStoreWholeStatesInStandardMode(@TempDir Path other) {
        try (TestServer standard =
                TestServer.start(other, CairnOptions.builder().runMode(RunMode.STANDARD), options -> options)) {
            for (int i = 0; i < 2; i++) {
                Answer saved = standard.post(SNAPSHOTS, "{\"kind\":\"auto\",\"state\":\"" + "x".repeat(1_000) + "\"}");
                assertThat(saved.status()).isEqualTo(201);
                assertThat(saved.json().at("/snapshot/form").asText()).isEqualTo("plain");
                assertThat(saved.json().at("/snapshot/storedBytes").asInt()).isEqualTo(1_002);
            }
        }
    }

    @Test
    void shouldRefuseWritesWhenItOnlyReads(@TempDir Path other) {
        try (TestServer writing = TestServer.start(other)) {
            writing.post(SNAPSHOTS, "{\"kind\":\"auto\",\"state\":1}");
        }
        try (TestServer reading = TestServer.start(other, CairnOptions.builder().readOnly(true), options -> options)) {
            assertThat(reading.get(SNAPSHOTS + "/latest").json().get("state").asInt())
                    .isEqualTo(1);
            assertThat(reading.get("/v1/runs").json().get("runs")).hasSize(1);
            assertThat(reading.post(SNAPSHOTS, "{\"kind\":\"auto\",\"state\":2}")
                            .status())
                    .isEqualTo(403);
            assertThat(reading.delete("/v1/runs/r").status()).isEqualTo(403);
        }
    }
}
