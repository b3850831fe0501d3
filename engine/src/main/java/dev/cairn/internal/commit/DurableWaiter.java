package dev.cairn.internal.commit;

import dev.cairn.NotReadyException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who waits for an offset to become durable: a parked thread or a callback.
 *
 * <p>Threading: {@link #done} once, on the force thread; the rest on the waiting thread.
 */
final class DurableWaiter {
    /** Is told the outcome. */
    @FunctionalInterface
    interface Callback {
        /** @param failure why the offset never becomes durable, null when it is */
        void done(@Nullable Throwable failure);
    }

    private final long offset;
    private final boolean hastens;
    private final @Nullable Thread thread;
    private final @Nullable Callback callback;
    private volatile boolean done;
    private @Nullable Throwable failure;

    private DurableWaiter(long offset, boolean hastens, @Nullable Thread thread, @Nullable Callback callback) {
        this.offset = offset;
        this.hastens = hastens;
        this.thread = thread;
        this.callback = callback;
    }

    static DurableWaiter ofThread(long offset, boolean hastens) {
        return new DurableWaiter(offset, hastens, Thread.currentThread(), null);
    }

    static DurableWaiter ofCallback(long offset, Callback callback) {
        return new DurableWaiter(offset, true, null, callback);
    }

    long offset() {
        return offset;
    }

    /** Whether the force is to come at once rather than within the interval. */
    boolean hastens() {
        return hastens;
    }

    boolean isDone() {
        return done;
    }

    void done(@Nullable Throwable cause) {
        failure = cause;
        done = true;
        if (thread != null) {
            LockSupport.unpark(thread);
        }
        if (callback != null) {
            callback.done(cause);
        }
    }

    void throwIfFailed() {
        if (failure != null) {
            throw new NotReadyException("expected the record to become durable, was: " + failure.getMessage(), failure);
        }
    }
}
