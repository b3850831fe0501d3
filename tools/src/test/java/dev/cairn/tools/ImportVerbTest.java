package dev.cairn.tools;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cairn.Cairn;
import dev.cairn.CairnOptions;
import dev.cairn.inspect.Inspection;
import dev.cairn.log.LogFilter;
import dev.cairn.server.CairnServer;
import dev.cairn.server.ServerOptions;
import dev.cairn.session.Message;
import dev.cairn.session.MessageQuery;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImportVerbTest {
    @TempDir
    Path dir;

    private Path data;

    @BeforeEach
    void nameTheDirectory() {
        data = dir.resolve("data");
    }

    @Test
    void shouldStopAtAMalformedRowAndKeepTheBatchesBefore() throws Exception {
        List<String> rows = rows(ImportRun.BATCH_ROWS_MAX + 500);
        rows.set(ImportRun.BATCH_ROWS_MAX + 7, "{\"id\":");
        Path file = Files.write(dir.resolve("rows"), rows);

        RunVerb run = RunVerb.cairn("import", file, "--data", data, "--status", "state");

        assertThat(run.exit()).isEqualTo(ExitCode.FAILED.number());
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains(file + ":" + (ImportRun.BATCH_ROWS_MAX + 8) + ": expected JSON");
        assertThat(json("list", "--count", "status").at("/counts/pending").asInt())
                .isEqualTo(ImportRun.BATCH_ROWS_MAX);
    }

    @Test
    void shouldGoOnWithoutTheBadRowsWhenAsked() throws Exception {
        List<String> rows = rows(ImportRun.BATCH_ROWS_MAX + 500);
        rows.set(ImportRun.BATCH_ROWS_MAX + 7, "[]");
        Path file = Files.write(dir.resolve("rows"), rows);
        RunVerb.cairn("import", file, "--data", data, "--status", "state");

        RunVerb run =
                RunVerb.cairn("import", file, "--data", data, "--status", "state", "--skip-bad-rows", "-o", "json");

        assertThat(run.exit()).isEqualTo(ExitCode.FINDINGS.number());
        assertThat(run.err()).contains("left out " + file + ":" + (ImportRun.BATCH_ROWS_MAX + 8));
        JsonNode summary = Json.parse(run.out());
        assertThat(summary.path("rows").asInt()).isEqualTo(rows.size());
        assertThat(summary.path("skipped").asInt()).isEqualTo(ImportRun.BATCH_ROWS_MAX);
        assertThat(summary.path("created").asInt()).isEqualTo(499);
        assertThat(summary.path("bad").asInt()).isEqualTo(1);
    }

    @Test
    void shouldNameTheRowThatTheWorkflowForbids() throws Exception {
        Path file = Files.write(
                dir.resolve("rows"),
                List.of("{\"id\":1,\"state\":\"pending\"}", "", "{\"id\":1,\"state\":\"completed\"}"));

        RunVerb run = RunVerb.cairn("import", file, "--data", data, "--status", "state");

        assertThat(run.exit()).isEqualTo(ExitCode.FAILED.number());
        assertThat(run.err()).contains(file + ":3: ").contains("completed");
        assertThat(json("list", "--count", "status").at("/counts")).isEmpty();
    }

    @Test
    void shouldNameTheRowThatTheServerRefuses() throws Exception {
        Path file = Files.write(
                dir.resolve("rows"), List.of("{\"id\":1,\"state\":\"pending\"}", "{\"id\":1,\"state\":\"completed\"}"));
        try (Cairn cairn = Cairn.open(data);
                CairnServer server =
                        CairnServer.start(cairn, ServerOptions.builder().port(0).build())) {
            RunVerb run =
                    RunVerb.cairn("import", file, "--url", "http://127.0.0.1:" + server.port(), "--status", "state");

            assertThat(run.exit()).isEqualTo(ExitCode.FAILED.number());
            assertThat(run.err()).contains(file + ":2: 409 invalid_transition");
            assertThat(cairn.tasks().get("1")).isEmpty();
        }
    }

    @Test
    void shouldDivideABatchThatIsTooLargeForASegment() throws Exception {
        List<String> rows = new ArrayList<>();
        for (int i = 0; i < ImportRun.BATCH_ROWS_MAX + 200; i++) {
            rows.add("{\"id\":\"r" + i + "\",\"x\":\"" + "y".repeat(600) + "\"}");
        }
        rows.add(300, "[]");
        Path file = Files.write(dir.resolve("rows"), rows);
        List<Object> add = List.of(
                "import", file, "--as", "records", "--topic", "t", "--key", "id", "--skip-bad-rows", "-o", "json");

        try (Cairn cairn = Cairn.open(
                        dir.resolve("served"),
                        CairnOptions.builder().segmentBytesMax(1 << 20).build());
                CairnServer server =
                        CairnServer.start(cairn, ServerOptions.builder().port(0).build())) {
            String url = "http://127.0.0.1:" + server.port();
            for (List<Object> where : List.of(
                    List.<Object>of("--data", data, "--segment-bytes-max", "1MiB"), List.<Object>of("--url", url))) {
                for (int created : new int[] {rows.size() - 1, 0}) {
                    List<Object> line = new ArrayList<>(add);
                    line.addAll(where);
                    RunVerb run = RunVerb.cairn(line.toArray());
                    JsonNode summary = Json.parse(run.out());
                    assertThat(summary.path("rows").asInt()).as(run.err()).isEqualTo(rows.size());
                    assertThat(summary.path("created").asInt()).isEqualTo(created);
                }
            }
            assertThat(cairn.log()
                            .read(0, Long.MAX_VALUE, LogFilter.all().withTopic("t"), 2_000)
                            .records())
                    .hasSize(rows.size() - 1);
        }
        assertThat(RunVerb.cairn("export", "--data", data, "--topic", "t").out().lines())
                .hasSize(rows.size() - 1);
    }

    @Test
    void shouldNameTheRowThatIsTooLargeByItself() throws Exception {
        Path file = Files.write(
                dir.resolve("rows"),
                List.of("{\"id\":\"a\"}", "{\"id\":\"b\",\"x\":\"" + "y".repeat(400_000) + "\"}", "{\"id\":\"c\"}"));

        RunVerb run = RunVerb.cairn(
                "import",
                file,
                "--data",
                data,
                "--segment-bytes-max",
                "1MiB",
                "--as",
                "records",
                "--topic",
                "t",
                "--key",
                "id");

        assertThat(run.exit()).isEqualTo(ExitCode.FAILED.number());
        assertThat(run.err())
                .contains(file + ":2: expected a record of at most ")
                .contains("was 400");
    }

    @Test
    void shouldTakeRecordsIn() throws Exception {
        Path file = Files.write(
                dir.resolve("rows"),
                List.of(
                        "{\"who\":\"ada\",\"when\":\"2026-01-31T12:00:00Z\",\"n\":1}",
                        "{\"who\":\"bob\",\"when\":\"2026-01-31T12:00:01Z\",\"n\":2}"));

        for (int i = 0; i < 2; i++) {
            RunVerb run = RunVerb.cairn(
                    "import", file, "--data", data, "--as", "records", "--topic", "calls", "--key", "who", "--at",
                    "when");
            assertThat(run.exit()).as(run.err()).isZero();
            assertThat(run.out())
                    .startsWith(i == 0 ? "2 rows: 2 records appended" : "2 rows: 0 records appended, 2 already");
        }

        List<String> records = RunVerb.cairn("export", "--data", data, "--topic", "calls")
                .out()
                .lines()
                .toList();
        assertThat(records).hasSize(2);
        JsonNode first = Json.parse(records.get(0));
        assertThat(first.path("key").asText()).isEqualTo("ada");
        assertThat(first.path("occurredAt").asText()).isEqualTo("2026-01-31T12:00:00.000000Z");
        assertThat(first.at("/payload/n").asInt()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldTakeMessagesInOnce(boolean overHttp) throws Exception {
        Path file = Files.write(
                dir.resolve("rows"),
                List.of(
                        "{\"session\":\"a\",\"seq\":0,\"source\":\"user\",\"body\":{\"content\":\"hi\"}}",
                        "{\"session\":\"b\",\"seq\":0,\"role\":\"user\",\"content\":\"" + "x".repeat(5 << 20) + "\"}",
                        "{\"session\":\"a\",\"seq\":1,\"role\":\"agent\",\"content\":null,\"task\":\"t\"}"));
        try (Cairn cairn = overHttp ? Cairn.open(data) : null;
                CairnServer server = cairn == null
                        ? null
                        : CairnServer.start(
                                cairn, ServerOptions.builder().port(0).build())) {
            for (int i = 0; i < 2; i++) {
                RunVerb run = server == null
                        ? RunVerb.cairn("import", file, "--data", data, "--as", "messages")
                        : RunVerb.cairn(
                                "import", file, "--url", "http://127.0.0.1:" + server.port(), "--as", "messages");
                assertThat(run.exit()).as(run.err()).isZero();
                assertThat(run.out())
                        .startsWith(i == 0 ? "3 rows: 3 messages appended" : "3 rows: 0 messages appended, 3 already");
            }
        }
        try (Cairn cairn = Cairn.open(data)) {
            assertThat(cairn.sessions().messages("a", MessageQuery.all()).messages())
                    .extracting(Message::json)
                    .containsExactly(
                            "{\"role\":\"user\",\"content\":{\"content\":\"hi\"},\"seq\":0}",
                            "{\"role\":\"agent\",\"content\":null,\"seq\":1,\"task\":\"t\"}");
            assertThat(cairn.sessions().get("b").orElseThrow().bytes()).isGreaterThan(5 << 20);
        }
    }

    @Test
    void shouldSayWhichFieldsMessagesHave() throws Exception {
        Path file = Files.write(dir.resolve("rows"), List.of("{\"session\":\"a\",\"role\":\"user\"}"));

        RunVerb bad = RunVerb.cairn("import", file, "--data", data, "--as", "messages");
        assertThat(bad.exit()).isEqualTo(ExitCode.FAILED.number());
        assertThat(bad.err()).contains(file + ":1: expected a field content or body, was none");
        RunVerb usage = RunVerb.cairn("import", file, "--data", data, "--as", "messages", "--topic", "t");
        assertThat(usage.exit()).isEqualTo(ExitCode.USAGE.number());
        assertThat(RunVerb.cairn("import", file, "--data", data, "--role", "r").exit())
                .isEqualTo(ExitCode.USAGE.number());
        assertThat(RunVerb.cairn(
                                "import",
                                file,
                                "--data",
                                data,
                                "--as",
                                "records",
                                "--topic",
                                "t",
                                "--key",
                                "k",
                                "--content",
                                "c")
                        .exit())
                .isEqualTo(ExitCode.USAGE.number());
    }

    @Test
    void shouldImportTheSameRowsOnceMoreUnderAnotherMapping() throws Exception {
        Path file = Files.write(dir.resolve("rows"), rows(3));
        RunVerb.cairn("import", file, "--data", data);

        JsonNode summary = Json.parse(RunVerb.cairn("import", file, "--data", data, "--metadata", "state", "-o", "json")
                .out());

        assertThat(summary.path("patched").asInt()).isEqualTo(3);
    }

    @Test
    void shouldPutAWorkflowInForceFirst() throws Exception {
        Path workflow = Files.writeString(
                dir.resolve("workflow.json"),
                "{\"first\":\"new\",\"final\":[\"done\"],\"transitions\":{\"new\":[\"done\"]}}");
        Path file = Files.write(
                dir.resolve("rows"), List.of("{\"id\":1,\"state\":\"new\"}", "{\"id\":1,\"state\":\"done\"}"));

        assertThat(RunVerb.cairn("import", file, "--data", data, "--status", "state", "--workflow", workflow)
                        .exit())
                .isZero();

        assertThat(json("get", "1").path("status").asText()).isEqualTo("done");
        long end = Inspection.of(data).endOffset();
        assertThat(RunVerb.cairn("import", file, "--data", data, "--status", "state", "--workflow", workflow)
                        .exit())
                .isZero();
        assertThat(Inspection.of(data).endOffset()).isEqualTo(end);
    }

    @Test
    void shouldRefuseAFileThatIsNoWorkflow() throws Exception {
        Path workflow = Files.writeString(dir.resolve("workflow.json"), "{\"frist\":\"new\"}");

        RunVerb run = RunVerb.cairn("import", "rows", "--data", data, "--workflow", workflow);

        assertThat(run.exit()).isEqualTo(ExitCode.USAGE.number());
        assertThat(run.err()).contains(workflow + ": expected a workflow file or `open`");
        assertThat(data).doesNotExist();
    }

    @Test
    void shouldSayThatAFileIsNotThere() {
        RunVerb run = RunVerb.cairn("import", dir.resolve("none"), "--data", data);

        assertThat(run.exit()).isEqualTo(ExitCode.FAILED.number());
        assertThat(run.err()).contains("none: expected a file");
        assertThat(data).doesNotExist();
    }

    @Test
    void shouldLeaveADirectoryAsItIsThatIsNotCairns() throws Exception {
        Files.createDirectory(data);
        Files.writeString(data.resolve("notes.txt"), "mine");

        RunVerb run = RunVerb.cairn("import", Files.write(dir.resolve("rows"), rows(1)), "--data", data);

        assertThat(run.exit()).isEqualTo(ExitCode.DIRECTORY.number());
        assertThat(run.err()).contains("notes.txt");
        try (var files = Files.list(data)) {
            assertThat(files).containsExactly(data.resolve("notes.txt"));
        }
    }

    private JsonNode json(Object verb, Object... more) throws Exception {
        List<Object> args = new ArrayList<>(List.of(verb));
        args.addAll(List.of(more));
        args.addAll(List.of("--data", data, "-o", "json"));
        RunVerb run = RunVerb.cairn(args.toArray());
        assertThat(run.exit()).as(run.err()).isZero();
        return Json.parse(run.out());
    }

    private static List<String> rows(int count) {
        List<String> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            rows.add("{\"id\":" + i + ",\"state\":\"pending\"}");
        }
        return rows;
    }
}
