package dev.cairn.internal.recovery;

import static dev.cairn.internal.recovery.MisplacedSegmentsTest.rotate;
import static dev.cairn.internal.recovery.RepairPlans.range;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.internal.disk.DiskFaults;
import dev.cairn.internal.disk.DiskFaults.Fault;
import dev.cairn.internal.disk.DiskFaults.On;
import dev.cairn.internal.disk.DiskSpy;
import dev.cairn.internal.recovery.RepairPlan.Rewrite;
import dev.cairn.internal.recovery.RepairPlan.Verdict;
import dev.cairn.internal.segment.LogDirectory;
import dev.cairn.internal.segment.LogDirectory.NumberedFile;
import dev.cairn.internal.segment.SegmentCatalog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Segments are put into their places, whatever the repair is cut off at. */
class MisplacedRepairTest extends PlannedLog {
    private final List<NumberedFile> files = new ArrayList<>();
    private final List<byte[]> bytes = new ArrayList<>();

    /** Four segments, the newest not sealed, each in the place of the next. */
    private void makeCycle(Path at) throws IOException {
        root = at;
        begin();
        files.clear();
        bytes.clear();
        files.add(log.sealed(0, 9));
        files.add(log.sealed(10, 19));
        files.add(log.epoch(2).sealed(20, 29));
        files.add(log.segment(30, 39));
        for (NumberedFile file : files) {
            bytes.add(Files.readAllBytes(file.path()));
        }
        rotate(files.toArray(new NumberedFile[0]));
    }

    private void execute(RepairPlan plan) throws IOException {
        new RepairExecution(log.directory, HandmadeLog.INSTALLATION, 1).execute(plan);
    }

    private @Nullable RepairJournal unfinished() throws IOException {
        return RepairJournal.unfinished(log.directory, HandmadeLog.INSTALLATION);
    }

    private RepairPlan planNow() throws IOException {
        return plan(NOTHING, RepairScope.ALL, unfinished());
    }

    private void assertInPlace(int... indices) throws IOException {
        for (int index : indices) {
            assertThat(Files.readAllBytes(files.get(index).path()))
                    .as(files.get(index).toString())
                    .isEqualTo(bytes.get(index));
        }
    }

    private void assertNothingDue() throws IOException {
        RepairPlan plan = plan();
        assertThat(plan.repairs()).isEmpty();
        assertThat(plan.segments())
                .allMatch(found -> found.verdict() == Verdict.WHOLE || found.verdict() == Verdict.UNSEALED);
        assertThat(SegmentCatalog.load(log.directory, HandmadeLog.INSTALLATION).problems())
                .isEmpty();
    }

    /** New segments that did not take over their names. */
    private List<Path> leftOver() throws IOException {
        try (Stream<Path> all = Files.walk(log.directory.logDirectory())) {
            return all.filter(file -> file.toString().endsWith(".salvaged")).toList();
        }
    }

    @Test
    void shouldPutEachSegmentIntoItsPlaceAsItWas() throws IOException {
        makeCycle(root);
        byte[] manifest =
                Files.readAllBytes(LogDirectory.manifestFile(files.get(1).path()));
        execute(plan());
        assertInPlace(0, 1, 2, 3);
        assertThat(LogDirectory.manifestFile(files.get(1).path())).hasBinaryContent(manifest);
        assertThat(LogDirectory.manifestFile(files.get(3).path())).doesNotExist();
        assertNothingDue();
        assertThat(RepairJournal.isCutOff(log.directory)).isFalse();
        RepairJournal journal = unfinished();
        assertThat(journal).isNotNull();
        assertThat(journal.lost()).isEmpty();
        assertThat(journal.moves())
                .contains(new RepairJournal.Move("log/0000000001/00000001.cq4", "log/0000000001/00000002.cq4"))
                .hasSize(4);
    }

    @Test
    void shouldKeepUnderTheirNamesInTheQuarantineWhatTookTheirPlaces() throws IOException {
        makeCycle(root);
        execute(plan());
        assertThat(log.directory.quarantine().resolve("00000002.cq4")).hasBinaryContent(bytes.get(0));
        assertThat(log.directory.quarantine().resolve("00000001.cq4")).hasBinaryContent(bytes.get(3));
    }

    /** Each second name is on the disk before the first one is taken over. */
    @Test
    void shouldForceEachOfItsStepsToTheDisk() throws IOException {
        rotate(log.sealed(0, 9), log.sealed(10, 19));
        RepairPlan plan = plan();
        try (DiskSpy spy = DiskSpy.on(root)) {
            execute(plan);
            assertThat(spy.seen())
                    .containsSequence("MOVE repair.begun.tmp", "FORCE ")
                    .endsWith(
                            "MAKE_DIRECTORY quarantine",
                            "FORCE ",
                            "MOVE log/0000000001/00000002.cq4",
                            "FORCE quarantine",
                            "MOVE log/0000000001/00000001.cq4",
                            "FORCE quarantine",
                            "MAKE_DIRECTORY log/0000000001",
                            "FORCE log",
                            "DELETE log/0000000001/00000001.cq4.salvaged",
                            "MOVE quarantine/00000002.cq4",
                            "MOVE log/0000000001/00000001.cq4.salvaged",
                            "FORCE log/0000000001",
                            "MAKE_DIRECTORY log/0000000001",
                            "FORCE log",
                            "DELETE log/0000000001/00000002.cq4.salvaged",
                            "MOVE quarantine/00000001.cq4",
                            "MOVE log/0000000001/00000002.cq4.salvaged",
                            "FORCE log/0000000001",
                            "MOVE repair.begun",
                            "FORCE ");
        }
    }

