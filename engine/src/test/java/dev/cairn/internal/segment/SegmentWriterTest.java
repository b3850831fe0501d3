package dev.cairn.internal.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.cairn.TooLargeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SegmentWriterTest {
    @TempDir
    Path root;

    @Test
    void shouldReadBackEveryRecordAcrossManyRolls() throws IOException {
        try (TestLog log = TestLog.open(root)) {
            Random random = new Random(7);
            while (log.writer.segment() < 8) {
                log.append(1 + random.nextInt(5), random.nextInt(3_000));
            }
            assertThat(records(log)).isEqualTo(log.last() + 1);
        }
        assertThat(files(".cq4")).hasSize(8);
        assertThat(files(".manifest")).hasSize(8);
        assertThat(files(".precreated")).isEmpty();
    }

    @Test
    void shouldNeverSplitABatch() throws IOException {
        try (TestLog log = TestLog.open(root)) {
            List<Long> firsts = new ArrayList<>();
            while (log.writer.segment() < 4) {
                firsts.add(log.append(100, 1_000));
            }
            for (Segment segment : log.catalog.segments()) {
                assertThat(firsts).contains(segment.firstOffset());
            }
            assertThat(records(log)).isEqualTo(log.last() + 1);
        }
    }

    @Test
    void shouldKeepEverySegmentWithinItsReservation() throws IOException {
        int reserved = Geometry.of(TestLog.SMALL).reservedBytes();
        try (TestLog log = TestLog.open(root)) {
            while (log.writer.segment() < 5) {
                log.append(1, TestLog.SMALL.documentBytesMax() - 1_000);
            }
            for (Segment segment : log.catalog.segments()) {
                assertThat(segment.endPosition() == Integer.MAX_VALUE || segment.endPosition() < reserved)
                        .isTrue();
            }
            assertThat(records(log)).isEqualTo(log.last() + 1);
        }
    }

    @Test
    void shouldRefuseADocumentAboveTheLimitAndGoOn() throws IOException {
        try (TestLog log = TestLog.open(root)) {
            log.append(1, 10);
            int tooLong = TestLog.SMALL.documentBytesMax() + 1;
            assertThatThrownBy(() -> log.writer.ensureRoom(tooLong)).isInstanceOf(TooLargeException.class);
            log.append(1, 10);
            assertThat(records(log)).isEqualTo(2);
        }
    }

    @Test
    void shouldRefuseAnOffsetThatIsNotTheNext() throws IOException {
        try (TestLog log = TestLog.open(root)) {
            log.append(1, 10);
            int length = log.encode(5, 1, 10);
            log.writer.ensureRoom(length);
            assertThatThrownBy(() -> log.writer.append(log.buffer(), length, 5, 1))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("expected room and offset 1");
            log.append(1, 10);
            assertThat(records(log)).isEqualTo(2);
        }
    }

    @Test
    void shouldRollByRecords() throws IOException {
        try (TestLog log = new TestLog(root, 1, 0, TestLog.SMALL.withSegmentRecordsMax(10))) {
            for (int i = 0; i < 35; i++) {
                log.append(1, 10);
            }
            assertThat(log.catalog.segments()).extracting(Segment::firstOffset).containsExactly(0L, 10L, 20L, 30L);
        }
    }

    @Test
    void shouldRollByAge() throws IOException {
        try (TestLog log = new TestLog(root, 1, 0, TestLog.SMALL.withSegmentAgeMax(Duration.ofMillis(1)))) {
            log.append(1, 10);
            await().until(() -> {
                log.append(1, 10);
                return log.writer.segment() >= 3;
            });
            assertThat(records(log)).isEqualTo(log.last() + 1);
        }
    }

    @Test
    void shouldLeaveNothingBehindWhenNothingWasWritten() throws IOException {
        TestLog.open(root).close();
        assertThat(files("")).isEmpty();
        assertThat(new LogDirectory(root).epochs()).isEmpty();
    }

    @Test
    void shouldGiveBackTheRoomThatASealedSegmentDidNotUse() throws IOException {
        try (TestLog log = TestLog.open(root)) {
            log.append(1, 100);
        }
        assertThat(Files.size(files(".cq4").get(0))).isLessThan(32 << 10);
    }

    @Test
    void shouldRemoveWhatADeadOpeningPreparedAndSetAsideWhatItUsed() throws IOException {
        Path killed = root.resolve("killed");
        try (TestLog log = TestLog.open(root.resolve("live"))) {
            log.append(1, 100);
            while (files(".precreated").isEmpty()) {
                log.append(1, 1_000);
            }
            log.copyAsKilled(killed);
        }
        LogDirectory directory = new LogDirectory(killed);
        Path used = directory.epochDirectory(1).resolve("00000077.precreated");
        Files.write(used, new byte[] {0, 0, 1});
        try (TestLog log = new TestLog(killed, 5, 10_000, TestLog.SMALL)) {
            assertThat(log.epoch).isEqualTo(5);
            assertThat(directory.preparedFiles()).allMatch(file -> file.epoch() == 5);
            assertThat(directory.epochDirectory(1).resolve("metadata.cq4t")).doesNotExist();
            assertThat(directory.quarantine().resolve("00000077.precreated")).hasBinaryContent(new byte[] {0, 0, 1});
        }
    }

    @Test
    void shouldContinueInANewEpochBehindAGap() throws IOException {
        try (TestLog log = TestLog.open(root)) {
            log.append(3, 100);
        }
        try (TestLog log = new TestLog(root, 2, 1_000, TestLog.SMALL)) {
            log.append(2, 100);
            assertThat(log.writer.segment()).isEqualTo(2);
            LogCursor cursor = log.cursor();
            cursor.seek(0);
            List<Long> offsets = new ArrayList<>();
            while (cursor.next(log.last())) {
                offsets.add(cursor.frame().offset());
            }
            assertThat(offsets).containsExactly(0L, 1L, 2L, 1_000L, 1_001L);
            assertThat(log.catalog.problems()).isEmpty();
            assertThat(log.catalog.lostRanges()).containsExactly(new OffsetRange(3, 999));
            assertThat(log.catalog.resumeFrom(500)).isEqualTo(1_000);
        }
    }

    @Test
    void shouldChainManifestsOverSegmentsAndEpochs() throws IOException {
        try (TestLog log = new TestLog(root, 1, 0, TestLog.SMALL.withSegmentRecordsMax(10))) {
            for (int i = 0; i < 25; i++) {
                log.append(1, 50);
            }
        }
        try (TestLog log = new TestLog(root, 2, 25, TestLog.SMALL)) {
            log.append(1, 50);
        }
        SegmentCatalog catalog = SegmentCatalog.load(new LogDirectory(root), TestLog.INSTALLATION);
        assertThat(catalog.problems()).isEmpty();
        byte[] before = Manifest.noHash();
        for (Segment segment : catalog.segments()) {
            Manifest manifest = segment.manifest();
            assertThat(manifest).isNotNull();
            assertThat(manifest.previousHash()).isEqualTo(before);
            before = manifest.hash();
        }
        assertThat(catalog.segments()).extracting(Segment::number).containsExactly(1, 2, 3, 4);
    }

    @Test
    void shouldSealWhatIsForcedWhileWritingGoesOn() throws IOException {
        try (TestLog log = new TestLog(root, 1, 0, TestLog.SMALL.withSegmentRecordsMax(10))) {
            for (int i = 0; i < 35; i++) {
                log.append(1, 50);
                log.force();
            }
            await().until(() -> log.catalog.segments().stream().limit(3).allMatch(Segment::isSealed));
            assertThat(log.writer.backgroundFailure()).isNull();
            assertThat(records(log)).isEqualTo(35);
        }
    }

    @Test
    void shouldNotSealWhatWasNotForced() throws IOException {
        try (TestLog log = new TestLog(root, 1, 0, TestLog.SMALL.withSegmentRecordsMax(10))) {
            for (int i = 0; i < 35; i++) {
                log.append(1, 50);
            }
            ForceTarget target = Objects.requireNonNull(log.writer.takeTarget());
            assertThat(target.lastOffset()).isEqualTo(34);
            assertThat(target.segment()).isEqualTo(4);
            assertThat(log.catalog.segments()).noneMatch(Segment::isSealed);
        }
    }

    @Test
    void shouldAppendAndRollOnAnInterruptedThreadAndKeepTheFlag() throws IOException {
        try (TestLog log = new TestLog(root, 1, 0, TestLog.SMALL.withSegmentRecordsMax(10))) {
            try {
                for (int i = 0; i < 100; i++) {
                    Thread.currentThread().interrupt();
                    log.append(1, 50);
                    assertThat(Thread.currentThread().isInterrupted()).isTrue();
                }
            } finally {
                Thread.interrupted();
            }
            assertThat(records(log)).isEqualTo(100);
            log.force();
        }
        assertThat(files(".manifest")).hasSize(10);
    }

    @Test
    void shouldSurviveInterruptsThatArriveAtAnyMoment() throws Exception {
        try (TestLog log = new TestLog(root, 1, 0, TestLog.SMALL.withSegmentRecordsMax(50))) {
            Thread appending = new Thread(() -> {
                for (int i = 0; i < 2_000; i++) {
                    log.append(1, 50);
                }
            });
            appending.start();
            while (appending.isAlive()) {
                appending.interrupt();
                Thread.onSpinWait();
            }
            appending.join();
            assertThat(records(log)).isEqualTo(2_000);
        }
    }

    @Test
    void shouldBeUsableFromManyThreadsOneAfterTheOther() throws Exception {
        try (TestLog log = TestLog.open(root)) {
            for (int i = 0; i < 10; i++) {
                Thread thread = new Thread(() -> log.append(1, 100));
                thread.start();
                thread.join();
            }
            assertThat(records(log)).isEqualTo(10);
        }
    }

    @Test
    void shouldSealNothingWhenAbandoned() throws IOException {
        TestLog log = TestLog.open(root);
        log.append(1, 100);
        log.writer.abandon();
        assertThat(files(".manifest")).isEmpty();
        assertThatThrownBy(() -> new SegmentWriterTest().appendTo(log)).isInstanceOf(IllegalStateException.class);
    }

    private void appendTo(TestLog log) {
        for (int i = 0; i < 10_000; i++) {
            log.append(1, 1_000);
        }
    }

    private static long records(TestLog log) {
        LogCursor cursor = log.cursor();
        cursor.seek(0);
        long records = 0;
        while (cursor.next(log.last())) {
            assertThat(cursor.frame().at()).isEqualTo(TestLog.at(cursor.frame().offset()));
            records++;
        }
        return records;
    }

    private List<Path> files(String suffix) throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            return all.filter(Files::isRegularFile)
                    .filter(file -> file.toString().endsWith(suffix))
                    .sorted()
                    .toList();
        }
    }
}
