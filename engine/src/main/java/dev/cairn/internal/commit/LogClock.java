package dev.cairn.internal.commit;

import java.time.Clock;
import java.time.Instant;

/**
 * The log's time: the clock's, in microseconds, held where it is while the clock goes back.
 *
 * <p>Threading: commit lock held.
 */
final class LogClock {
    private static final long MICROS_PER_SECOND = 1_000_000;

    private final Clock clock;
    private long last;

    LogClock(Clock clock, long last) {
        this.clock = clock;
        this.last = last;
    }

    long next() {
        Instant now = clock.instant();
        last = Math.max(last, now.getEpochSecond() * MICROS_PER_SECOND + now.getNano() / 1_000);
        return last;
    }
}
