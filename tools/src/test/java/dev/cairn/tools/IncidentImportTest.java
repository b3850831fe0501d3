package dev.cairn.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cairn.Cairn;
import dev.cairn.CairnOptions;
import dev.cairn.GoneException;
import dev.cairn.LogRecord;
import dev.cairn.StateRoot;
import dev.cairn.inspect.Inspection;
import dev.cairn.inspect.LogView;
import dev.cairn.log.From;
import dev.cairn.log.LogFilter;
import dev.cairn.log.LogPage;
import dev.cairn.server.CairnServer;
import dev.cairn.server.ServerOptions;
import dev.cairn.task.Task;
import dev.cairn.task.TaskQuery;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** The whole way on real input: import, query, look back, import again, over HTTP, and through the death of the server. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class IncidentImportTest {
    /** The past of each incident is asked for at each of its events; of some incidents, to keep the test short. */
    private static final int LOOK_BACK_EVERY = 10;

    private static final int MANY_EVENTS = 100;

    @TempDir
    static Path dir;

    private static Path file;
    private static Incidents incidents;
    private static Map<String, String> root;

    @BeforeAll
    static void shouldHaveTheInput() throws Exception {
        assumeTrue(
                Incidents.file().isPresent(),
                "skipped: expected incidents.ndjson.gz in CAIRN_TEST_DATA or in a directory shared/data above, was none");
        file = Incidents.file().orElseThrow();
        incidents = Incidents.read(file);
        assertThat(incidents.events()).isEqualTo(Incidents.EVENTS);
        assertThat(incidents.steps()).hasSize(Incidents.INCIDENTS);
    }

    @Test
    @Order(1)
    void shouldTakeEveryEventIn() throws Exception {
        JsonNode summary = imported("--data", data());

        assertThat(summary.path("rows").asInt()).isEqualTo(Incidents.EVENTS);
        assertThat(summary.path("created").asInt()).isEqualTo(Incidents.INCIDENTS);
        assertThat(summary.path("patched").asInt()).isEqualTo(Incidents.EVENTS - Incidents.INCIDENTS);
        assertThat(taskRecords(data())).hasSize(Incidents.EVENTS);
    }

    @Test
    @Order(2)
    void shouldEndWhereAnIndependentFoldEnds() throws Exception {
        try (Cairn cairn = Cairn.open(data())) {
            root = cairn.stateRoot().kinds();
            Map<String, Long> counts = new TreeMap<>();
            for (String id : incidents.steps().keySet()) {
                Task task = cairn.tasks().get(id).orElseThrow();
                assertSame(task, incidents.last(id));
                assertThat(task.version()).isEqualTo(incidents.steps().get(id).size());
                counts.merge(task.status(), 1L, Long::sum);
            }
            assertThat(counts).isEqualTo(incidents.countsByStatus());

            TaskQuery everything = upTo(cairn.watermarks().endOffset() - 1);
            assertThat(cairn.tasks().count(everything, "status").counts()).isEqualTo(incidents.countsByStatus());
            StateRoot projected = cairn.projectionRoot(cairn.watermarks().endOffset() - 1, Duration.ofSeconds(30));
            assertThat(projected.kinds().get("task")).isEqualTo(root.get("task"));

            try (CairnServer server = serve(cairn)) {
                JsonNode over =
                        Json.parse(RunVerb.cairn("list", "--url", url(server), "--count", "status", "-o", "json")
                                .out());
                Map<String, Long> counted = new TreeMap<>();
                over.path("counts")
                        .properties()
                        .forEach(count ->
                                counted.put(count.getKey(), count.getValue().asLong()));
                assertThat(counted).isEqualTo(incidents.countsByStatus());
            }
        }
    }

    @Test
    @Order(3)
    void shouldAddNothingWhenItIsRepeated() throws Exception {
        long end = Inspection.of(data()).endOffset();

        JsonNode summary = imported("--data", data());

        assertThat(summary.path("skipped").asInt()).isEqualTo(Incidents.EVENTS);
        assertThat(summary.path("created").asInt()).isZero();
        assertThat(summary.path("patched").asInt()).isZero();
        assertThat(Inspection.of(data()).endOffset()).isEqualTo(end);
    }

    @Test
    @Order(4)
    void shouldTellTheHistoryOfEveryIncidentAndWhatItWasAfterEachEvent() throws Exception {
        try (Cairn cairn = Cairn.open(
                data(), CairnOptions.builder().projection(false).readOnly(true).build())) {
            int seen = 0;
            for (Map.Entry<String, List<Incidents.Step>> incident :
                    incidents.steps().entrySet()) {
                List<Incidents.Step> steps = incident.getValue();
                List<LogRecord> history = history(cairn, incident.getKey());
                assertThat(history).hasSameSizeAs(steps);
                boolean lookBack = seen++ % LOOK_BACK_EVERY == 0 || steps.size() > MANY_EVENTS;
                for (int i = 0; i < steps.size(); i++) {
                    LogRecord record = history.get(history.size() - 1 - i);
                    Incidents.Step step = steps.get(i);
                    assertThat(record.occurredAt()).isEqualTo(step.at());
                    assertThat(record.type()).isEqualTo(i == 0 ? "created" : "patched");
                    JsonNode payload = Json.parse(record.payload());
                    assertThat(payload.path("status").asText()).isEqualTo(step.activity());
                    assertThat(payload.path("metadata")).isEqualTo(step.patch());
                    if (lookBack) {
                        assertSame(
                                cairn.tasks()
                                        .getAsOf(incident.getKey(), record.offset())
                                        .orElseThrow(),
                                step);
                    }
                }
            }
        }
    }

    @Test
    @Order(5)
    void shouldShowTheSameByTheCommandLine() throws Exception {
        String id = incidents.steps().keySet().iterator().next();
        List<Incidents.Step> steps = incidents.steps().get(id);

        List<String> lines = RunVerb.cairn("history", id, "--data", data(), "-o", "json")
                .out()
                .lines()
                .toList();
        assertThat(lines).hasSameSizeAs(steps);
        long offset = Json.parse(lines.get(lines.size() - 2)).path("offset").asLong();
        JsonNode task = Json.parse(RunVerb.cairn("get", id, "--data", data(), "--as-of", offset, "-o", "json")
                .out());

        assertThat(task.path("status").asText()).isEqualTo(steps.get(1).status());
        assertThat(task.path("metadata")).isEqualTo(steps.get(1).metadata());
        assertThat(task.path("version").asInt()).isEqualTo(2);
    }

    @Test
    @Order(6)
    void shouldComeToTheSameStateOverHttp() throws Exception {
        Path other = dir.resolve("http");
        try (Cairn cairn = Cairn.open(other);
                CairnServer server = serve(cairn)) {
            JsonNode summary = imported("--url", url(server));
            assertThat(summary.path("created").asInt()).isEqualTo(Incidents.INCIDENTS);
            assertThat(cairn.stateRoot().kinds()).isEqualTo(root);

            long end = cairn.watermarks().endOffset();
            assertThat(imported("--url", url(server)).path("skipped").asInt()).isEqualTo(Incidents.EVENTS);
            assertThat(cairn.watermarks().endOffset()).isEqualTo(end);
        }
    }

    @Test
    @Order(7)
    void shouldGoOnAfterTheServerWasKilledAndAddNothingTwice() throws Exception {
        Path other = dir.resolve("killed");
        try (CairnProcess server = CairnProcess.start(dir, "serve", "--data", other, "--port", "0")) {
            String url = server.url();
            try (CairnProcess importing = CairnProcess.start(dir, importLine("--url", url))) {
                ServerConnection connection = new ServerConnection(URI.create(url));
                Awaitility.await()
                        .atMost(Duration.ofSeconds(60))
                        .pollInterval(Duration.ofMillis(20))
                        .until(() -> connection
                                        .getJson("/v1/log/watermarks", Query.none())
                                        .path("endOffset")
                                        .asLong()
                                > Incidents.EVENTS / 3);
                server.kill();
                importing.kill();
            }
        }
        long survived = taskRecords(other).size();
        assertThat(survived).isBetween(1L, Incidents.EVENTS - 1L);

        try (CairnProcess server = CairnProcess.start(dir, "serve", "--data", other, "--port", "0")) {
            JsonNode summary = imported("--url", server.url());
            assertThat(summary.path("skipped").asLong()).isEqualTo(survived);
            server.terminate();
            assertThat(server.exit()).isEqualTo(ExitCode.TERMINATED.number());
        }

        assertThat(taskRecords(other)).hasSize(Incidents.EVENTS);
        try (Cairn cairn = Cairn.open(other)) {
            assertThat(cairn.stateRoot().kinds()).isEqualTo(root);
        }
    }

    private static void assertSame(Task task, Incidents.Step step) throws Exception {
        assertThat(task.status()).isEqualTo(step.status());
        assertThat(task.owner()).isEqualTo(step.owner());
        assertThat(Json.parse(task.metadata())).isEqualTo(step.metadata());
    }

    private static List<LogRecord> history(Cairn cairn, String id) {
        List<LogRecord> all = new ArrayList<>();
        long before = Long.MAX_VALUE;
        while (true) {
            List<LogRecord> page = cairn.tasks().history(id, before, 100);
            if (page.isEmpty()) {
                return all;
            }
            all.addAll(page);
            before = page.get(page.size() - 1).offset();
        }
    }

    private static TaskQuery upTo(long offset) {
        TaskQuery all = TaskQuery.all();
        return new TaskQuery(
                all.statuses(),
                null,
                null,
                null,
                null,
                null,
                null,
                Map.of(),
                all.order(),
                false,
                1,
                null,
                offset,
                Duration.ofSeconds(30));
    }

    private static List<Long> taskRecords(Path directory) {
        LogView log = LogView.open(directory);
        LogFilter tasks = LogFilter.all().withTopic("task");
        List<Long> offsets = new ArrayList<>();
        long from = log.resolve(From.beginning());
        long end = log.resolve(From.end());
        while (from < end) {
            LogPage page;
            try {
                page = log.read(from, end, tasks, 10_000);
            } catch (GoneException lost) { // the offsets that the kill skipped
                from = Objects.requireNonNull(lost.resumeFrom());
                continue;
            }
            page.records().forEach(record -> offsets.add(record.offset()));
            if (page.next() <= from) {
                break;
            }
            from = page.next();
        }
        assertThat(offsets).doesNotHaveDuplicates();
        return offsets;
    }

    private static CairnServer serve(Cairn cairn) {
        return CairnServer.start(cairn, ServerOptions.builder().port(0).build());
    }

    private static String url(CairnServer server) {
        return "http://127.0.0.1:" + server.port();
    }

    private static JsonNode imported(Object flag, Object target) throws Exception {
        RunVerb run = RunVerb.cairn(importLine(flag, target));
        assertThat(run.exit()).as(run.err()).isZero();
        return Json.parse(run.out());
    }

    private static Object[] importLine(Object flag, Object target) {
        return new Object[] {
            "import",
            "--as",
            "tasks",
            "--id",
            "case",
            "--status",
            "activity",
            "--at",
            "at",
            "--owner",
            "resource",
            "--metadata",
            "transition,attributes",
            "--workflow",
            "open",
            "-o",
            "json",
            flag,
            target,
            file
        };
    }

    private static Path data() {
        return dir.resolve("data");
    }
}
