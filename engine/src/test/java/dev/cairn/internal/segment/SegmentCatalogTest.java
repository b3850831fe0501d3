package dev.cairn.internal.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.DamagedLogException;
import dev.cairn.NotReadyException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A log of sealed segments whose files are lost, cut, swapped or from elsewhere. */
class SegmentCatalogTest {
    @TempDir
    Path root;

    private LogDirectory directory;

    @BeforeEach
    void writeFiveSegments() throws IOException {
        directory = new LogDirectory(root);
        try (TestLog log = new TestLog(root, 1, 0, TestLog.SMALL.withSegmentRecordsMax(10))) {
            for (int i = 0; i < 50; i++) {
                log.append(1, 100);
            }
        }
        assertThat(load().problems()).isEmpty();
    }

    private SegmentCatalog load() {
        return SegmentCatalog.load(directory, TestLog.INSTALLATION);
    }

    private Path segment(int number) {
        return LogDirectory.segmentFile(directory.epochDirectory(1), number);
    }

    private void assertReadableUpTo(long last) {
        SegmentCatalog catalog = load();
        assertThat(catalog.problems()).isNotEmpty();
        LogCursor cursor = new LogCursor(catalog);
        cursor.seek(0);
        for (long offset = 0; offset <= last; offset++) {
            assertThat(cursor.next(49)).isTrue();
            assertThat(cursor.frame().offset()).isEqualTo(offset);
        }
        assertThatThrownBy(() -> cursor.next(49)).isInstanceOf(DamagedLogException.class);
        assertThat(cursor.read(49, 49)).isTrue();
    }

    /** A link to itself is something that not even root can open. */
    @Test
    void shouldNameASegmentThatCannotBeOpenedOnce() throws IOException {
        LogCursor cursor = new LogCursor(load());
        Files.delete(segment(3));
        Files.createSymbolicLink(segment(3), segment(3).getFileName());

        assertThatThrownBy(() -> cursor.read(25, 49))
                .isInstanceOf(NotReadyException.class)
                .hasMessageStartingWith(segment(3) + ": cannot be mapped: Too many levels of symbolic links");
    }

    @Test
    void shouldSayThatASegmentIsMissing() throws IOException {
        Files.delete(segment(3));
        assertReadableUpTo(19);
        assertThat(load().problems().get(0).what()).contains("was no file");
    }

    @Test
    void shouldSayThatASegmentAndItsManifestAreMissing() throws IOException {
        Files.delete(segment(3));
        Files.delete(LogDirectory.manifestFile(segment(3)));
        assertReadableUpTo(19);
        assertThat(load().problems().get(0).what()).startsWith("expected segment number 3, was 4");
    }

    @Test
    void shouldSayThatASegmentWasCut() throws IOException {
        Segment cut = load().segments().get(2);
        new LogCorrupter(segment(3)).truncate(cut.endPosition() - 1);
        assertReadableUpTo(cut.lastOffset() - 1);
    }

    @Test
    void shouldSayThatSegmentsWereSwapped() throws IOException {
        Path aside = root.resolve("aside");
        Files.move(segment(3), aside);
        Files.copy(segment(2), segment(3));
        assertReadableUpTo(19);
        assertThat(load().problems().get(0).what()).contains("was segment 2 of epoch 1");
    }

    @Test
    void shouldSayThatASegmentIsOfAnotherInstallation() {
        SegmentCatalog catalog = SegmentCatalog.load(directory, new UUID(5, 6));
        assertThat(catalog.problems()).isNotEmpty();
        assertThat(catalog.problems().get(0).what()).contains("expected installation");
    }

    @Test
    void shouldSayThatAManifestIsDamagedAndReadTheSegmentAllTheSame() throws IOException {
        new LogCorrupter(LogDirectory.manifestFile(segment(3))).flipBit(8 * 60);
        SegmentCatalog catalog = load();
        assertThat(catalog.problems()).hasSize(1);
        LogCursor cursor = new LogCursor(catalog);
        cursor.seek(0);
        for (long offset = 0; offset < 50; offset++) {
            assertThat(cursor.next(49)).isTrue();
        }
    }

    @Test
    void shouldSayThatAManifestIsFromAnotherChain() throws IOException {
        Path other = root.resolve("other");
        try (TestLog log = new TestLog(other, 1, 0, TestLog.SMALL.withSegmentRecordsMax(10))) {
            for (int i = 0; i < 50; i++) {
                log.append(1, 120);
            }
        }
        Path replacement = LogDirectory.segmentFile(new LogDirectory(other).epochDirectory(1), 3);
        Files.copy(replacement, segment(3), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        Files.copy(
                LogDirectory.manifestFile(replacement),
                LogDirectory.manifestFile(segment(3)),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        assertThat(load().problems())
                .anySatisfy(problem -> assertThat(problem.what()).contains("continues the chain"));
    }
}
