package dev.cairn.tools;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cairn.Cairn;
import dev.cairn.internal.disk.DiskFaults;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code cairn replay} takes, prints and answers. */
class ReplayVerbTest {
    @TempDir
    static Path whole;

    @TempDir
    Path dir;

    private static DamagedDirectory original;

    @BeforeAll
    static void write() {
        original = DamagedDirectory.write(whole.resolve("data"));
    }

    private DamagedDirectory damaged() throws Exception {
        DamagedDirectory log = original.copy(dir.resolve("data"));
        log.zero(log.segments().get(1), 400_000, 4_096);
        return log;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--dry-run --apply",
                "--dry-run --rebuild state",
                "--last 10 --from 3",
                "--last 10 --until 3",
                "--last 0",
                "--rebuild state --last 10",
                "--rebuild state --report r.md",
                "--report r.txt",
                "--report nowhere/r.md",
                "--from 99999999",
                "--until 99999999",
                "--from 10 --until 10",
                "--from yesterday"
            })
    void shouldRefuseWhatMakesNoSense(String flags) {
        List<Object> args = new ArrayList<>(List.of("replay", "--data", original.data()));
        args.addAll(List.of((Object[]) flags.split(" ")));

        RunVerb run = RunVerb.cairn(args.toArray());

        assertThat(run.exit()).as(run.out() + run.err()).isEqualTo(ExitCode.USAGE.number());
        assertThat(run.err()).contains("xpected");
    }

    /** A repair whose account could not be written would have nothing to show for itself. */
    @ParameterizedTest
    @MethodSource("unwritableReports")
    void shouldRefuseAReportThatCannotBeWrittenBeforeItRepairs(Path report) throws Exception {
        DamagedDirectory log = damaged();
        Map<String, String> before = log.listing();

        RunVerb run = RunVerb.cairn("replay", "--apply", "--data", log.data(), "--report", report);

        assertThat(run.exit()).as(run.out() + run.err()).isEqualTo(ExitCode.USAGE.number());
        assertThat(run.err())
                .startsWith("cairn: expected a report file that can be written, was " + report + ": ")
                .doesNotContain("java.");
        assertThat(run.out()).isEmpty();
        assertThat(log.listing()).isEqualTo(before);
    }

    /** Of a kind that not even root can write. */
    static Stream<Path> unwritableReports() {
        return Stream.of(Path.of("/proc/report.md"), whole.resolve("r".repeat(300) + ".json"));
    }

    /** The place of the report is taken away while the repair is under way. */
    @ParameterizedTest
    @ValueSource(strings = {"text", "json"})
    void shouldSayThatTheRepairIsDoneWhereItsReportCannotBeWritten(String format) throws Exception {
        DamagedDirectory log = damaged();
        JsonNode plan = log.dryRun();
        Path report = Files.createDirectory(dir.resolve("reports")).resolve("report.md");

        RunVerb run;
        try (DiskFaults watch =
                DiskFaults.failEach(log.data(), DiskFaults.On.WRITE, file -> remove(report), DiskFaults.Fault.EIO)) {
            run = RunVerb.cairn("replay", "--apply", "--data", log.data(), "--report", report, "-o", format);
            assertThat(watch.hasStruck()).isFalse();
        }

        assertThat(run.exit()).isEqualTo(ExitCode.FAILED.number());
        assertThat(run.err())
                .isEqualToNormalizingNewlines("cairn: the repair is done; the report cannot be written: " + report
                        + ": No such file can be made there\n");
        assertThat(run.out()).contains(format.equals("json") ? "\"applied\":true" : "DONE, in epoch ");
        log.assertRepaired(plan);
    }

    private static boolean remove(Path report) {
        try {
            // The plan has been reported by now: what is taken away is the place for the outcome.
            if (Files.deleteIfExists(report)) {
                Files.delete(report.getParent());
            }
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void shouldReplaceAReportAsAWhole() throws Exception {
        Path report = Files.writeString(dir.resolve("report.json"), "earlier ".repeat(100_000));

        RunVerb run = RunVerb.cairn("replay", "--data", original.data(), "--report", report);

        assertThat(run.exit()).as(run.err()).isZero();
        assertThat(Files.readString(report)).doesNotContain("earlier");
        assertThat(Json.parse(Files.readString(report)).path("due").asBoolean()).isFalse();
        assertThat(dir).isDirectoryNotContaining("glob:**.tmp");
    }

    @Test
    void shouldKeepTheBytesOfASegmentThatIsALink() throws Exception {
        DamagedDirectory log = damaged();
        Path segment = log.segments().get(1);
        Path elsewhere = Files.createDirectory(dir.resolve("elsewhere")).resolve("bytes.cq4");
        Files.move(segment, elsewhere);
        Files.createSymbolicLink(segment, segment.getParent().relativize(elsewhere));
        byte[] damaged = Files.readAllBytes(elsewhere);
        JsonNode plan = log.dryRun();

        log.apply();

        log.assertRepaired(plan);
        assertThat(log.data().resolve("quarantine").resolve(segment.getFileName()))
                .hasBinaryContent(damaged);
        assertThat(elsewhere).hasBinaryContent(damaged);
    }

    @Test
    void shouldLookUpToTheEndOfTheLogAndNoFurther() {
        long end = original.written().size();
        assertThat(RunVerb.cairn("replay", "--data", original.data(), "--until", end)
                        .exit())
                .isZero();
        for (String flag : List.of("--from", "--until")) {
            RunVerb beyond = RunVerb.cairn("replay", "--data", original.data(), flag, end + 1);
            assertThat(beyond.exit()).isEqualTo(ExitCode.USAGE.number());
            assertThat(beyond.err())
                    .isEqualToNormalizingNewlines(
                            "cairn: expected an offset from 0 to " + end + ", was " + (end + 1) + "\n");
        }
    }

    @Test
    void shouldFindNothingToDo() throws Exception {
        DamagedDirectory log = original.copy(dir.resolve("data"));

        RunVerb dry = RunVerb.cairn("replay", "--data", log.data(), "-o", "json");
        RunVerb applied = RunVerb.cairn("replay", "--apply", "--data", log.data());

        assertThat(dry.exit()).isZero();
        assertThat(Json.parse(dry.out()).path("due").asBoolean()).isFalse();
        assertThat(Json.parse(dry.out()).path("records").asLong())
                .isEqualTo(log.written().size());
        assertThat(applied.exit()).isZero();
        assertThat(applied.out()).contains("nothing to do");
        assertThat(DamagedDirectory.export(log.data())).isEqualTo(log.written());
    }

    @Test
    void shouldSayWhatIsWrongToAPerson() throws Exception {
        DamagedDirectory log = damaged();

        RunVerb run = RunVerb.cairn("replay", "--data", log.data(), "--report", dir.resolve("report.md"));

        assertThat(run.exit()).isEqualTo(ExitCode.FINDINGS.number());
        assertThat(run.err()).isEmpty();
        assertThat(run.out())
                .contains("DAMAGED, ")
                .containsPattern("00000002.cq4 bytes \\d+ to \\d+, offset \\d+")
                .contains("Cannot be saved:")
                .contains("cairn replay --apply --data " + log.data())
                .contains("WORK IS DUE");
        String report = Files.readString(dir.resolve("report.md"));
        JsonNode plan = log.dryRun();
        assertThat(report).startsWith("# Recovery of `").contains("## Who is affected");
        for (JsonNode task : plan.path("tasks")) {
            assertThat(report).contains("`" + task.asText() + "`");
        }
        try (Stream<Path> left = Files.list(dir)) {
            assertThat(left.map(Path::getFileName).map(Path::toString)).noneMatch(name -> name.endsWith(".tmp"));
        }
    }

    @Test
    void shouldPrintCommandsThatAShellReadsAsTheyAreMeant() throws Exception {
        DamagedDirectory log = original.copy(dir.resolve("it's data"));
        log.zero(log.segments().get(1), 400_000, 4_096);
        String word = "'" + dir + "/it'\\''s data'";

        RunVerb dry = RunVerb.cairn("replay", "--data", log.data());
        assertThat(dry.out())
                .contains("cairn serve --read-only --data " + word)
                .contains("cairn replay --apply --data " + word)
                .containsPattern("cairn serve --accept-data-loss [0-9a-f]{8} --data " + Pattern.quote(word));
        assertThat(RunVerb.cairn("verify", "--data", log.data()).out())
                .contains("next: cairn replay --data " + word + " says what can be saved");

        Path identity = log.data().resolve("identity");
        byte[] bytes = Files.readAllBytes(identity);
        bytes[bytes.length - 1] ^= 1;
        Files.write(identity, bytes);
        assertThat(RunVerb.cairn("describe", "--data", log.data()).err())
                .contains("cairn replay --apply --data " + word + " writes it again");
    }

    @Test
    void shouldLookAtAPartOnly() throws Exception {
        DamagedDirectory log = damaged();
        long first = log.dryRun().at("/lost/0/0").asLong();

        RunVerb last = RunVerb.cairn("replay", "--last", "100", "--data", log.data(), "-o", "json");
        assertThat(last.exit()).isZero();
        JsonNode plan = Json.parse(last.out());
        assertThat(plan.path("partial").asBoolean()).isTrue();
        assertThat(plan.at("/segments/0/verdict").asText()).isEqualTo("skipped");
        assertThat(plan.at("/segments/1/verdict").asText()).isEqualTo("skipped");
        assertThat(plan.path("records").asLong()).isBetween(100L, 600L);

        JsonNode around = log.dryRun("--from", first, "--until", first + 1);
        assertThat(around.path("lost")).isEqualTo(log.dryRun().path("lost"));
        assertThat(around.at("/segments/2/verdict").asText()).isEqualTo("skipped");
        assertThat(around.path("options").toString()).contains("--from " + first + " --until " + (first + 1));
        log.dryRun("--from", "-1h");
        log.dryRun("--until", "2100-01-01T00:00:00Z");

        log.apply("--from", first, "--until", first + 1);
        log.assertRepaired(around);
    }

    @Test
    void shouldRepairAndRebuild() throws Exception {
        DamagedDirectory log = damaged();

        JsonNode applied = log.apply("--rebuild", "all");

        assertThat(applied.path("applied").asBoolean()).isTrue();
        assertThat(applied.at("/rebuild/same").asBoolean()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"state", "projection", "all"})
    void shouldRebuildNothingFromADamagedLog(String what) throws Exception {
        DamagedDirectory log = damaged();
        Map<String, String> before = log.listing();

        RunVerb refused = RunVerb.cairn("replay", "--rebuild", what, "--data", log.data());

        assertThat(refused.exit()).isEqualTo(ExitCode.FINDINGS.number());
        assertThat(refused.err()).contains("nothing was rebuilt").contains("--apply");
        assertThat(log.listing()).isEqualTo(before);
    }

    @Test
    void shouldPlanBesideAWriterAndRefuseToRepair() throws Exception {
        DamagedDirectory log = damaged();
        JsonNode plan = log.dryRun();
        try (Cairn cairn = Cairn.open(log.data())) {
            cairn.tasks().create(dev.cairn.task.NewTask.of("later"));
            cairn.sync();
            JsonNode beside = log.dryRun();
            assertThat(beside.path("writer").asText())
                    .contains("pid " + ProcessHandle.current().pid());
            assertThat(beside.path("lost")).isEqualTo(plan.path("lost"));

            RunVerb applied = RunVerb.cairn("replay", "--apply", "--data", log.data());
            assertThat(applied.exit()).isEqualTo(ExitCode.DIRECTORY.number());
            assertThat(applied.err()).contains("pid " + ProcessHandle.current().pid());
            assertThat(applied.out()).isEmpty();
        }
    }

    @Test
    void shouldFindNothingWrongBesideAWriterOfAWholeLog() throws Exception {
        DamagedDirectory log = original.copy(dir.resolve("data"));
        try (Cairn cairn = Cairn.open(log.data())) {
            for (int i = 0; i < 50; i++) {
                cairn.tasks().create(dev.cairn.task.NewTask.of("later" + i));
                RunVerb run = RunVerb.cairn("replay", "--last", "100", "--data", log.data());
                assertThat(run.exit()).as(run.out()).isZero();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"missing", "damaged", "a directory"})
    void shouldWriteALostIdentityAgain(String lost) throws Exception {
        DamagedDirectory log = original.copy(dir.resolve("data"));
        Path identity = log.data().resolve("identity");
        byte[] bytes = Files.readAllBytes(identity);
        String was = dev.cairn.inspect.Inspection.of(log.data()).identity().toString();
        if (lost.equals("damaged")) {
            bytes[20] ^= 1;
            Files.write(identity, bytes);
        } else {
            Files.delete(identity);
        }
        if (lost.equals("a directory")) {
            Files.createDirectory(identity);
        }

        JsonNode plan = log.dryRun();
        assertThat(plan.path("identityLost").asBoolean()).isTrue();
        assertThat(plan.path("identity").asText()).isEqualTo(was);
        assertThat(plan.path("lost")).isEmpty();
        log.apply();

        assertThat(dev.cairn.inspect.Inspection.of(log.data()).identity().toString())
                .isEqualTo(was);
        assertThat(DamagedDirectory.export(log.data())).containsAllEntriesOf(log.written());
        assertThat(RunVerb.cairn("replay", "--data", log.data()).exit()).isZero();
    }

    /** After a stop that was not clean, so that nothing but the segments tells of the log. */
    @Test
    void shouldSayThatNobodyKnowsTheEndAndTakeTheOneThatIsThere() throws Exception {
        DamagedDirectory log = original.copy(dir.resolve("data"));
        for (String name : List.of("watermark", "clean", "control")) {
            Files.deleteIfExists(log.data().resolve(name));
        }
        Path report = dir.resolve("report.md");

        RunVerb dry = RunVerb.cairn("replay", "--data", log.data(), "--report", report);
        JsonNode plan = log.dryRun();

        assertThat(dry.exit()).isEqualTo(ExitCode.FINDINGS.number());
        assertThat(dry.out())
                .contains(
                        "Neither the watermark of the last opening nor the mark of a clean close tells where the log ended")
                .contains("is taken for the end of the log")
                .contains("WORK IS DUE: nobody knows whether the log went on behind offset");
        assertThat(report).content().contains("Neither the watermark").contains("Nothing else.");
        assertThat(plan.path("endUnknown").asBoolean()).isTrue();
        assertThat(plan.path("lost")).isEmpty();
        RunVerb serve = RunVerb.cairn("serve", "--data", log.data(), "--port", "0");
        assertThat(serve.exit()).isEqualTo(ExitCode.DIRECTORY.number());
        assertThat(serve.err())
                .contains("nothing tells whether durable records followed")
                .contains("for the end of the log, accept the data loss");

        log.apply();
        assertThat(DamagedDirectory.export(log.data())).containsAllEntriesOf(log.written());
        assertThat(RunVerb.cairn("replay", "--data", log.data()).exit()).isZero();
        assertThat(RunVerb.cairn("verify", "--deep", "--data", log.data()).exit())
                .isZero();
    }

    @Test
    void shouldRefuseADirectoryThatIsNotCairns() throws Exception {
        Path empty = Files.createDirectory(dir.resolve("empty"));

        assertThat(RunVerb.cairn("replay", "--data", empty).exit()).isEqualTo(ExitCode.DIRECTORY.number());
        assertThat(RunVerb.cairn("replay", "--data", dir.resolve("none")).exit())
                .isEqualTo(ExitCode.DIRECTORY.number());
        assertThat(empty).isEmptyDirectory();
    }
}
