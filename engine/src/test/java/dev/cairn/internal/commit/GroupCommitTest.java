package dev.cairn.internal.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.NotReadyException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Group commit over a log that is a number, and a disk that does as the test says. */
class GroupCommitTest {
    private final AtomicLong appended = new AtomicLong(-1);
    private final CountDownLatch mayForce = new CountDownLatch(1);
    private volatile boolean failing;
    private volatile boolean forcing;
    private volatile long onDisk = -1;
    private volatile Runnable whenFailed = () -> {};
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    private final GroupCommit groupCommit = new GroupCommit(this::target, new Listener(), 1, -1);

    private final class Listener implements GroupCommit.Listener {
        @Override
        public void durable(CommitLog.ForceTarget target) {}

        @Override
        public void idle() {}

        @Override
        public void failed(Throwable cause) {
            whenFailed.run();
            failure.set(cause);
        }
    }

    private CommitLog.ForceTarget target() {
        long last = appended.get();
        return new CommitLog.ForceTarget() {
            @Override
            public long lastOffset() {
                return last;
            }

            @Override
            public void force() throws IOException {
                forcing = true;
                try {
                    mayForce.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
                if (failing) {
                    throw new IOException("Input/output error");
                }
                onDisk = last;
            }
        };
    }

    /** As when the next segment cannot be begun while the last records are being forced. */
    @Test
    void shouldTellReadersWhatAForceUnderWayMadeDurableAfterTheEnd() throws Exception {
        groupCommit.start();
        append(1);
        Awaitility.await().until(() -> forcing);
        groupCommit.fail(new IOException("No space left on device"));
        long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        CompletableFuture<Boolean> reading = CompletableFuture.supplyAsync(() -> awaitToRead(deadlineNanos));
        assertThatThrownBy(() -> groupCommit.awaitPatiently(0, deadlineNanos)).isInstanceOf(NotReadyException.class);
        assertThat(reading).isNotDone();

        mayForce.countDown();
        assertThat(reading.get(20, TimeUnit.SECONDS)).isTrue();
        assertThat(groupCommit.awaitToRead(1, System.nanoTime() + 1_000_000)).isFalse();
    }

    private boolean awaitToRead(long deadlineNanos) {
        try {
            return groupCommit.awaitToRead(0, deadlineNanos);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void append(int count) {
        groupCommit.appended(appended.addAndGet(count), 100 * count);
    }

    private static long soon() {
        return System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    }

    @AfterEach
    void stop() {
        mayForce.countDown();
        groupCommit.close();
    }

    @Test
    void shouldAcknowledgeNothingBeforeAForceHasEnded() throws Exception {
        groupCommit.start();
        append(3);
        List<Long> told = new CopyOnWriteArrayList<>();
        groupCommit.whenDurable(1, cause -> told.add(onDisk));
        assertThat(groupCommit.await(2, System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(50)))
                .isFalse();
        assertThat(groupCommit.durableOffset()).isEqualTo(-1);
        assertThat(groupCommit.unforcedRecords()).isEqualTo(3);
        assertThat(told).isEmpty();

        mayForce.countDown();
        assertThat(groupCommit.await(2, soon())).isTrue();
        assertThat(onDisk).isEqualTo(2);
        assertThat(groupCommit.durableOffset()).isEqualTo(2);
        // Those that wait are woken before all were told; after the close nobody is told any more.
        groupCommit.close();
        assertThat(told).containsExactly(2L);
    }

    @Test
    void shouldAcknowledgeNothingAfterAForceThatFailed() throws Exception {
        mayForce.countDown();
        groupCommit.start();
        append(1);
        assertThat(groupCommit.await(0, soon())).isTrue();

        failing = true;
        append(1);
        assertThatThrownBy(() -> groupCommit.await(1, soon())).isInstanceOf(NotReadyException.class);
        failing = false;
        append(1);
        assertThatThrownBy(() -> groupCommit.await(2, soon())).isInstanceOf(NotReadyException.class);
        List<@Nullable Throwable> told = new ArrayList<>();
        groupCommit.whenDurable(2, told::add);
        assertThat(told).hasSize(1).doesNotContainNull();
        assertThat(groupCommit.await(0, soon())).isTrue();
        assertThat(groupCommit.durableOffset()).isZero();
        Awaitility.await().until(() -> failure.get() != null);
        assertThat(groupCommit.failure()).isInstanceOf(IOException.class);
    }

    /** Or a caller could learn that its write is lost, and see the engine take the next one. */
    @Test
    void shouldStopTheEngineBeforeAnybodyIsTold() {
        List<@Nullable Throwable> told = new ArrayList<>();
        List<Integer> toldBefore = new ArrayList<>();
        append(2);
        groupCommit.whenDurable(0, told::add);
        whenFailed = () -> {
            groupCommit.whenDurable(1, told::add);
            toldBefore.add(told.size());
        };
        groupCommit.fail(new IOException("Input/output error"));
        assertThat(toldBefore).containsExactly(0);
        assertThat(told).hasSize(2).doesNotContainNull();
    }

    @Test
    void shouldForceWhatWasAppendedWhenItIsClosed() {
        mayForce.countDown();
        groupCommit.start();
        append(5);
        groupCommit.close();
        assertThat(onDisk).isEqualTo(4);
        assertThat(groupCommit.durableOffset()).isEqualTo(4);
    }
}
