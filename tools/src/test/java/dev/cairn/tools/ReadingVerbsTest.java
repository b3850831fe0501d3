package dev.cairn.tools;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cairn.Ack;
import dev.cairn.Cairn;
import dev.cairn.CairnOptions;
import dev.cairn.WriteOptions;
import dev.cairn.inspect.Inspection;
import dev.cairn.log.NewRecord;
import dev.cairn.server.CairnServer;
import dev.cairn.server.ServerOptions;
import dev.cairn.task.NewTask;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Verbs that only read, on a directory that nobody has open: offsets 1 to 60 hold records, 61 to 64 tasks. */
class ReadingVerbsTest {
    private static final int RECORDS = 60;
    private static final long LAST = RECORDS + 4;

    @TempDir
    static Path dir;

    private static Path data;

    @BeforeAll
    static void fill() {
        data = dir.resolve("data");
        CairnOptions options =
                CairnOptions.builder().segmentBytesMax(1 << 20).ack(Ack.DURABLE).build();
        try (Cairn cairn = Cairn.open(data, options)) {
            for (int i = 1; i <= RECORDS; i++) {
                NewRecord record =
                        NewRecord.of("events", "k" + i % 3, "{\"n\":" + i + "}").withType(i % 2 == 0 ? "even" : "odd");
                cairn.log().append(record, WriteOptions.defaults().withActor("ada"));
            }
            cairn.tasks().create(NewTask.of("a").metadata("{\"x\":\"1\"}"));
            cairn.tasks()
                    .transition(
                            "a",
                            "running",
                            WriteOptions.defaults().withOccurredAt(Instant.parse("2026-01-31T12:00:00Z")));
            cairn.tasks().create(NewTask.of("b").owner("bob").queue("q").priority(3));
            cairn.tasks().delete("b");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "tail, 55..64",
        "tail -n 3, 62..64",
        "tail -n 0, ",
        "tail --from 60, 60..64",
        "tail --since 60 -n 2, 60..61",
        "tail --from beginning --until 3, 0..2",
        "tail --from -2, 63..64",
        "tail --from end, ",
        "tail --from -1h -n 1, 0..0",
        "tail --until 10 -n 2, 8..9",
        "tail --key k1 --type even -n 2, 52 58",
        "tail --topic task, 61..64",
        "tail --topic nothing, ",
        "tail --topic system, 0..0",
        "export --from 62, 62..64",
        "export --agent nobody, ",
        "export --topic task --until 63, 61..62"
    })
    void shouldShowTheRecordsAskedFor(String line, String offsets) throws Exception {
        List<Long> shown = new ArrayList<>();
        for (String record : run(line, "-o", "json").lines().toList()) {
            shown.add(Json.parse(record).path("offset").asLong());
        }

        assertThat(shown).isEqualTo(offsets(offsets));
    }

    @Test
    void shouldShowARecordAsTheApiDoes() throws Exception {
        JsonNode record = Json.parse(run("tail --from 62 -n 1", "-o", "json"));

        List<String> members = new ArrayList<>();
        record.fieldNames().forEachRemaining(members::add);
        assertThat(members)
                .containsExactly(
                        "offset",
                        "epoch",
                        "at",
                        "occurredAt",
                        "topic",
                        "key",
                        "type",
                        "actor",
                        "operation",
                        "prev",
                        "version",
                        "payload");
        assertThat(record.path("occurredAt").asText()).isEqualTo("2026-01-31T12:00:00.000000Z");
        assertThat(record.path("prev").asLong()).isEqualTo(61);
        assertThat(record.at("/payload/status").asText()).isEqualTo("running");
    }

    @Test
    void shouldShowARecordToAPersonOnOneLine() {
        String line = run("tail --from 59 -n 1");

        assertThat(line).matches("\\S+Z +59  events/k2  odd  ada  \\{\"n\":59}\n");
    }

    @Test
    void shouldColourOnATerminalOnly() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream err = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
        CairnCli.run(new Console(out, err, true, false), Map.of(), "tail", "-n", "1", "--data", data.toString());

