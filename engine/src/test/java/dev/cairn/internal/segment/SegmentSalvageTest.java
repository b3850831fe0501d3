package dev.cairn.internal.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.DamagedLogException;
import dev.cairn.internal.codec.Document;
import dev.cairn.internal.codec.SegmentHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A damaged segment gives back all that is whole in it, and a repaired one keeps every offset. */
class SegmentSalvageTest {
    @TempDir
    Path root;

    private LogDirectory directory;
    private long last;

    /** Three segments, documents of 1 to 7 records. */
    @BeforeEach
    void write() throws IOException {
        try (TestLog log = TestLog.open(root)) {
            for (int i = 0; log.writer.segment() < 3; i++) {
                log.append(1 + i % 7, 300);
            }
            log.force();
            last = log.last();
        }
        directory = new LogDirectory(root);
    }

    private SegmentCatalog catalog() {
        return SegmentCatalog.load(directory, TestLog.INSTALLATION);
    }

    private static List<Long> salvaged(Segment segment) throws IOException {
        List<Long> offsets = new ArrayList<>();
        SegmentSalvager.salvage(SegmentSalvager.Subject.of(segment), frame -> offsets.add(frame.offset()));
        return offsets;
    }

    private LogCorrupter corrupter(Segment segment) {
        return new LogCorrupter(segment.file());
    }

    @Test
    void shouldFindNothingWrongWithASegmentAsItWasWritten() throws IOException {
        for (Segment segment : catalog().segments()) {
            assertThat(segment.salvage().isWhole()).isTrue();
            assertThat(segment.salvage().runs()).hasSize(1);
            assertThat(salvaged(segment)).hasSize((int) (segment.lastOffset() - segment.firstOffset() + 1));
        }
    }

    @Test
    void shouldSaveWhatStandsBeforeAndBehindAZeroedPage() throws IOException {
        Segment segment = catalog().segments().get(1);
        corrupter(segment).zero(segment.endPosition() / 2 / 4096 * 4096, 4096);

        SegmentSalvage salvage = catalog().segments().get(1).salvage();
        assertThat(salvage.lost()).hasSize(1);
        OffsetRange lost = salvage.lost().get(0);
        assertThat(lost.count()).isBetween(4096L / 420 - 1, 4096L / 420 + 3);
        assertThat(salvage.damages()).isNotEmpty();
        assertThat(salvage.damages().get(0).why()).startsWith("expected");
        assertThat(salvage.records()).isEqualTo(segment.lastOffset() - segment.firstOffset() + 1 - lost.count());
    }

    @Test
    void shouldSaveTheOtherFramesOfADocumentWhoseHeaderIsDamaged() throws IOException {
        Segment segment = catalog().segments().get(1);
        corrupter(segment).flipBit((segment.firstPosition() + 8L) * 8);

        SegmentSalvage salvage = catalog().segments().get(1).salvage();
        assertThat(salvage.lost()).isEmpty();
        assertThat(salvage.damages()).hasSize(1);
        assertThat(salvage.damages().get(0).position()).isEqualTo(segment.firstPosition());
        assertThat(salvage.damages().get(0).offset()).isEqualTo(segment.firstOffset());
    }

    @Test
    void shouldServeRecordsBehindDamageAndRefuseThoseWithin() throws IOException {
        Segment segment = catalog().segments().get(1);
        corrupter(segment).zero(segment.endPosition() / 2 / 4096 * 4096, 4096);
        SegmentCatalog catalog = catalog();
        OffsetRange lost = catalog.segments().get(1).salvage().lost().get(0);
        LogCursor cursor = new LogCursor(catalog);

        for (long offset = lost.first(); offset <= lost.last(); offset++) {
            long wanted = offset;
            assertThatThrownBy(() -> cursor.read(wanted, last)).isInstanceOf(DamagedLogException.class);
        }
        long resumed = cursor.seekBehindDamage(lost.first(), last);
        assertThat(resumed).isEqualTo(lost.last() + 1);
        for (long offset = resumed; offset <= last; offset++) {
            assertThat(cursor.next(last)).isTrue();
            assertThat(cursor.frame().offset()).isEqualTo(offset);
        }
        for (long offset = 0; offset <= last; offset++) {
            if (!lost.contains(offset)) {
                assertThat(cursor.read(offset, last)).as("offset %d", offset).isTrue();
            }
        }
    }

