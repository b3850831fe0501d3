package dev.cairn.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.Cairn;
import dev.cairn.CairnOptions;
import dev.cairn.DamagedLogException;
import dev.cairn.DataDirectoryException;
import dev.cairn.GoneException;
import dev.cairn.Progress;
import dev.cairn.TestDirectories;
import dev.cairn.inspect.Inspection.Range;
import dev.cairn.inspect.Recovery;
import dev.cairn.inspect.Verification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A device that does not give a file, or half of it: whoever reads it is told of the damage, and lives. Needs root and
 * loop devices; is skipped elsewhere.
 */
class UnreadableSectorTest {
    private static final int RECORDS = 100;
    private static final int CUT_AT = 12 << 10;
    private static final int DEVICE_MEBIBYTES = 64;
    private static final CairnOptions OPTIONS = TestDirectories.smallSegments()
            .segmentRecordsMax(40)
            .forceIntervalMillis(60_000)
            .build();

    @TempDir
    Path temporary;

    private Grounds grounds;
    private Path directory;
    /** The same log, closed in good order. */
    private Path closed;

    private Notes notes;

    @BeforeEach
    void write() throws IOException, InterruptedException {
        grounds = Grounds.prepared();
        grounds.fresh(DEVICE_MEBIBYTES);
        directory = grounds.mountPoint().resolve("data");
        Path live = temporary.resolve("live");
        try (Cairn cairn = Cairn.open(live, OPTIONS)) {
            notes = Notes.append(cairn, RECORDS);
            SampleDirectories.awaitRest(live);
            TestDirectories.copyAsIfKilled(live, directory);
        }
        closed = live;
    }

    @AfterEach
    void leave() throws IOException, InterruptedException {
        if (grounds != null) {
            grounds.leave();
        }
    }

    @Test
    void shouldServeAndRepairWhatAnOlderSegmentHasLeft() throws IOException, InterruptedException {
        Path file = cutOff(TestDirectories.segments(directory).get(1), CUT_AT);
        Recovery plan = plan(file);
        assertServed(plan.lost(), DamagedLogException.class, true);
        assertServed(plan.lost(), DamagedLogException.class, false);
        plan = plan(file);
        plan.apply(OPTIONS);
        assertServed(plan.lost(), GoneException.class, false);
        assertSound();
    }

    @Test
    void shouldRefuseToWriteBehindTheNewestSegmentUntilItIsRepaired() throws IOException, InterruptedException {
        Path file = cutOff(TestDirectories.segments(directory).get(2), CUT_AT);
        Recovery plan = plan(file);
        assertThatThrownBy(() -> Cairn.open(directory, OPTIONS).close())
                .isInstanceOf(DamagedLogException.class)
                .hasMessageContaining(file.getFileName().toString())
                .hasMessageContaining(plan.id());
        assertServed(plan.lost(), DamagedLogException.class, true);
        plan.apply(OPTIONS);
        assertServed(plan.lost(), GoneException.class, false);
        assertSound();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "watermark",
                "clean",
                "control",
                "log/0000000001/00000001.manifest",
                "checkpoint/state.checkpoint",
                "projection.db"
            })
    void shouldDoWithoutWhatTheLogOrAnotherFileKnows(String name) throws IOException, InterruptedException {
        TestDirectories.delete(directory);
        TestDirectories.copyAsIfKilled(closed, directory);
        cutOff(directory.resolve(name), 0);
        assertThat(Verification.of(directory, false, Progress.NONE).findings())
                .anyMatch(finding -> finding.toString().contains(name));
        assertServed(List.of(), DamagedLogException.class, true);
        assertServed(List.of(), DamagedLogException.class, false);
        if (!name.equals("projection.db")) { // the new one may lie where the device fails too
            assertSound();
        }
    }

    @Test
    void shouldWriteTheIdentityAgain() throws IOException, InterruptedException {
        cutOff(directory.resolve("identity"), 0);
        assertThatThrownBy(() -> Cairn.open(directory, OPTIONS).close())
                .isInstanceOf(DataDirectoryException.class)
                .hasMessageContaining("identity")
                .hasMessageContaining("cairn replay --apply");
        Recovery plan = Recovery.plan(directory, 0, Long.MAX_VALUE, Progress.NONE);
        assertThat(plan.lost()).isEmpty();
        plan.apply(OPTIONS);
        assertServed(List.of(), DamagedLogException.class, false);
    }

    private Recovery plan(Path file) {
        assertThat(Verification.of(directory, false, Progress.NONE).findings())
                .anyMatch(finding ->
                        finding.toString().contains(file.getFileName().toString()));
        Recovery plan = Recovery.plan(directory, 0, Long.MAX_VALUE, Progress.NONE);
        assertThat(plan.lost()).as("the half behind the cut").hasSize(1);
        assertThat(plan.lostCount()).isBetween(5L, 35L);
        return plan;
    }

    private void assertServed(List<Range> lost, Class<? extends Exception> refusal, boolean readOnly) {
        CairnOptions options = TestDirectories.smallSegments()
                .segmentRecordsMax(40)
                .readOnly(readOnly)
                .build();
        try (Cairn cairn = Cairn.open(directory, options)) {
            notes.assertServed(cairn, lost, refusal);
        }
    }

    private void assertSound() {
        Verification verified = Verification.of(directory, true, Progress.NONE);
        assertThat(verified.isSound()).as("%s", verified.findings()).isTrue();
    }

    /** Moves a file to the end of the device, where nothing else is, and lets the device fail from {@code position} of it on. */
    private Path cutOff(Path file, long position) throws IOException, InterruptedException {
        Path before = grounds.mountPoint().resolve("before");
        LoopImage.run("dd", "if=/dev/zero", "of=" + before, "bs=1M", "count=" + DEVICE_MEBIBYTES / 2);
        Path moved = directory.resolveSibling("moved");
        LoopImage.run("cp", "--sparse=never", file.toString(), moved.toString());
        Files.move(moved, file, StandardCopyOption.REPLACE_EXISTING);
        grounds.cutOff(file, position);
        Files.delete(before); // room that can be read
        assertThatThrownBy(() -> Files.readAllBytes(file)).isInstanceOf(IOException.class);
        return file;
    }
}
