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

    private Micros() {}

    public static Instant toInstant(long micros) {
        long second = Math.floorDiv(micros, PER_SECOND);
        return Instant.ofEpochSecond(second, Math.floorMod(micros, PER_SECOND) * NANOS_PER_MICRO);
    }

    /** The last microsecond that is not after {@code time}; times beyond the range of a {@code long} are cut to it. */
    public static long floor(Instant time) {
        try {
            return Math.addExact(
                    Math.multiplyExact(time.getEpochSecond(), PER_SECOND), time.getNano() / NANOS_PER_MICRO);
        } catch (ArithmeticException e) {
            return time.getEpochSecond() < 0 ? Long.MIN_VALUE + 1 : Long.MAX_VALUE;
        }
    }

    /** The first microsecond that is not before {@code time}; times beyond the range of a {@code long} are cut to it. */
    @SuppressWarnings("JavaInstantGetSecondsGetNano") // only what lies between two microseconds matters
    public static long ceiling(Instant time) {
        long floor = floor(time);
        return time.getNano() % NANOS_PER_MICRO == 0 || floor == Long.MAX_VALUE ? floor : floor + 1;
    }
}
