package dev.cairn.internal.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.internal.codec.Event;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogCursorTest {
    @TempDir
    Path root;

    @Test
    void shouldReadAnyRecordByOffset() throws IOException {
        try (TestLog log = TestLog.open(root)) {
            fill(log, 5);
            Random random = new Random(3);
            LogCursor cursor = log.cursor();
            Event event = new Event();
            for (int i = 0; i < 5_000; i++) {
                long offset = (long) (random.nextDouble() * (log.last() + 1));
                assertThat(cursor.read(offset, log.last())).isTrue();
                cursor.frame().copyTo(event);
                assertThat(event.offset).isEqualTo(offset);
                for (int b = 0; b < event.payload.length(); b++) {
                    assertThat(event.payload.byteAt(b)).isEqualTo(TestLog.payloadByte(offset, b));
                }
            }
            assertThat(cursor.read(log.last() + 1, log.last())).isFalse();
        }
    }

    /** The document that was entered last is not looked for again; from any of its records the cursor still goes on. */
    @Test
    void shouldGoOnFromAnyRecordOfALargeDocument() throws IOException {
        try (TestLog log = TestLog.open(root)) {
            log.append(500, 10);
            log.append(2, 10);
            log.append(300, 10);
            LogCursor cursor = log.cursor();
            for (long offset = log.last(); offset >= 0; offset--) {
                assertThat(cursor.read(offset, log.last())).isTrue();
                assertThat(cursor.read(offset, offset - 1)).isFalse();
                assertThat(cursor.read(offset, log.last())).isTrue();
                for (long next = offset + 1; next <= Math.min(offset + 3, log.last()); next++) {
                    assertThat(cursor.next(log.last())).isTrue();
                    assertThat(cursor.frame().offset()).isEqualTo(next);
                }
            }
        }
    }

    @Test
    void shouldStopAtTheLimitAndGoOnWhenItMoves() throws IOException {
        try (TestLog log = new TestLog(root, 1, 0, TestLog.SMALL.withSegmentRecordsMax(4))) {
            log.append(3, 10);
            LogCursor cursor = log.cursor();
            cursor.seek(0);
            assertThat(cursor.next(0)).isTrue();
            assertThat(cursor.next(0)).isFalse();
            assertThat(cursor.next(2)).isTrue();
            assertThat(cursor.next(2)).isTrue();
            assertThat(cursor.next(2)).isFalse();
            log.append(3, 10);
            log.append(3, 10);
            for (long offset = 3; offset <= 8; offset++) {
                assertThat(cursor.next(log.last())).isTrue();
                assertThat(cursor.frame().offset()).isEqualTo(offset);
            }
            assertThat(cursor.next(log.last())).isFalse();
        }
    }

    @Test
    void shouldWaitAtTheEndOfAnEmptyLog() throws IOException {
        try (TestLog log = TestLog.open(root)) {
            LogCursor cursor = log.cursor();
            cursor.seek(0);
            assertThat(cursor.next(-1)).isFalse();
            log.append(1, 10);
            assertThat(cursor.next(log.last())).isTrue();
        }
    }

    @Test
    void shouldFindTheFirstRecordAtOrAfterATime() throws IOException {
        try (TestLog log = TestLog.open(root)) {
            fill(log, 4);
            LogCursor cursor = log.cursor();
            for (long offset = 0; offset <= log.last(); offset += 37) {
                assertThat(cursor.seekTime(TestLog.at(offset), log.last())).isEqualTo(offset);
                assertThat(cursor.seekTime(TestLog.at(offset) - 1, log.last())).isEqualTo(offset);
            }
            assertThat(cursor.seekTime(0, log.last())).isZero();
            assertThat(cursor.seekTime(TestLog.at(log.last()) + 1, log.last())).isEqualTo(log.last() + 1);
        }
    }

    @Test
    void shouldFindTheLastRecordsAcrossSegmentsAndGaps() throws IOException {
        try (TestLog log = new TestLog(root, 1, 0, TestLog.SMALL.withSegmentRecordsMax(10))) {
            for (int i = 0; i < 25; i++) {
                log.append(1, 10);
            }
        }
        try (TestLog log = new TestLog(root, 2, 100, TestLog.SMALL)) {
            log.append(5, 10);
            assertThat(log.catalog.lastRecords(3, 104)).isEqualTo(102);
            assertThat(log.catalog.lastRecords(5, 104)).isEqualTo(100);
            assertThat(log.catalog.lastRecords(6, 104)).isEqualTo(24);
            assertThat(log.catalog.lastRecords(20, 104)).isEqualTo(10);
            assertThat(log.catalog.lastRecords(1_000, 104)).isZero();
            assertThat(log.catalog.lastRecords(2, 101)).isEqualTo(100);
        }
    }

    @Test
    void shouldLetManyReadersFollowAWriter() throws Exception {
        ExecutorService readers = Executors.newFixedThreadPool(3);
        try (TestLog log = TestLog.open(root)) {
            AtomicLong published = new AtomicLong(-1);
            long records = 20_000;
            List<Future<Long>> results = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                boolean random = i == 2;
                results.add(readers.submit(
                        random ? readAtRandom(log, published, records) : follow(log, published, records)));
            }
            while (log.last() + 1 < records) {
                log.append(1 + (int) (log.last() & 3), 300);
                published.set(log.last());
                if ((log.last() & 63) == 0) {
                    log.force();
                }
            }
            for (Future<Long> result : results) {
                assertThat(result.get()).isGreaterThanOrEqualTo(records);
            }
            assertThat(log.writer.segment()).isGreaterThan(5);
            assertThat(log.writer.backgroundFailure()).isNull();
        } finally {
            readers.shutdownNow();
        }
    }

    private static Callable<Long> follow(TestLog log, AtomicLong published, long records) {
        return () -> {
            LogCursor cursor = log.cursor();
            cursor.seek(0);
            long expected = 0;
            while (expected < records) {
                if (cursor.next(published.get())) {
                    assertThat(cursor.frame().offset()).isEqualTo(expected++);
                }
            }
            return expected;
        };
    }

    private static Callable<Long> readAtRandom(TestLog log, AtomicLong published, long records) {
        return () -> {
            LogCursor cursor = log.cursor();
            Random random = new Random(11);
            while (published.get() + 1 < records) {
                long through = published.get();
                if (through >= 0) {
                    long offset = (long) (random.nextDouble() * (through + 1));
                    assertThat(cursor.read(offset, through)).isTrue();
                    assertThat(cursor.frame().offset()).isEqualTo(offset);
                }
            }
            return published.get() + 1;
        };
    }

    @Test
    void shouldRefuseToShowASegmentBeforeThereIsARecord() throws IOException {
        try (TestLog log = TestLog.open(root)) {
            LogCursor cursor = log.cursor();
            assertThatThrownBy(cursor::segment).isInstanceOf(IllegalStateException.class);
        }
    }

    private static void fill(TestLog log, int segments) {
        Random random = new Random(5);
        while (log.writer.segment() < segments) {
            log.append(1 + random.nextInt(4), random.nextInt(1_000));
        }
    }
}
