package dev.cairn.internal.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.DamagedLogException;
import dev.cairn.internal.codec.Document;
import dev.cairn.internal.segment.SegmentScan.Verdict;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Scans copies of a log whose process died, as it is and with damage. */
class SegmentScannerTest {
    @TempDir
    Path temporary;

    private TestLog log;
    private final List<Integer> positions = new ArrayList<>();

    @BeforeEach
    void writeRecords() throws IOException {
        log = TestLog.open(temporary.resolve("live"));
        for (int i = 0; i < 40; i++) {
            log.append(1, 300);
            if (i == 9) {
                log.force();
            }
        }
        log.append(1, 4_000);
        collectPositions();
    }

    @AfterEach
    void close() throws IOException {
        log.close();
    }

    /** Positions of the words of all documents, in order. */
    private void collectPositions() {
        Segment segment = log.catalog.segments().get(0);
        ByteBuffer bytes = segment.view();
        int position = segment.firstPosition();
        while (QueueFormat.word(bytes, position) != 0) {
            positions.add(position);
            position = (int) QueueFormat.next(position, QueueFormat.length(QueueFormat.word(bytes, position)));
        }
        assertThat(positions).hasSize(41);
    }

    private interface Damage {
        void apply(LogCorrupter corrupter) throws IOException;
    }

    private int copies;

    private SegmentScan scanAfter(Damage damage) throws IOException {
        LogDirectory copy = new LogDirectory(log.copyAsKilled(temporary.resolve("copy-" + copies++)));
        LogDirectory.NumberedFile file = copy.segmentFiles().get(0);
        damage.apply(new LogCorrupter(file.path()));
        return new SegmentScanner(TestLog.INSTALLATION).scan(file, 0);
    }

    @Test
    void shouldFindACleanEndAfterTheDeathOfTheProcess() throws IOException {
        SegmentScan scan = scanAfter(corrupter -> {});
        assertThat(scan.verdict()).isInstanceOf(Verdict.CleanEnd.class);
        assertThat(scan.firstOffset()).isZero();
        assertThat(scan.lastOffset()).isEqualTo(40);
        assertThat(scan.records()).isEqualTo(41);
        assertThat(scan.highestOffset()).isEqualTo(40);
        assertThat(scan.highestDurable()).isEqualTo(9);
    }

    @Test
    void shouldSealTheScannedSegmentSoThatItReadsAsBefore() throws IOException {
        SegmentScan scan = scanAfter(corrupter -> corrupter.word(positions.get(40), 0));
        LogDirectory copy = new LogDirectory(temporary.resolve("copy-0"));
        SegmentCatalog catalog = SegmentCatalog.load(copy, TestLog.INSTALLATION);
        assertThat(catalog.segments().get(0).isSealed()).isFalse();
        new SegmentSealer(catalog).seal(scan, catalog);
        catalog.refresh();
        assertThat(catalog.problems()).isEmpty();
        assertThat(catalog.segments().get(0).isSealed()).isTrue();
        assertThat(catalog.segments().get(0).lastOffset()).isEqualTo(39);
        LogCursor cursor = new LogCursor(catalog);
        cursor.seek(0);
        for (int i = 0; i < 40; i++) {
            assertThat(cursor.next(39)).isTrue();
        }
        assertThat(cursor.next(39)).isFalse();
    }

    @Test
    void shouldGiveBackTheZerosBehindASealedEndAndNothingElse() throws IOException {
        SegmentScan clean = scanAfter(corrupter -> {});
        SegmentCatalog catalog =
                SegmentCatalog.load(new LogDirectory(temporary.resolve("copy-0")), TestLog.INSTALLATION);
        SegmentSealer sealer = new SegmentSealer(catalog);
        sealer.seal(clean, catalog);
        assertThat(Files.size(clean.file())).isEqualTo(Geometry.keptBytes(clean.endPosition()));

        SegmentScan torn = scanAfter(corrupter -> {
            corrupter.word(positions.get(20), 0);
            corrupter.zero(positions.get(20), 512 - positions.get(20) % 512);
        });
        assertThat(torn.verdict()).isInstanceOf(Verdict.Torn.class);
        long size = Files.size(torn.file());
        sealer.seal(torn, catalog);
        assertThat(Files.size(torn.file())).isEqualTo(size);
    }

