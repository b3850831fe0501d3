package dev.cairn.server;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.function.Predicate;

/**
 * Requests that wait for something to happen. Only so many may, so that they never hold all threads; a draining server
 * ends their waiting early.
 *
 * <p>Threading: any thread.
 */
final class Waiters {
    private static final Duration SLICE = Duration.ofMillis(250);

    private final int max;
    private final Semaphore places;
    private final Lifecycle lifecycle;

    Waiters(int max, Lifecycle lifecycle) {
        this.max = max;
        this.places = new Semaphore(max);
        this.lifecycle = lifecycle;
    }

    /**
     * Waits until {@code happened} returns true.
     *
     * @param happened waits itself for the time it is given, and says whether it has happened
     * @return whether it happened in time
     * @throws ProblemException when too many wait already
     */
    boolean await(Duration timeout, Predicate<Duration> happened) {
        if (happened.test(Duration.ZERO)) {
            return true;
        }
        if (timeout.isZero()) {
            return false;
        }
        enter();
        try {
            long deadline = System.nanoTime() + timeout.toNanos();
            for (long left = timeout.toNanos(); left > 0; left = deadline - System.nanoTime()) {
                if (happened.test(Duration.ofNanos(Math.min(left, SLICE.toNanos())))) {
                    return true;
                }
                if (lifecycle.isDraining()) {
                    return false;
                }
            }
            return false;
        } finally {
            places.release();
        }
    }

    int count() {
        return max - places.availablePermits();
    }

    /** Takes a place for a wait that the engine does; {@link #leave} gives it back. */
    void enter() {
        if (!places.tryAcquire()) {
            throw new ProblemException(
                    Problems.overloaded("expected fewer requests that wait, all places are taken", 1_000));
        }
    }

    void leave() {
        places.release();
    }
}
