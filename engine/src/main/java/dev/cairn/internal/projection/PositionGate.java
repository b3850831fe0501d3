package dev.cairn.internal.projection;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * How far the projection is, and a place to wait for it.
 *
 * <p>Threading: any thread.
 */
final class PositionGate {
    private static final Duration WAIT_MAX = Duration.ofDays(1);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition moved = lock.newCondition();
    private volatile long offset = -1;
    private volatile boolean ready;
    private volatile @Nullable Throwable failure;

    /** The last offset included, −1 for none. */
    long offset() {
        return offset;
    }

    /** Whether queries can be answered: the file is checked and the indexes exist. */
    boolean ready() {
        return ready;
    }

    /** Why the projection will not move any more, or null. */
    @Nullable
    Throwable failure() {
        return failure;
    }

    void publish(long newOffset, boolean newReady) {
        lock.lock();
        try {
            offset = newOffset;
            ready = newReady;
            failure = null;
            moved.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Forgets a failure, as the projection is about to move again. */
    void reopen() {
        failure = null;
    }

    void fail(Throwable why) {
        lock.lock();
        try {
            failure = why;
            moved.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** {@code wait} in nanoseconds, or a day if it is longer. */
    static long nanos(Duration wait) {
        return wait.compareTo(WAIT_MAX) > 0 ? WAIT_MAX.toNanos() : wait.toNanos();
    }

    /** Waits until queries can be answered as of {@code target}; returns whether they can. */
    boolean await(long target, Duration timeout) throws InterruptedException {
        if (ready && offset >= target) {
            return true;
        }
        long left = nanos(timeout);
        lock.lockInterruptibly();
        try {
            while (!(ready && offset >= target)) {
                if (left <= 0 || failure != null) {
                    return false;
                }
                left = moved.awaitNanos(left);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }
}
