package dev.cairn.internal.commit;

import dev.cairn.NotReadyException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The one lock under which the log and the state change, and the reason why they may change no more.
 *
 * <p>The lock is not fair: who writes without pause gets it again and again before somebody who sleeps beside it wakes. Whoever has to
 * take it thousands of times for one purpose takes it {@linkplain #inTurn in turn}: then writers that come later wait.
 *
 * <p>Threading: any thread.
 */
public final class CommitGate {
    private final ReentrantLock lock = new ReentrantLock();
    /** Held by who takes its turn, and by writers for a moment while somebody does. */
    private final ReentrantLock turn = new ReentrantLock();

    private volatile boolean isTurnTaken;
    private volatile @Nullable NotReadyException stopped;

    void lock() {
        if (isTurnTaken && !lock.isHeldByCurrentThread()) {
            lockBehindTurn();
        } else {
            lock.lock();
        }
    }

    private void lockBehindTurn() {
        turn.lock();
        try {
            lock.lock();
        } finally {
            turn.unlock();
        }
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

    /** Runs {@code work} while nothing is committed, at the latest after those that write or wait to write now. */
    public <T extends @Nullable Object> T inTurn(Supplier<T> work) {
        turn.lock();
        try {
            isTurnTaken = true;
            return locked(work);
        } finally {
            isTurnTaken = false;
            turn.unlock();
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
