package dev.cairn.tools;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cairn.Cairn;
import dev.cairn.CairnOptions;
import dev.cairn.DamagedLogException;
import dev.cairn.GoneException;
import dev.cairn.TestDirectories;
import dev.cairn.log.LogFilter;
import dev.cairn.task.Task;
import dev.cairn.task.TaskPatch;
import dev.cairn.task.TaskQuery;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What readers say of a log that lost whole segments, or the manifest of a damaged one: never that there was nothing. */
class PartlyGoneTest {
    private static final CairnOptions READING =
            CairnOptions.builder().readOnly(true).build();

    @TempDir
    static Path dir;

    private static DamagedDirectory whole;

    private DamagedDirectory log;

    @BeforeAll
    static void fill() {
        whole = DamagedDirectory.write(dir.resolve("whole"));
    }

    @BeforeEach
    void copy(@TempDir Path temporary) throws IOException {
        log = whole.copy(temporary.resolve("data"));
    }

    /** Segment and manifest: nothing but the numbers of the others tells that there was one. */
    private void remove(int segment) throws IOException {
        Path file = log.segments().get(segment);
        Files.delete(file);
        Files.delete(manifest(file));
    }

    private static Path manifest(Path segment) {
        return Path.of(segment.toString().replace(".cq4", ".manifest"));
    }

    @Test
    void shouldNotPassOverASegmentThatIsGoneWithItsManifest() throws Exception {
        remove(2);
        assertToldByEveryReader();
    }

    /** The manifest tells nothing but that there was a segment; behind the repair it would tell of one that is missing. */
    @Test
    void shouldRepairWhereOnlyADamagedManifestIsLeft() throws Exception {
        List<Path> segments = log.segments();
        for (Path gone : List.of(segments.get(1), segments.get(segments.size() - 1))) {
            Files.delete(gone);
            Files.write(manifest(gone), new byte[100]);
        }
        JsonNode plan = log.dryRun();
        assertToldByEveryReader();
        log.apply();
        log.assertRepaired(plan);
    }

    @Test
    void shouldRepairWhereAManifestIsThatOfAnother() throws Exception {
        Path gone = log.segments().get(2);
        Files.copy(manifest(log.segments().get(1)), manifest(gone), StandardCopyOption.REPLACE_EXISTING);
        Files.delete(gone);
        JsonNode plan = log.dryRun();
        assertToldByEveryReader();
        log.apply();
        log.assertRepaired(plan);
    }

    @Test
    void shouldRepairWhereDirectoriesHaveTheNames() throws Exception {
        Path gone = log.segments().get(2);
        for (Path file : new Path[] {gone, manifest(gone)}) {
            Files.delete(file);
            Files.createDirectory(file);
        }
        JsonNode plan = log.dryRun();
        assertToldByEveryReader();
        log.apply();
        log.assertRepaired(plan);
    }

    /** No segment could stand there: it is taken away, be it a file or a directory. */
    @Test
    void shouldTakeAwayADirectoryWithTheNameOfASegmentThatNeverWas() throws Exception {
        Files.createDirectory(log.segments().get(0).resolveSibling("00000077.cq4"));
        JsonNode plan = log.dryRun();
        log.apply();
        log.assertRepaired(plan);
    }

    @Test
    void shouldNotBeginTheLogBehindSegmentsThatAreGone() throws Exception {
        remove(0);
        remove(0);
        assertToldByEveryReader();
    }

    @Test
    void shouldNotCutASegmentOffThatLostItsManifestAndAPage() throws Exception {
        Path damaged = log.segments().get(1);
        Files.delete(manifest(damaged));
        log.zero(damaged, 100 * 4_096, 4_096);
        assertToldByEveryReader();
    }

    /** The last of an epoch has no other behind it that says where it ended. */
    @Test
    void shouldNotCutTheLastSegmentOfAnEpochOffThatLostItsManifestAndAPage() throws Exception {
        Path damaged = endOfEpochWithoutManifest(false);
        log.zero(damaged, 20 * 4_096, 4_096);
        assertToldByEveryReader();
        assertKeptByAWriter();
    }

    /** Its end is cut off, and only the record that opens the next epoch tells where it was. */
    @Test
    void shouldMissTheTailOfAnEpochThatIsCutOffWithoutItsManifest() throws Exception {
        Path damaged = endOfEpochWithoutManifest(false);
        log.truncate(damaged, Files.size(damaged) - 20_000);
        assertToldByEveryReader();
        assertKeptByAWriter();
    }