    /** A disk may write a page to the place of another: that one is lost, and none of those between. */
    @Test
    void shouldNotPassOverRecordsBecauseOfAPageInTheWrongPlace() throws IOException {
        Segment segment = catalog().segments().get(1);
        int pages = segment.endPosition() / 4096;
        int[] overwritten = {pages / 4, pages * 2 / 3};
        move(segment, pages * 3 / 4, overwritten[0]);
        move(segment, pages / 3, overwritten[1]);
        SegmentSalvage salvage = catalog().segments().get(1).salvage();
        assertThat(salvage.lost()).hasSize(2);
        assertThat(salvage.lost()).allMatch(lost -> lost.count() <= 4096L / 420 + 3);
        for (int i = 0; i < 2; i++) {
            SegmentSalvage.Damage damage = salvage.damages().get(i);
            assertThat(damage.offset()).isEqualTo(salvage.lost().get(i).first());
            assertThat(damage.position()).isBetween((overwritten[i] - 1) * 4096, (overwritten[i] + 1) * 4096);
        }
        SegmentAudit audit = audit(segment);
        assertThat(audit.holes().stream().flatMap(hole -> hole.lost().stream()).toList())
                .isEqualTo(salvage.lost());
        assertReadBut(salvage.lost());

        repair(catalog().segments().get(1), salvage);
        assertThat(catalog().segments().get(1).salvage().isWhole()).isTrue();
        assertThat(catalog().lostRanges()).isEqualTo(salvage.lost());
    }

    private static void move(Segment segment, int page, int to) throws IOException {
        byte[] bytes = Files.readAllBytes(segment.file());
        System.arraycopy(bytes, page * 4096, bytes, to * 4096, 4096);
        Files.write(segment.file(), bytes);
    }

    private static SegmentAudit audit(Segment segment) throws IOException {
        LogDirectory.NumberedFile file =
                new LogDirectory.NumberedFile(segment.epoch(), segment.number(), segment.file());
        SegmentAudit audit = SegmentAudit.open(file, TestLog.INSTALLATION, null, segment.firstOffset());
        audit.readThrough(segment.lastOffset(), frame -> {});
        return audit;
    }

    /** The ten documents that are lost are found where others stand that fill their place exactly. */
    @Test
    void shouldTellOfRecordsWhosePlaceOthersFill() throws IOException {
        Segment segment = catalog().segments().get(1);
        byte[] bytes = Files.readAllBytes(segment.file());
        int early = segment.firstPosition();
        int late = early;
        int length = 0;
        for (int documents = 0; documents < 100; documents++) {
            if (documents == 49) {
                length = late - early; // seven sizes, over and over again: these fill the place of the first
            }
            late = (int) QueueFormat.next(
                    late, Document.length(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN), late + 4));
        }
        long first = segment.firstOffset();
        System.arraycopy(bytes, early + length, bytes, early, length);
        Files.write(segment.file(), bytes);