    @Test
    void shouldCallADocumentWithoutAWordAtTheVeryEndTorn() throws IOException {
        SegmentScan scan = scanAfter(corrupter -> corrupter.word(positions.get(40), 0));
        assertThat(scan.verdict()).isInstanceOf(Verdict.Torn.class);
        assertThat(scan.lastOffset()).isEqualTo(39);
        assertThat(scan.highestOffset()).isEqualTo(40);
    }

    @Test
    void shouldCallALostSectorWithinADocumentTorn() throws IOException {
        SegmentScan scan = scanAfter(corrupter -> corrupter.loseSectors(positions.get(40) + 2_000, 1));
        assertThat(scan.verdict()).isInstanceOf(Verdict.Torn.class);
        assertThat(scan.lastOffset()).isEqualTo(39);
    }

    @Test
    void shouldCallLostSectorsBeforeWholeDocumentsTornAndStillSeeThose() throws IOException {
        int lost = positions.get(20);
        int from = lost / 512 * 512 + 512;
        SegmentScan scan = scanAfter(corrupter -> corrupter.zero(from, 1_024));
        assertThat(scan.verdict()).isInstanceOf(Verdict.Torn.class);
        assertThat(scan.lastOffset()).isBetween(18L, 21L);
        assertThat(scan.highestOffset()).isEqualTo(40);
    }

    @Test
    void shouldCallAZeroedWordDamageWhenAnotherDocumentIsInItsSector() throws IOException {
        int document = documentThatEndsInItsSector();
        SegmentScan scan = scanAfter(corrupter -> corrupter.word(positions.get(document), 0));
        Verdict.Damaged damaged = damaged(scan);
        assertThat(damaged.position()).isEqualTo(positions.get(document));
        assertThat(damaged.offset()).isEqualTo(document);
        assertThat(scan.highestOffset()).isEqualTo(40);
        assertThat(scan.lastOffset()).isEqualTo(document - 1L);
    }

    @Test
    void shouldCallADocumentTornWhoseSectorIsFromBeforeItsWord() throws IOException {
        int position = positions.get(20);
        int sectorEnd = position / 512 * 512 + 512;
        assertThat(positions.get(21)).isGreaterThan(sectorEnd);
        for (int copied : new int[] {0, 4, 20, 40, sectorEnd - position - 4}) {
            SegmentScan scan = scanAfter(corrupter -> {
                corrupter.word(position, 0);
                corrupter.zero(position + 4 + copied, sectorEnd - position - 4 - copied);
            });
            assertThat(scan.verdict()).as("%d bytes copied", copied).isInstanceOf(Verdict.Torn.class);
            assertThat(scan.lastOffset()).isEqualTo(19);
            assertThat(scan.highestOffset()).isEqualTo(40);
        }
    }

    @Test
    void shouldCallADocumentTornThatWasHalfCopiedIntoALaterSector() throws IOException {
        int position = positions.get(20);
        int sectorEnd = position / 512 * 512 + 512;
        SegmentScan scan = scanAfter(corrupter -> corrupter.zero(sectorEnd + 30, 512 - 30));
        assertThat(positions.get(21)).isGreaterThan(sectorEnd + 30 + 64);
        assertThat(scan.verdict()).isInstanceOf(Verdict.Torn.class);
        assertThat(scan.lastOffset()).isEqualTo(19);
    }

