package dev.cairn.internal.follow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cairn.internal.codec.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FollowerTest {
    private static final BatchLimits LIMITS = new BatchLimits(10, 1 << 20, Duration.ofSeconds(1), Duration.ZERO);

    private final MemoryLog log = new MemoryLog();
    private final Recorder recorder = new Recorder();
    private final Follower follower = new Follower("follower-under-test", log, recorder, LIMITS);

    @AfterEach
    void shouldLeaveNeitherThreadNorSource() {
        follower.close();
        assertThat(follower.running()).isFalse();
        assertThat(log.openSources()).isZero();
    }

    @Test
    void shouldHandEveryDurableRecordOverOnceAndInOrder() {
        append(0, 25);
        log.force(19);

        follower.start();

        await().until(() -> recorder.offsets.size() == 20);
        append(25, 30);
        log.force();
        await().until(() -> recorder.position() == 29);
        assertThat(recorder.offsets)
                .containsExactlyElementsOf(LongStream.range(0, 30).boxed().toList());
    }

    @Test
    void shouldNeverReadBeyondTheDurableOffset() {
        append(0, 5);
        log.force(2);

        follower.start();
        await().until(() -> recorder.position() == 2);
        recorder.awaitIdle();

        assertThat(recorder.offsets).containsExactly(0L, 1L, 2L);
    }

    @Test
    void shouldEndBatchesAtTheirLimitButNotInsideADocument() {
        for (int i = 0; i < 30; i++) {
            // Documents end at 14 and 29.
            log.append(event(i), i % 15 == 14);
        }
        log.force();

        follower.start();
        await().until(() -> recorder.position() == 29);

        assertThat(recorder.batches).extracting(BatchEnd::offset).containsExactly(14L, 29L);
        assertThat(recorder.batches)
                .allSatisfy(end -> assertThat(end.checksum())
                        .isEqualTo(log.checksumAt(end.offset()).orElseThrow()));
        assertThat(recorder.batches).extracting(BatchEnd::durableOffset).containsOnly(29L);
    }

    @Test
    void shouldEndBatchesByBytes() {
        for (int i = 0; i < 4; i++) {
            Event event = event(i);
            event.payload.length(600 << 10);
            log.append(event);
        }
        log.force();

        follower.start();
        await().until(() -> recorder.position() == 3);

        assertThat(recorder.batches).extracting(BatchEnd::offset).containsExactly(1L, 3L);
    }

    @Test
    void shouldGatherWhatComesShortlyAfterABatch() {
        BatchLimits hourly = new BatchLimits(10, 1 << 20, Duration.ofHours(2), Duration.ofHours(1));
        try (Follower gathering = new Follower("gathering", log, recorder, hourly)) {
            append(0, 3);
            log.force();
            gathering.start();
            await().until(() -> recorder.position() == 2);
            for (int i = 3; i < 13; i++) {
                append(i, i + 1);
                log.force();
                int seen = i + 1;
                await().until(() -> recorder.offsets.size() == seen);
            }
            await().until(() -> recorder.position() == 12);
        }
        assertThat(recorder.batches).extracting(BatchEnd::offset).containsExactly(2L, 12L);
    }

    @Test
    void shouldGoOnBehindALostRange() {
        append(0, 3);
        append(1_000_003, 1_000_005);
        log.force();

        follower.start();
        await().until(() -> recorder.position() == 1_000_004);

        assertThat(recorder.offsets).containsExactly(0L, 1L, 2L, 1_000_003L, 1_000_004L);
    }

    @Test
    void shouldGoOnFromItsPositionWhenStartedAgain() {
        append(0, 10);
        log.force();
        follower.start();
        await().until(() -> recorder.position() == 9);
        follower.close();
        append(10, 20);
        log.force();
        assertThat(follower.running()).isFalse();

        follower.start();

        await().until(() -> recorder.position() == 19);
        assertThat(recorder.offsets).hasSize(20);
    }

    @Test
    void shouldReportAFailureAndGoOnWhereItWasAfterANewStart() {
        append(0, 10);
        log.force();
        recorder.failAt = 5;

        follower.start();
        await().until(() -> follower.failure() != null);
        assertThat(follower.failure()).hasMessage("offset 5");
        await().until(() -> !follower.running());
        recorder.failAt = -1;
        follower.start();

        await().until(() -> recorder.position() == 9);
        assertThat(follower.failure()).isNull();
        assertThat(recorder.committed)
                .containsExactlyElementsOf(LongStream.range(0, 10).boxed().toList());
    }

    @Test
    void shouldTryAgainWhenTheObserverSaysSo() {
        append(0, 10);
        log.force();
        log.failWith(new IllegalStateException("not now"));
        recorder.retryMillis = 1;

        follower.start();
        await().until(() -> recorder.retries.get() > 2);
        log.failWith(null);

        await().until(() -> recorder.position() == 9);
        assertThat(follower.failure()).isNull();
    }

    @Test
    void shouldStopAtOnceWhileItWaits() {
        append(0, 1);
        log.force();
        recorder.retryMillis = 3_600_000;
        follower.start();
        await().until(() -> recorder.position() == 0);
        log.failWith(new IllegalStateException("for an hour"));
        append(1, 2);
        log.force();
        await().until(() -> recorder.retries.get() == 1);

        long started = System.nanoTime();
        follower.close();

        assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(30));
    }

    @Test
    void shouldNotInterruptTheObserver() throws InterruptedException {
        append(0, 3);
        log.force();
        recorder.entered = new CountDownLatch(1);
        recorder.leave = new CountDownLatch(1);
        follower.start();
        recorder.entered.await();

        Thread closer = new Thread(follower::close);
        closer.start();
        await().until(() -> closer.getState() == Thread.State.WAITING);
        recorder.leave.countDown();
        closer.join();

        assertThat(recorder.interrupted).isFalse();
        assertThat(recorder.position()).isEqualTo(0);
    }

    private void append(long from, long until) {
        for (long offset = from; offset < until; offset++) {
            log.append(event(offset));
        }
    }

    private static Event event(long offset) {
        Event event = new Event();
        event.clear();
        event.offset = offset;
        event.key.putUtf8("k" + offset);
        return event;
    }

    private static final class Recorder implements RecordObserver {
        final List<Long> offsets = new CopyOnWriteArrayList<>();
        final List<Long> committed = new CopyOnWriteArrayList<>();
        final List<BatchEnd> batches = new CopyOnWriteArrayList<>();
        final AtomicInteger retries = new AtomicInteger();
        private final List<Long> open = new ArrayList<>();
        volatile long failAt = -1;
        volatile long retryMillis = GIVE_UP;
        volatile boolean interrupted;
        volatile @Nullable CountDownLatch entered;
        volatile @Nullable CountDownLatch leave;
        private final AtomicInteger idles = new AtomicInteger();

        long position() {
            return batches.isEmpty() ? -1 : batches.get(batches.size() - 1).offset();
        }

        void awaitIdle() {
            int before = idles.get();
            await().until(() -> idles.get() > before);
        }

        @Override
        public long resume() {
            open.clear();
            return position();
        }

        @Override
        public void record(Event event) {
            if (event.offset == failAt) {
                throw new IllegalStateException("offset " + event.offset);
            }
            offsets.add(event.offset);
            open.add(event.offset);
            CountDownLatch reached = entered;
            CountDownLatch gate = leave;
            if (reached != null && gate != null) {
                reached.countDown();
                try {
                    gate.await();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }

        @Override
        public void batchEnd(BatchEnd end) {
            committed.addAll(open);
            open.clear();
            batches.add(end);
        }

        @Override
        public void idle() {
            idles.incrementAndGet();
        }

        @Override
        public long retryAfterMillis(Throwable failure) {
            retries.incrementAndGet();
            return retryMillis;
        }
    }
}
