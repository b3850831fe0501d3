package dev.cairn.internal.segment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Segments as a reader maps them that belongs to another process than their writer. */
class SegmentMapTest {
    private static final int CUTS = 300;
    private static final int CUT_BYTES = 4_096;
    private static final int KEPT_BYTES = 1 << 20;

    @TempDir
    Path root;

    /** A writer that seals a segment gives back the room behind its end, between any two looks at the file. */
    @Test
    void shouldMapASegmentThatIsCutMeanwhile() throws Exception {
        Path file = root.resolve("00000001.cq4");
        try (RandomAccessFile segment = new RandomAccessFile(file.toFile(), "rw")) {
            segment.setLength(KEPT_BYTES + (long) CUTS * CUT_BYTES);
        }
        CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> cutAgainAndAgain(file));
        while (!writer.isDone()) {
            assertThat(Segment.map(file).capacity()).isGreaterThanOrEqualTo(KEPT_BYTES);
        }
        writer.join();
        assertThat(Segment.map(file).capacity()).isEqualTo(KEPT_BYTES);
    }

    private static void cutAgainAndAgain(Path file) {
        try (RandomAccessFile segment = new RandomAccessFile(file.toFile(), "rw")) {
            for (int i = 1; i <= CUTS; i++) {
                segment.setLength(KEPT_BYTES + (long) (CUTS - i) * CUT_BYTES);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