    @Test
    void shouldFinishFromWhereverItWasCutOff() throws IOException {
        Path all = root;
        for (int nth = 1; ; nth++) {
            makeCycle(all.resolve("cut-" + nth));
            RepairPlan plan = plan();
            if (!isCutOff(plan, nth)) {
                assertThat(nth).as("operations").isGreaterThan(20);
                return;
            }
            RepairPlan rest = planNow();
            assertThat(rest.id()).as("cut off at %s", nth).isEqualTo(plan.id());
            assertThat(rest.lost()).isEmpty();
            execute(rest);
            assertInPlace(0, 1, 2, 3);
            assertNothingDue();
            assertThat(leftOver()).isEmpty();
            assertThat(unfinished()).isNotNull();
            assertThat(unfinished().moves()).as("cut off at %s", nth).hasSize(4);
        }
    }

    @Test
    void shouldFinishFromWhereverItWasCutOffWhereSomeAreDamaged() throws IOException {
        Path all = root;
        for (int nth = 1; ; nth++) {
            makeCycle(all.resolve("cut-" + nth));
            HandmadeLog.damage(files.get(1), 4); // holds the first
            HandmadeLog.corrupter(files.get(1)).zero(0, HandmadeLog.position(0));
            HandmadeLog.damage(files.get(0), 6); // holds the newest
            leaveOthersInTheQuarantine();
            RepairPlan plan = plan();
            assertThat(plan.lost()).containsExactly(range(4, 4), range(36, 36));
            if (!isCutOff(plan, nth)) {
                assertThat(nth).as("operations").isGreaterThan(40);
                return;
            }
            RepairPlan rest = planNow();
            assertThat(rest.id()).as("cut off at %s", nth).isEqualTo(plan.id());
            execute(rest);
            assertInPlace(1, 2);
            assertNothingDue();
            assertThat(plan().records()).isEqualTo(38);
            assertThat(leftOver()).isEmpty();
        }
    }

    /** Of earlier repairs, under the names that originals would get. */
    private void leaveOthersInTheQuarantine() throws IOException {
        Files.createDirectories(log.directory.quarantine());
        for (NumberedFile file : files) {
            Path name = log.directory.quarantine().resolve(file.path().getFileName());
            Files.writeString(name, "another");
            Files.writeString(name.resolveSibling(name.getFileName() + ".1"), "and another");
        }
    }

    /** Whether the repair was cut off before its {@code nth} change of a file. */
    private boolean isCutOff(RepairPlan plan, int nth) {
        try (DiskFaults faults = DiskFaults.fail(root, On.ANY, nth, true, Fault.EIO)) {
            try {
                execute(plan);
                return false;
            } catch (IOException | UncheckedIOException e) {
                assertThat(faults.struck()).isNotEmpty();
                return true;
            }
        }
    }

    /** What a repair that was cut off left beside a place may be the original itself. */
    @Test
    void shouldNotWriteIntoAnOriginalThatWasToBePutIntoItsPlace() throws IOException {
        makeCycle(root);
        Path prepared = files.get(0).path().resolveSibling("00000001.cq4.salvaged");
        Files.createLink(prepared, files.get(1).path());
        HandmadeLog.damage(files.get(1), 4);
        byte[] original = Files.readAllBytes(files.get(1).path());
        RepairPlan plan = plan();
        assertThat(plan.repairs().get(0)).isInstanceOf(Rewrite.class);
        execute(plan);
        assertThat(log.directory.quarantine().resolve("00000002.cq4")).hasBinaryContent(original);
    }

    @Test
    void shouldSealASegmentThatItPutsBeforeOneThatItWritesAnew() throws IOException {
        makeCycle(root);
        Files.delete(LogDirectory.manifestFile(files.get(1).path()));
        HandmadeLog.damage(files.get(3), 4); // holds the third
        execute(plan());
        assertThat(LogDirectory.manifestFile(files.get(1).path())).exists();
        assertNothingDue();
    }

    @Test
    void shouldWriteEachManifestOnce() throws IOException {
        makeCycle(root);
        HandmadeLog.damage(files.get(1), 4); // holds the first
        HandmadeLog.damage(files.get(3), 4); // holds the third
        execute(plan());
        assertThat(log.directory.quarantine().resolve("00000001.manifest")).exists();
        assertThat(log.directory.quarantine().resolve("00000001.manifest.1")).doesNotExist();
        assertNothingDue();
    }

    /** It may be all that tells where the log ended, and a repair changes nothing about that. */
    @Test
    void shouldLeaveTheMarkOfACleanClose() throws IOException {
        makeCycle(root);
        Files.writeString(log.directory.cleanFile(), "any");
        execute(plan());
        assertThat(log.directory.cleanFile()).hasContent("any");
    }

    @Test
    void shouldTakeAFileAwayWithItsManifest() throws IOException {
        log.sealed(0, 9);
        NumberedFile second = log.sealed(10, 19);
        log.epoch(2).sealed(20, 29);
        Path elsewhere = log.directory.segmentFile(2, 2).path();
        Files.move(second.path(), elsewhere);
        Files.move(LogDirectory.manifestFile(second.path()), LogDirectory.manifestFile(elsewhere));
        execute(plan());
        assertThat(second.path()).exists();
        assertThat(elsewhere).doesNotExist();
        assertThat(LogDirectory.manifestFile(elsewhere)).doesNotExist();
        assertThat(log.directory.quarantine().resolve("00000002.manifest")).exists();
        assertNothingDue();
    }
}
