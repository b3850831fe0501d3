package dev.cairn.server;

import java.time.Instant;
import java.util.function.Function;
import java.util.function.LongFunction;

/**
 * The parameter {@code asOf}: the offset of the last record that counts, −1 for none, or a time of the log.
 *
 * <p>Threading: stateless.
 */
final class AsOf {
    static final String NAME = "asOf";

    private AsOf() {}

    /** What was there then: asks {@code atOffset} or {@code atTime}. */
    static <T> T read(String asOf, LongFunction<T> atOffset, Function<Instant, T> atTime) {
        return asOf.equals("-1") || asOf.matches("[0-9]{1,18}")
                ? atOffset.apply(Long.parseLong(asOf))
                : atTime.apply(Times.parse(asOf, NAME));
    }
}
