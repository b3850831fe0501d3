package dev.cairn.internal.commit;

import dev.cairn.NotReadyException;
import dev.cairn.OverloadedException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * Makes appends wait while too much is not yet durable, or while a follower is too far behind: what a power cut can take is
 * bounded, and so is the lag.
 *
 * <p>Threading: any thread, without the commit lock.
 */
public final class Backpressure {
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long LAG_WAIT_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final GroupCommit groupCommit;
    private final long unforcedRecordsMax;
    private final long unforcedBytesMax;
    private final LongSupplier lag;
    private final long lagMax;
    private final LongAdder waitNanos = new LongAdder();

    /** @param lag how many records the slowest follower that counts is behind the durable offset */
    public Backpressure(
            GroupCommit groupCommit, long unforcedRecordsMax, long unforcedBytesMax, LongSupplier lag, long lagMax) {
        this.groupCommit = groupCommit;
        this.unforcedRecordsMax = unforcedRecordsMax;
        this.unforcedBytesMax = unforcedBytesMax;
        this.lag = lag;
        this.lagMax = lagMax;
    }

    /**
     * Returns when there is room for more.
     *
     * @throws NotReadyException when the engine fails meanwhile, or the thread is interrupted
     * @throws OverloadedException when the follower stays too far behind
     */
    void awaitRoom() {
        if (hasRoom() && lag.getAsLong() < lagMax) {
            return;
        }
        long started = System.nanoTime();
        try {
            awaitDurable();
            awaitFollower(started + LAG_WAIT_NANOS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NotReadyException("interrupted while waiting for room");
        } finally {
            waitNanos.add(System.nanoTime() - started);
        }
    }

    /** Whether so little is not yet durable that one more document may be appended. */
    boolean hasRoom() {
        return groupCommit.unforcedRecords() < unforcedRecordsMax && groupCommit.unforcedBytes() < unforcedBytesMax;
    }

    private void awaitDurable() throws InterruptedException {
        while (!hasRoom()) {
            groupCommit.await(groupCommit.appendedOffset(), System.nanoTime() + POLL_NANOS);
        }
    }

    private void awaitFollower(long deadlineNanos) throws InterruptedException {
        while (lag.getAsLong() >= lagMax) {
            if (System.nanoTime() - deadlineNanos > 0) {
                throw new OverloadedException(
                        "expected the projection to be less than " + lagMax + " records behind, was " + lag.getAsLong(),
                        TimeUnit.SECONDS.toMillis(1));
            }
            TimeUnit.NANOSECONDS.sleep(POLL_NANOS);
        }
    }

    public long waitNanos() {
        return waitNanos.sum();
    }
}
