package dev.cairn.lease;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A place in the queue of a lease: until when it lasts, and what became of it.
 *
 * <p>Threading: any thread.
 */
final class LeaseWaiter {
    /** What became of a place. */
    enum Outcome {
        WAITING,
        GRANTED,
        GONE,
        CLOSED
    }

    private static final long NANOS_PER_MILLI = 1_000_000;
    /** Who waits for an answer gives its place up by itself, and can then say which it was. */
    private static final long GRACE_NANOS = 500 * NANOS_PER_MILLI;

    private final String lease;
    private final long place;
    private final long waitNanos;
    private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    private volatile long startNanos;
    private volatile long token = -1;
    /** How often somebody came to wait here: who came last disposes of the place. */
    private final AtomicInteger arrivals = new AtomicInteger();

    LeaseWaiter(String lease, long place, long waitMillis, long nowNanos) {
        this.lease = lease;
        this.place = place;
        this.waitNanos = waitMillis * NANOS_PER_MILLI;
        this.startNanos = nowNanos;
    }

    String lease() {
        return lease;
    }

    /** Offset of the record that took the place. */
    long place() {
        return place;
    }

    long deadlineNanos() {
        return startNanos + waitNanos + GRACE_NANOS;
    }

    void begin(long nowNanos) {
        startNanos = nowNanos;
    }

    /** Somebody comes to wait, and the place lasts its whole time again; returns which arrival this is. */
    int arrive(long nowNanos) {
        startNanos = nowNanos;
        return arrivals.incrementAndGet();
    }

    /** Whether nobody came after {@code arrival}. */
    boolean isLast(int arrival) {
        return arrivals.get() == arrival;
    }

    void granted(long newToken) {
        token = newToken;
        outcome.complete(Outcome.GRANTED);
    }

    void gone() {
        outcome.complete(Outcome.GONE);
    }

    void closed() {
        outcome.complete(Outcome.CLOSED);
    }

    boolean isGranted() {
        return token >= 0;
    }

    /** The token of the grant. */
    long token() {
        return token;
    }

    Outcome await(long nanos) throws InterruptedException {
        try {
            return nanos <= 0 ? outcome.getNow(Outcome.WAITING) : outcome.get(nanos, TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return Outcome.WAITING;
        } catch (ExecutionException e) {
            throw new IllegalStateException("expected an outcome of " + lease, e);
        }
    }
}