        assertThat(out.toString(StandardCharsets.UTF_8)).contains("\u001b[");
        assertThat(run("tail -n 1")).doesNotContain("\u001b");
    }

    @Test
    void shouldPrintATask() {
        assertThat(run("get a"))
                .contains("status    running")
                .contains("revision  62")
                .contains("\"x\" : \"1\"");
        assertThat(run("get a --as-of 61")).contains("status    pending").contains("version   1");
        assertThat(RunVerb.cairn("get", "b", "--data", data).exit()).isEqualTo(ExitCode.FAILED.number());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "get a --as-of 99",
                "get a --as-of 2999-01-01T00:00:00Z",
                "list --status nope",
                "list --count status --status nope",
                "tail --from 99",
                "tail --until 99",
                "tail --from 99 -f",
                "export --from 99",
                "tail --from 2999-01-01T00:00:00Z",
                "tail --until 2999-01-01T00:00:00Z",
                "export --from 2999-01-01T00:00:00Z",
                "export --until 2999-01-01T00:00:00Z"
            })
    void shouldRefuseAPositionThatHasNotCome(String line) {
        CairnOptions options = CairnOptions.builder().readOnly(true).build();
        try (Cairn cairn = Cairn.open(data, options);
                CairnServer server =
                        CairnServer.start(cairn, ServerOptions.builder().port(0).build())) {
            String url = "http://127.0.0.1:" + server.port();
            for (Object[] source : new Object[][] {{"--data", data}, {"--url", url}}) {
                List<Object> words = new ArrayList<>(List.of(line.split(" ")));
                words.addAll(List.of(source));

                RunVerb run = RunVerb.cairn(words.toArray());

                assertThat(run.exit()).as(run.err()).isEqualTo(ExitCode.USAGE.number());
                assertThat(run.out()).isEmpty();
                assertThat(run.err()).startsWith("cairn: ").contains("expected a");
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "get a --as-of -1, 4",
        "get a --as-of -3, 2",
        "get a --as-of -15m, 2",
        "get a --as-of end, 2",
        "list --count zz, 2"
    })
    void shouldTakeAMomentForWhatItIs(String line, int exit) {
        List<Object> words = new ArrayList<>(List.of(line.split(" ")));
        words.addAll(List.of("--data", data));

        assertThat(RunVerb.cairn(words.toArray()).exit()).isEqualTo(exit);
    }

    @Test
    void shouldListAndCount() throws Exception {
        assertThat(run("list")).contains("ID  STATUS").contains("a   running").doesNotContain("bob");
        assertThat(run("list --metadata x=1", "-o", "json").lines()).hasSize(1);
        assertThat(run("list --metadata x=2", "-o", "json")).isEmpty();
        assertThat(Json.parse(run("list --count status", "-o", "json"))
                        .at("/counts/running")
                        .asInt())
                .isEqualTo(1);
    }

    @Test
    void shouldTellTheHistoryOfADeletedTask() {
        assertThat(run("history b").lines()).hasSize(2).first().asString().contains("deleted");
        assertThat(run("history b --limit 1").lines()).hasSize(1);
        RunVerb none = RunVerb.cairn("history", "c", "--data", data);
        assertThat(none.exit()).isEqualTo(ExitCode.FAILED.number());
    }

    @Test
    void shouldDescribeTheDirectory() throws Exception {
        JsonNode found = Json.parse(run("describe", "-o", "json"));

        assertThat(found.path("identity").asText())
                .isEqualTo(Inspection.of(data).identity().toString());
        assertThat(found.path("format").asInt()).isEqualTo(1);
        assertThat(found.path("durableOffset").asLong()).isEqualTo(LAST);
        assertThat(found.at("/epochs/0/lastOffset").asLong()).isEqualTo(LAST);
        assertThat(found.at("/segments/0/sealed").asBoolean()).isTrue();
        assertThat(found.at("/checkpoints/0/offset").asLong()).isEqualTo(LAST);
        assertThat(found.at("/projection/offset").asLong()
                        + found.at("/projection/lag").asLong())
                .isEqualTo(LAST);
        assertThat(run("describe"))
                .contains("identity    " + found.path("identity").asText());
    }

    @Test
    void shouldLeaveTheDirectoryAsItIs() throws Exception {
        Map<String, String> before = listing(data);
        for (String line : List.of("tail", "export", "get a", "list", "history a", "describe")) {
            run(line);
        }

        assertThat(listing(data)).isEqualTo(before);
    }

    @Test
    void shouldStopAtDamageUnlessToldToGoOn() throws Exception {
        Path damaged = copy("damaged");
        damage(damaged, "\"n\":47");

        RunVerb stopped = RunVerb.cairn("export", "--data", damaged);
        assertThat(stopped.exit()).isEqualTo(ExitCode.FINDINGS.number());
        assertThat(stopped.err()).contains(".cq4 at byte ").contains("offset 47");
        RunVerb tailed = RunVerb.cairn("tail", "--from", "40", "--data", damaged, "-o", "json");
        assertThat(tailed.exit()).isEqualTo(ExitCode.FINDINGS.number());
        assertThat(tailed.out().lines()).hasSize(7);

        RunVerb wentOn =
                RunVerb.cairn("tail", "--from", "46", "-n", "3", "--skip-damaged", "--data", damaged, "-o", "json");
        assertThat(wentOn.exit()).isZero();
        List<String> lines = wentOn.out().lines().toList();
        assertThat(lines).hasSize(4);
        assertThat(Json.parse(lines.get(0)).path("offset").asLong()).isEqualTo(46);
        assertThat(Json.parse(lines.get(1)).at("/gap/first").asLong()).isEqualTo(47);
        assertThat(Json.parse(lines.get(1)).at("/gap/last").asLong()).isEqualTo(47);
        assertThat(Json.parse(lines.get(2)).path("offset").asLong()).isEqualTo(48);

        RunVerb exported = RunVerb.cairn("export", "--from", "46", "--skip-damaged", "--data", damaged);
        assertThat(exported.exit()).isZero();
        assertThat(exported.out()).startsWith(wentOn.out());
        RunVerb decisions = RunVerb.cairn("export", "--format", "markdown", "--skip-damaged", "--data", damaged);
        assertThat(decisions.exit()).isEqualTo(ExitCode.USAGE.number());
    }

    @Test
    void shouldShowTheLastRecordsThoughDamageIsFurtherBack() throws Exception {
        Path damaged = copy("damagedBefore");
        damage(damaged, "\"n\":47");
        List<Object> tail = List.of("tail", "--data", damaged, "-o", "json");

        for (int count : List.of(10, 17, 18, 20)) {
            RunVerb from = more(tail, "--from", "-" + count);
            RunVerb last = more(tail, "-n", count);
            assertThat(last.exit()).isEqualTo(from.exit()).isEqualTo(count > 17 ? 1 : 0);
            assertThat(last.out()).isEqualTo(from.out());
            assertThat(last.err()).isEqualTo(from.err());
        }
        assertThat(more(tail).out()).isEqualTo(more(tail, "--from", "-10").out());
        assertThat(more(tail, "-n", 20, "--skip-damaged").out())
                .isEqualTo(more(tail, "--from", "-20", "--skip-damaged").out())
                .contains("\"gap\"");
    }

    @Test
    void shouldLookPastDamageForTheLastRecordsThatMatch() throws Exception {
        Path damaged = copy("damagedAmong");
        damage(damaged, "\"n\":47");
        List<Object> tail = List.of("tail", "--data", damaged, "--topic", "events", "-o", "json");

        RunVerb behind = more(tail, "-n", 13);
        assertThat(behind.exit()).as(behind.err()).isZero();
        assertThat(behind.out().lines()).hasSize(13).first().asString().startsWith("{\"offset\":48,");
        RunVerb before = more(tail, "-n", 15);
        assertThat(before.exit()).isEqualTo(ExitCode.FINDINGS.number());
        assertThat(before.out().lines()).hasSize(2).first().asString().startsWith("{\"offset\":45,");
        RunVerb passed = more(tail, "-n", 15, "--skip-damaged");
        assertThat(passed.exit()).as(passed.err()).isZero();
        assertThat(passed.out().lines()).hasSize(16);
        RunVerb until = more(tail, "-n", 2, "--until", 60);
        assertThat(until.out().lines()).hasSize(2).last().asString().startsWith("{\"offset\":59,");
        // Fewer than were asked for: the damaged one may be among them.
        RunVerb few = more(tail, "-n", 5, "--type", "rare");
        assertThat(few.exit()).isEqualTo(ExitCode.FINDINGS.number());
    }

    private static RunVerb more(List<Object> line, Object... more) {
        List<Object> args = new ArrayList<>(line);
        args.addAll(List.of(more));
        return RunVerb.cairn(args.toArray());
    }

    @Test
    void shouldRebuildWhatIsDerived() throws Exception {
        Path copy = copy("rebuilt");
        for (String what : List.of("state", "projection", "all")) {
            RunVerb run = RunVerb.cairn("replay", "--rebuild", what, "--data", copy, "-o", "json");
            assertThat(run.exit()).as(run.err()).isZero();
            JsonNode rebuilt = Json.parse(run.out());
            assertThat(rebuilt.path("same").asBoolean()).isTrue();
            assertThat(rebuilt.path("offset").asLong()).isEqualTo(LAST);
            assertThat(rebuilt.at("/stateRoot/task").asText()).hasSize(32);
        }
        assertThat(RunVerb.cairn("replay", "--dry-run", "--data", copy).exit()).isZero();
    }

    private static String run(String line, String... more) {
        List<Object> args = new ArrayList<>(List.of((Object[]) line.split(" ")));
        args.addAll(List.of("--data", data));
        args.addAll(List.of(more));
        RunVerb run = RunVerb.cairn(args.toArray());
        assertThat(run.exit()).as(run.err()).isZero();
        assertThat(run.err()).isEmpty();
        return run.out();
    }

    private static List<Long> offsets(String text) {
        List<Long> offsets = new ArrayList<>();
        if (text == null) {
            return offsets;
        }
        for (String part : text.split(" ")) {
            String[] ends = part.split("\\.\\.");
            for (long i = Long.parseLong(ends[0]); i <= Long.parseLong(ends[ends.length - 1]); i++) {
                offsets.add(i);
            }
        }
        return offsets;
    }

    private static Path copy(String name) throws Exception {
        Path copy = dir.resolve(name);
        try (Stream<Path> files = Files.walk(data)) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(data.relativize(file).toString()));
            }
        }
        return copy;
    }

    /** Changes one byte of a payload. */
    private static void damage(Path directory, String payload) throws Exception {
        Path file = directory.resolve(Inspection.of(directory).segments().get(0).file());
        String bytes = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
            out.seek(bytes.indexOf(payload) + 1);
            out.write('m');
        }
    }

    private static Map<String, String> listing(Path directory) throws Exception {
        Map<String, String> listing = new TreeMap<>();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.toList()) {
                listing.put(
                        directory.relativize(file).toString(),
                        Files.getLastModifiedTime(file) + " " + Files.size(file));
            }
        }
        return listing;
    }
}
