package dev.cairn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.cairn.harness.Notes;
import dev.cairn.inspect.Inspection.Range;
import dev.cairn.inspect.Recovery;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who reads a damaged log reads the repaired one, without opening it anew. */
class ReaderAcrossRepairTest {
    private static final int RECORDS = 70;
    private static final CairnOptions OPTIONS = TestDirectories.smallSegments()
            .segmentRecordsMax(30)
            .forceIntervalMillis(60_000)
            .build();

    @TempDir
    Path temporary;

    private Path directory;
    private Notes notes;

    @BeforeEach
    void write() {
        Path live = temporary.resolve("live");
        directory = temporary.resolve("data");
        try (Cairn cairn = Cairn.open(live, OPTIONS)) {
            notes = Notes.append(cairn, RECORDS);
            TestDirectories.copyAsIfKilled(live, directory);
        }
    }

    @Test
    void shouldGoOnBehindTheRepairOfTheNewestSegment() throws IOException {
        shouldGoOnBehindTheRepairOf(2);
    }

    @Test
    void shouldGoOnBehindTheRepairOfAnOlderSegment() throws IOException {
        shouldGoOnBehindTheRepairOf(1);
    }

    @Test
    void shouldFindASegmentThatIsPutBack() throws IOException {
        Path gone = TestDirectories.segments(directory).get(1);
        Path aside = temporary.resolve("aside");
        Files.move(gone, aside);
        try (Cairn reader = reader()) {
            assertThatThrownBy(() -> notes.assertServed(reader, List.of(), GoneException.class))
                    .isInstanceOf(DamagedLogException.class);
            Files.move(aside, gone);
            Cairn.open(directory, OPTIONS).close();
            awaitServed(reader, List.of());
        }
    }

    private void shouldGoOnBehindTheRepairOf(int index) throws IOException {
        zero(TestDirectories.segments(directory).get(index));
        try (Cairn reader = reader()) {
            assertThat(reader.watermarks().durableOffset()).isGreaterThanOrEqualTo(RECORDS);
            Recovery plan = Recovery.plan(directory, 0, Long.MAX_VALUE, Progress.NONE);
            assertThat(plan.lost()).isNotEmpty();
            plan.apply(OPTIONS);
            awaitServed(reader, plan.lost());
        }
    }

    private Cairn reader() {
        return Cairn.open(
                directory,
                TestDirectories.smallSegments().readOnly(true).scrub(false).build());
    }

    /** A reader looks a few times a second whether a writer has come. */
    private void awaitServed(Cairn reader, List<Range> lost) {
        await().ignoreExceptions().untilAsserted(() -> notes.assertServed(reader, lost, GoneException.class));
    }

    private static void zero(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        int used = bytes.length;
        while (bytes[used - 1] == 0) {
            used--;
        }
        try (RandomAccessFile opened = new RandomAccessFile(file.toFile(), "rw")) {
            opened.seek(used / 2 / 512 * 512);
            opened.write(new byte[512]);
        }
    }
}