    @Test
    void shouldCallAZeroedWordDamageWhenOneFlippedBitExplainsIt() throws IOException {
        try (TestLog other = TestLog.open(temporary.resolve("powers"))) {
            for (int i = 0; i < 4; i++) {
                other.append(1, 1_024 - 142);
            }
            ByteBuffer bytes = other.catalog.segments().get(0).view();
            int first = other.catalog.segments().get(0).firstPosition();
            assertThat(QueueFormat.word(bytes, first)).isEqualTo(1_024);
            LogDirectory copy = new LogDirectory(other.copyAsKilled(temporary.resolve("flipped")));
            LogDirectory.NumberedFile file = copy.segmentFiles().get(0);
            new LogCorrupter(file.path()).flipBit(first * 8L + 10);
            SegmentScan scan = new SegmentScanner(TestLog.INSTALLATION).scan(file, 0);
            assertThat(damaged(scan).position()).isEqualTo(first);
        }
    }

    @Test
    void shouldCallASegmentTornWhoseHeaderIsInAnOlderSector() throws IOException {
        int start = log.catalog.segments().get(0).startPosition();
        SegmentScan torn = scanAfter(corrupter -> corrupter.loseSectors(start, 1));
        assertThat(torn.verdict()).isInstanceOf(Verdict.Torn.class);
        assertThat(torn.records()).isZero();
        assertThat(torn.highestOffset()).isEqualTo(40);
        assertThat(scanAfter(corrupter -> corrupter.zero(0, 16 << 10)).verdict())
                .isInstanceOf(Verdict.Torn.class);
        assertThat(scanAfter(corrupter -> corrupter.word(start, 0)).records()).isEqualTo(41);
        assertThat(damaged(scanAfter(corrupter -> corrupter.zero(start, 100))).position())
                .isEqualTo(start);
    }

    private int documentThatEndsInItsSector() {
        for (int i = 10; i < 39; i++) {
            if (positions.get(i) / 512 == positions.get(i + 1) / 512) {
                return i;
            }
        }
        throw new IllegalStateException("expected a document that ends in its sector, was none");
    }

    @Test
    void shouldCallAnEndMarkerBeforeWholeDocumentsDamage() throws IOException {
        SegmentScan scan = scanAfter(corrupter -> corrupter.word(positions.get(20), QueueFormat.END));
        assertThat(damaged(scan).offset()).isEqualTo(20);
    }

    @Test
    void shouldCallWrongLengthsDamage() throws IOException {
        int right = QueueFormat.length(
                QueueFormat.word(log.catalog.segments().get(0).view(), positions.get(20)));
        for (int word : new int[] {
            right + 4,
            right - 4,
            1,
            0x3FFF_FFF0,
            0x7FFF_FFF0,
            0x4000_0000 | right,
            0x4000_0000,
            0x8000_0000,
            0x8000_0064,
            0xFFFF_FFFF
        }) {
            SegmentScan scan = scanAfter(corrupter -> corrupter.word(positions.get(20), word));
            assertThat(scan.verdict()).as("%08x", word).isInstanceOf(Verdict.Damaged.class);
            assertThat(scan.lastOffset()).as("%08x", word).isEqualTo(19);
        }
    }

    @Test
    void shouldCallAWordThatHidesTheLastDocumentDamage() throws IOException {
        int word = QueueFormat.word(log.catalog.segments().get(0).view(), positions.get(40));
        SegmentScan scan = scanAfter(corrupter -> corrupter.word(positions.get(40), 0x4000_0000 | word));
        assertThat(damaged(scan).offset()).isEqualTo(40);
    }

    @Test
    void shouldCallATruncatedFileTorn() throws IOException {
        SegmentScan scan = scanAfter(corrupter -> corrupter.truncate(positions.get(40) + 1_000));
        assertThat(scan.verdict()).isInstanceOf(Verdict.Torn.class);
        assertThat(scan.lastOffset()).isEqualTo(39);
    }

    @Test
    void shouldTreatASegmentThatNeverGotItsHeaderAsEmpty() throws IOException {
        SegmentScan scan = scanAfter(corrupter -> corrupter.zero(0, 1 << 20));
        assertThat(scan.verdict()).isInstanceOf(Verdict.CleanEnd.class);
        assertThat(scan.records()).isZero();
        assertThat(scan.startPosition()).isZero();
    }