    @Test
    void shouldNotCutTheLastSegmentOfAnEpochOffBehindWhichAnotherIsNotSealed() throws Exception {
        Path damaged = endOfEpochWithoutManifest(true);
        log.zero(damaged, 20 * 4_096, 4_096);
        assertToldByEveryReader();
    }

    /** Zeros in the newest segment look torn, and durable records stand behind them: only those in the hole are lost. */
    @Test
    void shouldLoseOnlyTheHoleInTheNewestSegment() throws Exception {
        appendEpoch(true);
        log.zero(log.newest(), 3 * 4_096, 4_096);
        assertToldByEveryReader();
    }

    /** No record is lost with a header: who reads is served all of them. */
    @Test
    void shouldReadTheLastSegmentOfAnEpochThatLostItsManifestAndItsHeader() throws Exception {
        Path damaged = endOfEpochWithoutManifest(true);
        log.zero(damaged, 4_368, 96);
        assertReadAndRepaired();
    }

    @Test
    void shouldReadTheNewestSegmentThatLostItsHeader() throws Exception {
        appendEpoch(true);
        log.zero(log.newest(), 4_368, 96);
        assertReadAndRepaired();
    }

    @Test
    void shouldReadSegmentsBesideEachOtherThatLostTheirManifestsAndTheirHeaders() throws Exception {
        for (int segment : new int[] {1, 2}) {
            Files.delete(manifest(log.segments().get(segment)));
            log.zero(log.segments().get(segment), 4_368, 96);
        }
        assertReadAndRepaired();
    }

    /** Where an epoch was killed, offsets behind it were never used: they are none of those that a lost header hides. */
    @Test
    void shouldNotMissWhatNobodyUsedBehindASegmentThatLostItsHeader() throws Exception {
        appendEpoch(true);
        Path killed = log.newest();
        appendEpoch(false);
        Files.delete(manifest(killed));
        log.zero(killed, 4_368, 96);
        assertReadAndRepaired();
    }

    /** What stood in for a segment gives way to what a repair puts there. */
    @Test
    void shouldReadOnBehindARepairThatHappensMeanwhile() throws Exception {
        appendEpoch(true);
        Path damaged = log.newest();
        appendEpoch(false);
        Files.delete(manifest(damaged));
        log.zero(damaged, 4_368, 96);
        try (Cairn cairn = Cairn.open(log.data(), READING)) {
            assertAllRead(cairn);
            log.apply();
            try (Cairn writing =
                    Cairn.open(log.data(), CairnOptions.builder().scrub(false).build())) {
                writing.sync();
                Awaitility.await().untilAsserted(() -> assertAllRead(cairn));
            }
            assertAllRead(cairn);
        }
    }

    private void assertAllRead(Cairn cairn) {
        assertThat(log.written().keySet())
                .allSatisfy(offset ->
                        assertThat(read(cairn, offset)).as("offset " + offset).isEqualTo("read"));
    }

    private void assertReadAndRepaired() throws Exception {
        assertThat(DamagedDirectory.export(log.data())).isEqualTo(log.written());
        try (Cairn cairn = Cairn.open(log.data(), READING)) {
            awaitWarning(cairn);
        }
        assertThat(log.dryRun().path("lostCount").asLong()).isZero();
        log.apply();
        assertThat(DamagedDirectory.export(log.data()).keySet())
                .containsAll(log.written().keySet());
    }

    /** Appends an epoch; returns the last segment of the one before, without its manifest. */
    private Path endOfEpochWithoutManifest(boolean killed) throws Exception {
        int last = log.segments().size() - 1;
        appendEpoch(killed);
        Path end = log.segments().get(last);
        Files.delete(manifest(end));
        return end;
    }

    private void appendEpoch(boolean killed) throws Exception {
        try (Cairn cairn = Cairn.open(
                log.data(), CairnOptions.builder().segmentBytesMax(1 << 20).build())) {
            String filler = "y".repeat(300);
            for (int i = 0; i < 150; i++) {
                cairn.tasks().patch("t" + i, TaskPatch.empty().metadata("{\"c\":\"" + filler + i + "\"}"));
            }
            cairn.sync();
            cairn.projectionRoot(cairn.watermarks().durableOffset(), Duration.ofSeconds(20));
            Path data = killed
                    ? TestDirectories.copyAsIfKilled(log.data(), log.data().resolveSibling("killed"))
                    : log.data();
            log = new DamagedDirectory(data, log.written());
        }
        log = new DamagedDirectory(log.data(), DamagedDirectory.export(log.data()));
    }

