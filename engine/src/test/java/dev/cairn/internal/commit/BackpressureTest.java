package dev.cairn.internal.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.NotReadyException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BackpressureTest {
    private final CountDownLatch mayForce = new CountDownLatch(1);

    private final GroupCommit groupCommit = new GroupCommit(Target::new, new NoListener(), 1, -1);
    private final Backpressure backpressure = new Backpressure(groupCommit, 3, 10_000, () -> 0, 100);

    private static final class NoListener implements GroupCommit.Listener {
        @Override
        public void durable(CommitLog.ForceTarget target) {}

        @Override
        public void idle() {}

        @Override
        public void failed(Throwable cause) {}
    }

    private final class Target implements CommitLog.ForceTarget {
        private final long last = groupCommit.appendedOffset();

        @Override
        public long lastOffset() {
            return last;
        }

        @Override
        public void force() {
            try {
                mayForce.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @AfterEach
    void stop() {
        mayForce.countDown();
        groupCommit.close();
    }

    @Test
    void shouldLetAppendsWaitWhileTooManyRecordsAreNotDurable() throws Exception {
        groupCommit.start();
        groupCommit.appended(1, 10);
        backpressure.awaitRoom();
        groupCommit.appended(2, 10);
        shouldWaitUntilForced();
    }

    @Test
    void shouldLetAppendsWaitWhileTooManyBytesAreNotDurable() throws Exception {
        groupCommit.start();
        groupCommit.appended(0, 10_000);
        shouldWaitUntilForced();
    }

    private void shouldWaitUntilForced() throws Exception {
        CompletableFuture<Void> writer = CompletableFuture.runAsync(backpressure::awaitRoom);
        assertThatThrownBy(() -> writer.get(100, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
        mayForce.countDown();
        writer.get(20, TimeUnit.SECONDS);
        assertThat(groupCommit.unforcedRecords()).isZero();
        assertThat(backpressure.waitNanos()).isPositive();
    }

    @Test
    void shouldRefuseThoseWhoWaitWhenTheEngineFails() throws Exception {
        groupCommit.start();
        groupCommit.appended(5, 10);
        CompletableFuture<Void> writer = CompletableFuture.runAsync(backpressure::awaitRoom);
        groupCommit.fail(new IllegalStateException("as if an append had been cut off"));
        assertThatThrownBy(() -> writer.get(20, TimeUnit.SECONDS)).hasCauseInstanceOf(NotReadyException.class);
    }
}
