package dev.cairn.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.Cairn;
import dev.cairn.CairnOptions;
import dev.cairn.DamagedLogException;
import dev.cairn.GoneException;
import dev.cairn.LogRecord;
import dev.cairn.Progress;
import dev.cairn.TestDirectories;
import dev.cairn.inspect.Inspection.Range;
import dev.cairn.inspect.Recovery;
import dev.cairn.inspect.Verification;
import dev.cairn.log.LogFilter;
import dev.cairn.log.NewRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A device that does not give the second half of a segment: whoever reads it is told of the damage, and lives. Needs root and
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
    private final List<LogRecord> written = new ArrayList<>();

    @BeforeEach
    void write() throws IOException, InterruptedException {
        grounds = Grounds.prepared();
        grounds.fresh(DEVICE_MEBIBYTES);
        directory = grounds.mountPoint().resolve("data");
        Path live = temporary.resolve("live");
        try (Cairn cairn = Cairn.open(live, OPTIONS)) {
            for (int i = 0; i < RECORDS; i++) {
                cairn.log().append(NewRecord.of("notes", "n" + i, "\"" + "x".repeat(600) + "\""));
            }
            cairn.sync();
            written.addAll(cairn.log()
                    .read(0, Long.MAX_VALUE, LogFilter.all(), 2 * RECORDS)
                    .records());
            SampleDirectories.awaitRest(live);
            TestDirectories.copyAsIfKilled(live, directory);
        }
    }

    @AfterEach
    void leave() throws IOException, InterruptedException {
        if (grounds != null) {
            grounds.leave();
        }
    }

    @Test
    void shouldServeAndRepairWhatAnOlderSegmentHasLeft() throws IOException, InterruptedException {
        Path file = cutOff(1);
        Recovery plan = plan(file);
        assertServed(plan.lost(), DamagedLogException.class, true);
        assertServed(plan.lost(), DamagedLogException.class, false);
        plan = plan(file);
        plan.apply(OPTIONS);
        assertServed(plan.lost(), GoneException.class, false);
        assertThat(Verification.of(directory, true, Progress.NONE).isSound()).isTrue();
    }

    @Test
    void shouldRefuseToWriteBehindTheNewestSegmentUntilItIsRepaired() throws IOException, InterruptedException {
        Path file = cutOff(2);
        Recovery plan = plan(file);
        assertThatThrownBy(() -> Cairn.open(directory, OPTIONS).close())
                .isInstanceOf(DamagedLogException.class)
                .hasMessageContaining(file.getFileName().toString())
                .hasMessageContaining(plan.id());
        assertServed(plan.lost(), DamagedLogException.class, true);
        plan.apply(OPTIONS);
        assertServed(plan.lost(), GoneException.class, false);
        assertThat(Verification.of(directory, true, Progress.NONE).isSound()).isTrue();
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
            for (LogRecord record : written) {
                long offset = record.offset();
                if (lost.stream().anyMatch(range -> range.first() <= offset && offset <= range.last())) {
                    assertThatThrownBy(() -> cairn.log().read(offset, offset + 1, LogFilter.all(), 1))
                            .as("lost %d", offset)
                            .isInstanceOf(refusal);
                } else {
                    assertThat(cairn.log()
                                    .read(offset, offset + 1, LogFilter.all(), 1)
                                    .records())
                            .as("kept %d", offset)
                            .containsExactly(record);
                }
            }
        }
    }

    /** Moves a segment to the end of the device, where nothing else is, and lets the device fail from its second half on. */
    private Path cutOff(int index) throws IOException, InterruptedException {
        Path file;
        try (Stream<Path> files = Files.walk(directory.resolve("log"))) {
            file = files.filter(found -> found.toString().endsWith(".cq4"))
                    .sorted()
                    .toList()
                    .get(index);
        }
        Path before = grounds.mountPoint().resolve("before");
        LoopImage.run("dd", "if=/dev/zero", "of=" + before, "bs=1M", "count=" + DEVICE_MEBIBYTES / 2);
        Path moved = directory.resolveSibling("moved");
        LoopImage.run("cp", "--sparse=never", file.toString(), moved.toString());
        Files.move(moved, file, StandardCopyOption.REPLACE_EXISTING);
        grounds.cutOff(file, CUT_AT);
        Files.delete(before); // room that can be read
        assertThatThrownBy(() -> Files.readAllBytes(file)).isInstanceOf(IOException.class);
        return file;
    }
}