    @Test
    void shouldReadOnWithoutTheHeadersOfTheQueue() throws IOException {
        SegmentScan scan = scanAfter(corrupter -> corrupter.zero(0, 2_048));
        assertThat(scan.verdict()).isInstanceOf(Verdict.CleanEnd.class);
        assertThat(scan.lastOffset()).isEqualTo(40);
    }

    @Test
    void shouldCallASegmentOfAnotherInstallationDamage() throws IOException {
        LogDirectory copy = new LogDirectory(log.copyAsKilled(temporary.resolve("foreign")));
        SegmentScan scan = new SegmentScanner(new java.util.UUID(1, 2))
                .scan(copy.segmentFiles().get(0), 0);
        assertThat(damaged(scan).why()).contains("expected installation");
    }

    @Test
    void shouldDetectEveryFlippedBitOfTheDocuments() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        LogDirectory copy = new LogDirectory(log.copyAsKilled(temporary.resolve("flips")));
        LogDirectory.NumberedFile file = copy.segmentFiles().get(0);
        LogCorrupter corrupter = new LogCorrupter(file.path());
        SegmentScanner scanner = new SegmentScanner(TestLog.INSTALLATION);
        int end = positions.get(40) + 4_000;
        for (int i = 0; i < 400; i++) {
            long bit = positions.get(0) * 8L + (long) (random.nextDouble() * (end - positions.get(0)) * 8);
            corrupter.flipBit(bit);
            SegmentScan scan = scanner.scan(file, 0);
            assertThat(scan.verdict())
                    .as("seed %d, bit %d of byte %d", seed, bit % 8, bit / 8)
                    .isInstanceOf(Verdict.Damaged.class);
            assertThat(scan.lastOffset()).isLessThan(40);
            corrupter.flipBit(bit);
        }
    }

    @Test
    void shouldDetectEveryFlippedBitOfADocumentsHeader() throws IOException {
        LogDirectory copy = new LogDirectory(log.copyAsKilled(temporary.resolve("header")));
        LogDirectory.NumberedFile file = copy.segmentFiles().get(0);
        LogCorrupter corrupter = new LogCorrupter(file.path());
        SegmentScanner scanner = new SegmentScanner(TestLog.INSTALLATION);
        int header = positions.get(20);
        for (long bit = header * 8L; bit < (header + QueueFormat.WORD_BYTES + Document.HEADER_BYTES) * 8L; bit++) {
            corrupter.flipBit(bit);
            SegmentScan scan = scanner.scan(file, 0);
            assertThat(scan.verdict())
                    .as("bit %d of byte %d of the document", bit % 8, bit / 8 - header)
                    .isInstanceOf(Verdict.Damaged.class);
            assertThat(scan.lastOffset()).isEqualTo(19);
            corrupter.flipBit(bit);
        }
    }

    @Test
    void shouldNeverShowWrongBytesToAReader() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        LogDirectory copy = new LogDirectory(log.copyAsKilled(temporary.resolve("reads")));
        LogCorrupter corrupter = new LogCorrupter(copy.segmentFiles().get(0).path());
        int end = positions.get(40) + 4_000;
        for (int i = 0; i < 200; i++) {
            long bit = positions.get(0) * 8L + (long) (random.nextDouble() * (end - positions.get(0)) * 8);
            corrupter.flipBit(bit);
            SegmentCatalog catalog = SegmentCatalog.load(copy, TestLog.INSTALLATION);
            LogCursor cursor = new LogCursor(catalog);
            cursor.seek(0);
            assertThatThrownBy(() -> {
                        while (cursor.next(40)) {
                            assertThat(cursor.frame().at())
                                    .isEqualTo(TestLog.at(cursor.frame().offset()));
                        }
                    })
                    .as("seed %d, bit %d of byte %d", seed, bit % 8, bit / 8)
                    .isInstanceOf(DamagedLogException.class)
                    .hasMessageContaining("expected");
            corrupter.flipBit(bit);
        }
    }

    private static Verdict.Damaged damaged(SegmentScan scan) {
        assertThat(scan.verdict()).isInstanceOf(Verdict.Damaged.class);
        return (Verdict.Damaged) scan.verdict();
    }
}
