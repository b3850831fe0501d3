package dev.cairn.internal.read;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.LogRecord;
import dev.cairn.internal.assembly.LogOpening;
import dev.cairn.internal.codec.Document;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.codec.Frame;
import dev.cairn.internal.segment.LogDirectory;
import dev.cairn.internal.segment.SegmentCatalog;
import dev.cairn.log.From;
import dev.cairn.log.LogFilter;
import dev.cairn.log.LogPage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The ring by itself: with no segment behind it, whatever is read can only have come from memory. */
class RecentRecordsTest {
    private static final int BYTES = 64 << 10;
    private static final byte TOPIC_KIND = 2;

    @TempDir
    private Path directory;

    private final Event event = new Event();
    private final Frame frame = new Frame();
    private final Document document = new Document();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 20).order(ByteOrder.LITTLE_ENDIAN);
    private volatile long durable = -1;

    /** Appends one document of {@code count} records whose payloads tell their offset. */
    private void append(RecentRecords recent, long first, int count, int padding) {
        int length = Document.HEADER_BYTES;
        for (int i = 0; i < count; i++) {
            long offset = first + i;
            event.clear();
            event.kind = TOPIC_KIND;
            event.type = 1;
            event.epoch = 1;
            event.offset = offset;
            event.at = offset;
            event.version = offset + 1;
            event.topic.putUtf8("t" + offset % 3);
            event.key.putUtf8("k");
            event.payload.putByte(1);
            event.payload.putText("type");
            event.payload.putUtf8("\"" + offset + "x".repeat((int) (offset % (padding + 1))) + "\"");
            length += frame.encode(event, buffer, length);
        }
        document.seal(buffer, 0, length, count, first, 1);
        recent.append(buffer, length, first, count);
    }

    /** Pages over a ring and a catalog without a single segment. */
    private LogPages pages(RecentRecords recent) {
        SegmentCatalog empty = SegmentCatalog.load(new LogDirectory(directory), UUID.randomUUID());
        LogEnds ends = new LogEnds() {
            @Override
            public long durableOffset() {
                return durable;
            }

            @Override
            public long appendedOffset() {
                return durable;
            }

            @Override
            public long endOffset() {
                return durable + 1;
            }

            @Override
            public boolean await(long offset, boolean accepted, long time, TimeUnit unit) {
                return offset <= durable;
            }
        };
        return new LogPages(
                LogOpening.kinds(), empty, ends, new Positions(empty, ends, Clock.systemUTC(), recent), recent);
    }

    private static List<Long> offsets(LogPage page) {
        return page.records().stream().map(LogRecord::offset).toList();
    }

    private static List<Long> range(long first, long last) {
        return LongStream.rangeClosed(first, last).boxed().toList();
    }

    @Test
    void shouldAnswerForTheNewestRecordsWithoutASegment() {
        RecentRecords recent = RecentRecords.of(100, BYTES);
        append(recent, 1_000, 30, 20);
        append(recent, 1_030, 1, 20);
        durable = 1_028;
        LogPages pages = pages(recent);

        long from = pages.resolve(From.last(10));
        LogPage page = pages.read(from, Long.MAX_VALUE, LogFilter.all(), 100);
        LogPage filtered = pages.read(1_000, 1_010, LogFilter.all().withTopic("t1"), 2);

        assertThat(from).isEqualTo(1_019);
        assertThat(offsets(page)).isEqualTo(range(1_019, 1_028));
        assertThat(page.next()).isEqualTo(1_029);
        assertThat(page.records())
                .allSatisfy(record -> assertThat(record.payload()).startsWith("\"" + record.offset()));
        assertThat(offsets(filtered)).containsExactly(1_000L, 1_003L);
        assertThat(filtered.next()).isEqualTo(1_004);
        assertThat(recent.hits()).isEqualTo(2);
        assertThat(recent.misses()).isZero();
        assertThat(pages.read(999, Long.MAX_VALUE, LogFilter.all(), 1).records())
                .isEmpty();
        assertThat(recent.misses()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 64, 100})
    void shouldHoldAsManyAsItMayAndNoMore(int recordsMax) {
        RecentRecords recent = RecentRecords.of(recordsMax, BYTES);
        for (int i = 0; i < 150; i++) {
            append(recent, i, 1, 20);
            assertThat(recent.holds(i)).isTrue();
            assertThat(recent.holds(Math.max(0, i - recordsMax + 1))).isTrue();
            assertThat(recent.holds(i - recordsMax)).isFalse();
            assertThat(recent.holds(i + 1)).isFalse();
        }
    }

    @Test
    void shouldHoldNoMoreBytesThanItMay() {
        RecentRecords recent = RecentRecords.of(100_000, BYTES);
        for (int i = 0; i < 2_000; i++) {
            append(recent, i, 1, 300);
        }
        long oldest = LongStream.range(0, 2_000).filter(recent::holds).min().orElseThrow();

        RecentRecords.Reader reader = recent.reader();
        long bytes = 0;
        for (long offset = oldest; offset < 2_000; offset++) {
            assertThat(reader.read(offset)).isTrue();
            bytes += reader.frame().length();
        }
        assertThat(bytes).isBetween(BYTES - 500L, (long) BYTES);
        assertThat(reader.read(oldest - 1)).isFalse();
    }

    @Test
    void shouldBeEmptyBehindADocumentLargerThanItself() {
        RecentRecords recent = RecentRecords.of(10_000, BYTES);
        append(recent, 0, 5, 20);
        append(recent, 5, 400, 300);
        assertThat(LongStream.range(0, 406)).noneMatch(recent::holds);

        append(recent, 405, 3, 20);

        assertThat(LongStream.range(0, 405)).noneMatch(recent::holds);
        assertThat(LongStream.range(405, 408)).allMatch(recent::holds);
        assertThat(recent.reader().read(406)).isTrue();
    }

    @Test
    void shouldHoldNothingWhenItIsOff() {
        RecentRecords off = RecentRecords.of(0, 8 << 20);
        append(off, 0, 5, 20);
        assertThat(off.holds(4)).isFalse();
        assertThat(RecentRecords.none().holds(0)).isFalse();
    }

    /** Readers run into frames that are being overwritten: each is given whole and right, or not at all. */
    @Test
    void shouldNeverShowATornRecord() throws Exception {
        RecentRecords recent = RecentRecords.of(1_000, BYTES);
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread[] readers = new Thread[2];
        for (int r = 0; r < readers.length; r++) {
            Random random = new Random(r);
            readers[r] = new Thread(() -> {
                try {
                    readUntilInterrupted(recent, random);
                } catch (Throwable t) {
                    failure.set(t);
                }
            });
            readers[r].start();
        }
        Random random = new Random(7);
        for (long next = 0; next < 200_000; ) {
            int count = 1 + random.nextInt(20);
            append(recent, next, count, 200);
            next += count;
            durable = next - 1;
        }
        for (Thread reader : readers) {
            reader.interrupt();
            reader.join();
        }
        assertThat(failure.get()).isNull();
    }

    private void readUntilInterrupted(RecentRecords recent, Random random) {
        RecentRecords.Reader reader = recent.reader();
        Event read = new Event();
        long right = 0;
        while (!Thread.currentThread().isInterrupted() || right == 0) {
            // Mostly at the far end, where the writer is about to come by.
            long offset = durable - (random.nextInt(4) == 0 ? random.nextInt(1_000) : 150 + random.nextInt(60));
            if (offset >= 0 && reader.read(offset)) {
                reader.frame().copyTo(read);
                String payload = read.payload.utf8At(7, read.payload.length() - 7);
                assertThat(payload).isEqualTo("\"" + offset + "x".repeat((int) (offset % 201)) + "\"");
                right++;
            }
        }
        assertThat(right).isPositive();
    }
}