    /** Opened and closed again, all that the plan kept is there still. */
    private void assertKeptByAWriter() throws IOException {
        long lost = log.dryRun().path("lostCount").asLong();
        Cairn.open(log.data(), CairnOptions.builder().scrub(false).build()).close();
        RunVerb exported = RunVerb.cairn("export", "--skip-damaged", "--data", log.data());
        long left = exported.out()
                .lines()
                .filter(line -> line.startsWith("{\"offset\""))
                .count();
        assertThat(left).isGreaterThanOrEqualTo(log.written().size() - lost);
        assertThat(log.dryRun().path("lostCount").asLong()).isEqualTo(lost);
    }

    /** Exactly the records that the plan gives up are errors; all others are read; tasks that lost some say so. */
    private void assertToldByEveryReader() throws Exception {
        JsonNode plan = log.dryRun();
        Set<Long> lost = new TreeSet<>();
        plan.path("lost").forEach(range -> {
            for (long offset = range.path(0).asLong(); offset <= range.path(1).asLong(); offset++) {
                lost.add(offset);
            }
        });
        Set<String> tasks = new HashSet<>();
        plan.path("tasks").forEach(task -> tasks.add(task.asText()));
        assertThat(lost).isNotEmpty();
        assertThat(tasks).as(plan.toString()).isNotEmpty();

        RunVerb stopped = RunVerb.cairn("export", "--data", log.data());
        assertThat(stopped.exit()).as(stopped.err()).isEqualTo(ExitCode.FINDINGS.number());
        RunVerb exported = RunVerb.cairn("export", "--skip-damaged", "--data", log.data());
        assertThat(exported.exit()).as(exported.err()).isZero();
        assertThat(exported.out()
                        .lines()
                        .filter(line -> line.startsWith("{\"offset\""))
                        .count())
                .isEqualTo(log.written().size() - lost.size());

        for (boolean checkpoint : new boolean[] {true, false}) {
            if (!checkpoint) {
                Files.delete(log.data().resolve("checkpoint/state.checkpoint"));
            }
            try (Cairn cairn = Cairn.open(log.data(), READING)) {
                assertRecords(cairn, lost);
                awaitWarning(cairn);
                assertTasks(cairn, tasks);
            }
        }
    }

    private void assertRecords(Cairn cairn, Set<Long> lost) {
        for (long offset : log.written().keySet()) {
            if (offset % 7 == 0 || lost.contains(offset)) {
                assertThat(read(cairn, offset))
                        .as("offset " + offset)
                        .isEqualTo(lost.contains(offset) ? "damaged" : "read");
            }
        }
    }

    private static String read(Cairn cairn, long offset) {
        try {
            long found = cairn.log()
                    .read(offset, offset + 1, LogFilter.all(), 1)
                    .records()
                    .get(0)
                    .offset();
            return found == offset ? "read" : "another";
        } catch (DamagedLogException e) {
            return "damaged";
        } catch (GoneException e) {
            return "gone";
        }
    }

    private static void awaitWarning(Cairn cairn) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(cairn.health().warnings())
                        .anyMatch(warning -> warning.contains(" damaged segment")
                                && warning.contains(": log/")
                                && warning.contains(".cq4 at byte ")));
    }

    /** Where nothing at all is left of a task, asking for it names the damage. */
    private static boolean lostRecords(Cairn cairn, String task) {
        try {
            return cairn.tasks().get(task).orElseThrow().incomplete();
        } catch (DamagedLogException e) {
            return true;
        }
    }

    private static void assertTasks(Cairn cairn, Set<String> lost) {
        for (int i = 0; i < DamagedDirectory.TASKS; i++) {
            assertThat(lostRecords(cairn, "t" + i)).as("t" + i).isEqualTo(lost.contains("t" + i));
        }
        List<Task> listed = cairn.tasks().list(TaskQuery.all()).tasks();
        assertThat(listed).hasSizeGreaterThan(50);
        listed.forEach(
                task -> assertThat(task.incomplete()).as("listed " + task.id()).isEqualTo(lost.contains(task.id())));
    }

    /** The checkpoint serves the state; that the log is gone is told all the same. */
    @Test
    void shouldWarnWhereTheWholeLogIsGone() throws Exception {
        while (!log.segments().isEmpty()) {
            remove(0);
        }
        try (Cairn cairn = Cairn.open(log.data(), READING)) {
            assertThat(cairn.health().warnings())
                    .anyMatch(warning -> warning.contains("expected durable records up to offset "));
            assertThat(cairn.tasks().get("t1").orElseThrow().incomplete()).isTrue();
            assertThat(read(cairn, 5)).isEqualTo("damaged");
        }
    }
}
