package dev.cairn.internal.commit;

import dev.cairn.internal.kind.Micros;
import java.time.Clock;

/**
 * The log's time: the clock's, in microseconds, held where it is while the clock goes back.
 *
 * <p>Threading: commit lock held.
 */
final class LogClock {
    private final Clock clock;
    private long last;

    LogClock(Clock clock, long last) {
        this.clock = clock;
        this.last = last;
    }

    long next() {
        last = Math.max(last, Micros.floor(clock.instant()));
        return last;
    }
}