        SegmentSalvage salvage = catalog().segments().get(1).salvage();
        assertThat(salvage.lost()).singleElement().matches(lost -> lost.first() == first);
        assertThat(salvage.damages())
                .singleElement()
                .matches(damage -> damage.position() == early && damage.offset() == first);
        assertReadBut(salvage.lost());
    }

    private void assertReadBut(List<OffsetRange> lost) {
        LogCursor cursor = new LogCursor(catalog());
        for (long offset = 0; offset <= last; offset++) {
            long wanted = offset;
            if (lost.stream().anyMatch(range -> range.contains(wanted))) {
                assertThatThrownBy(() -> cursor.read(wanted, last)).isInstanceOf(DamagedLogException.class);
            } else {
                assertThat(cursor.read(wanted, last)).as("offset %d", wanted).isTrue();
            }
        }
    }

    @Test
    void shouldNoticeThatTheEndOfASegmentIsMissing() throws IOException {
        Segment segment = catalog().segments().get(0);
        corrupter(segment).zero(segment.endPosition() - 600, 600);
        LogCursor cursor = new LogCursor(catalog());
        cursor.seek(0);
        assertThatThrownBy(() -> {
                    while (cursor.next(last)) {
                        assertThat(cursor.frame().offset()).isLessThanOrEqualTo(segment.lastOffset());
                    }
                })
                .isInstanceOf(DamagedLogException.class);
    }

    @Test
    void shouldReadARepairedSegmentWithTheSameOffsetsAndSayWhatWasLost() throws IOException {
        Segment segment = catalog().segments().get(1);
        corrupter(segment).zero(segment.endPosition() / 2 / 4096 * 4096, 4096);
        corrupter(segment).zero(segment.endPosition() - 600, 600);
        SegmentSalvage salvage = catalog().segments().get(1).salvage();
        assertThat(salvage.lost()).hasSize(2);

        repair(catalog().segments().get(1), salvage);

        SegmentCatalog catalog = catalog();
        assertThat(catalog.problems()).isEmpty();
        assertThat(catalog.lostRanges()).isEqualTo(salvage.lost());
        assertThat(catalog.segments().get(1).salvage().isWhole()).isTrue();
        LogCursor cursor = new LogCursor(catalog);
        cursor.seek(0);
        for (long offset = 0; offset <= last; offset++) {
            if (isIn(salvage.lost(), offset)) {
                assertThat(cursor.read(offset, last)).isFalse();
                cursor.seek(offset);
            } else {
                assertThat(cursor.next(last)).as("offset %d", offset).isTrue();
                assertThat(cursor.frame().offset()).isEqualTo(offset);
                assertThat(cursor.frame().at()).isEqualTo(TestLog.at(offset));
            }
        }
        assertThat(catalog.resumeFrom(salvage.lost().get(0).first()))
                .isEqualTo(salvage.lost().get(0).last() + 1);
        assertThat(catalog.resumeFrom(salvage.lost().get(1).first()))
                .isEqualTo(catalog.segments().get(2).firstOffset());
        long lostCount = salvage.lost().stream().mapToLong(OffsetRange::count).sum();
        assertThat(catalog.lastRecords(last + 1 - lostCount, last)).isZero();
        assertThat(catalog.lastRecords(last - lostCount, last)).isEqualTo(1);
    }

    private void repair(Segment segment, SegmentSalvage salvage) throws IOException {
        Manifest old = segment.manifest();
        Path target = root.resolve("salvaged");
        SegmentHeader header = new SegmentHeader(
                TestLog.INSTALLATION, segment.epoch(), segment.number(), segment.firstOffset(), 5, old.previousHash());
        SegmentRewriter.write(target, header, salvage, salvage.lost());
        SegmentScan scan = new SegmentScanner(TestLog.INSTALLATION)
                .scan(new LogDirectory.NumberedFile(segment.epoch(), segment.number(), target), segment.firstOffset());
        assertThat(scan.verdict()).isInstanceOf(SegmentScan.Verdict.CleanEnd.class);
        scan.manifest(old.previousHash())
                .replacing(old.hash())
                .write(LogDirectory.manifestFile(segment.file()), TestLog.INSTALLATION);
        Files.move(target, segment.file(), StandardCopyOption.REPLACE_EXISTING);
    }

    private static boolean isIn(List<OffsetRange> ranges, long offset) {
        return ranges.stream().anyMatch(range -> range.contains(offset));
    }
}
