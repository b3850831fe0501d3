package dev.cairn.internal.kind;

import dev.cairn.InvalidRequestException;
import java.time.Duration;
import java.util.Objects;

/**
 * Durations that callers give, in milliseconds.
 *
 * <p>Threading: stateless.
 */
public final class Millis {
    private Millis() {}

    /**
     * The whole milliseconds of {@code time}.
     *
     * @param where pointer or parameter name, for the error
     * @throws InvalidRequestException when it is not from {@code min} to {@code max}
     */
    public static long within(Duration time, Duration min, Duration max, String where) {
        Objects.requireNonNull(time, where);
        if (time.compareTo(min) < 0 || time.compareTo(max) > 0) {
            throw new InvalidRequestException(
                    "expected " + min.toMillis() + " to " + max.toMillis() + " ms, was " + time, where);
        }
        return time.toMillis();
    }
}
