package dev.cairn.internal.kind;

import java.time.Instant;

/**
 * Times as the log keeps them, in microseconds since 1970, to and from {@link Instant}.
 *
 * <p>Threading: stateless.
 */
public final class Micros {
    private static final long PER_SECOND = 1_000_000;
    private static final int NANOS_PER_MICRO = 1_000;
    private static final long SECONDS_MAX = Long.MAX_VALUE / PER_SECOND - 1;

    private Micros() {}

    public static Instant toInstant(long micros) {
        long second = Math.floorDiv(micros, PER_SECOND);
        return Instant.ofEpochSecond(second, Math.floorMod(micros, PER_SECOND) * NANOS_PER_MICRO);
    }

    /** The last microsecond that is not after {@code time}; times of some 290,000 years away are cut to that. */
    public static long floor(Instant time) {
        long seconds = Math.max(-SECONDS_MAX, Math.min(SECONDS_MAX, time.getEpochSecond()));
        return seconds * PER_SECOND + time.getNano() / NANOS_PER_MICRO;
    }

    /** The first microsecond that is not before {@code time}; times of some 290,000 years away are cut to that. */
    public static long ceiling(Instant time) {
        long floor = floor(time);
        return toInstant(floor).isBefore(time) ? floor + 1 : floor;
    }
}
