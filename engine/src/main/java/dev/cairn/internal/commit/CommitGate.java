package dev.cairn.internal.commit;

import dev.cairn.NotReadyException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The one lock under which the log and the state change, and the reason why they may change no more.
 *
 * <p>Threading: any thread.
 */
public final class CommitGate {
    private final ReentrantLock lock = new ReentrantLock();
    private volatile @Nullable NotReadyException stopped;

    void lock() {
        lock.lock();
    }

    void unlock() {
        lock.unlock();
    }

    /** Runs {@code work} while nothing is committed. */
    public <T extends @Nullable Object> T locked(Supplier<T> work) {
        lock.lock();
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }

    /** Refuses every further write for {@code why}; the first reason stays. */
    public void stop(NotReadyException why) {
        if (stopped == null) {
            stopped = why;
        }
    }

    /** Why no write is taken, or null. */
    public @Nullable NotReadyException stopped() {
        return stopped;
    }

    void requireOpen() {
        NotReadyException why = stopped;
        if (why != null) {
            throw why;
        }
    }
}
