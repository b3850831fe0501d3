package dev.cairn.log;

import dev.cairn.InvalidRequestException;
import dev.cairn.LogRecord;
import java.time.Duration;

/**
 * How a chain of hooks runs. Immutable: each {@code with…} method returns a changed copy.
 *
 * @param delivery which records, from where
 * @param attemptsMax how often a hook is given a record before {@code whenExhausted} applies, 1 to 1,000; default 5
 * @param backoffMin wait before the second attempt; each further wait is twice as long. 1 ms to 1 h; default 100 ms
 * @param backoffMax the longest wait. {@code backoffMin} to 1 h; default 5 s
 * @param whenExhausted what becomes of a record that a hook did not take; default {@link WhenExhausted#SKIP}
 * @param errors is told of every attempt that failed
 */
public record HookOptions(
        SubscribeOptions delivery,
        int attemptsMax,
        Duration backoffMin,
        Duration backoffMax,
        WhenExhausted whenExhausted,
        Errors errors) {
    private static final int ATTEMPTS_MOST = 1_000;
    private static final Duration BACKOFF_MOST = Duration.ofHours(1);

    /** What becomes of a record that a hook did not take in {@link #attemptsMax} attempts. */
    public enum WhenExhausted {
        /** The hook does not get it; the rest of the chain does, and the hook gets the next one. */
        SKIP,
        /** The whole chain ends, before the rest of the chain gets the record; {@link Hooks#failure} says why. */
        STOP
    }

    /** Is told what failed, on the chain's thread; what it throws itself is logged and forgotten. */
    @FunctionalInterface
    public interface Errors {
        /** @param attempt from 1 */
        void failed(String hook, LogRecord record, int attempt, Exception failure);
    }

    /** @throws InvalidRequestException when a value is out of its range */
    public HookOptions {
        if (attemptsMax < 1 || attemptsMax > ATTEMPTS_MOST) {
            throw new InvalidRequestException(
                    "expected attemptsMax from 1 to " + ATTEMPTS_MOST + ", was " + attemptsMax, "attemptsMax");
        }
        if (backoffMin.toMillis() < 1
                || backoffMin.compareTo(backoffMax) > 0
                || backoffMax.compareTo(BACKOFF_MOST) > 0) {
            throw new InvalidRequestException(
                    "expected a backoff from 1 ms to 1 h, was " + backoffMin + " to " + backoffMax, "backoffMin");
        }
    }

    public static HookOptions from(From from) {
        return of(SubscribeOptions.from(from));
    }

    public static HookOptions of(SubscribeOptions delivery) {
        return new HookOptions(
                delivery,
                5,
                Duration.ofMillis(100),
                Duration.ofSeconds(5),
                WhenExhausted.SKIP,
                (hook, record, attempt, failure) -> {});
    }

    public HookOptions withFilter(LogFilter value) {
        return new HookOptions(delivery.withFilter(value), attemptsMax, backoffMin, backoffMax, whenExhausted, errors);
    }

    public HookOptions withAttempts(int max, Duration backoffFirst, Duration backoffLongest) {
        return new HookOptions(delivery, max, backoffFirst, backoffLongest, whenExhausted, errors);
    }

    public HookOptions withWhenExhausted(WhenExhausted value) {
        return new HookOptions(delivery, attemptsMax, backoffMin, backoffMax, value, errors);
    }

    public HookOptions withErrors(Errors value) {
        return new HookOptions(delivery, attemptsMax, backoffMin, backoffMax, whenExhausted, value);
    }
}
