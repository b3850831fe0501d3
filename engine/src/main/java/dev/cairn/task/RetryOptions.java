package dev.cairn.task;

import dev.cairn.InvalidRequestException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongUnaryOperator;

/**
 * How often a change is tried again that others were faster than, and how long it pauses before that. Before attempt
 * {@code n + 1} it pauses for some time up to {@code pauseMin * 2^(n-1)}, but never longer than {@code pauseMax}: who collides
 * once is spread, so that all do not collide again.
 *
 * <p>Threading: immutable.
 *
 * @param attemptsMax attempts in all, from 1; the last one's refusal is what the caller gets
 * @param pauseMin bound of the first pause
 * @param pauseMax bound of every pause, not below {@code pauseMin}
 * @param jitter takes a bound in nanoseconds and gives a pause from 0 up to it
 */
public record RetryOptions(int attemptsMax, Duration pauseMin, Duration pauseMax, LongUnaryOperator jitter) {
    private static final RetryOptions DEFAULTS = new RetryOptions(
            100,
            Duration.ofMillis(1),
            Duration.ofMillis(100),
            bound -> ThreadLocalRandom.current().nextLong(bound + 1));

    /** @throws InvalidRequestException when a value is out of its range */
    public RetryOptions {
        if (attemptsMax < 1) {
            throw new InvalidRequestException("expected attempts from 1, was " + attemptsMax, "attemptsMax");
        }
        if (pauseMin.isNegative() || pauseMax.compareTo(pauseMin) < 0 || pauseMax.compareTo(Duration.ofHours(1)) > 0) {
            throw new InvalidRequestException(
                    "expected pauses from 0 up to 1 h, the longest last, was " + pauseMin + " and " + pauseMax,
                    "pauseMax");
        }
    }

    /** 100 attempts, pauses of up to 1 ms at first and up to 100 ms at last, by chance. */
    public static RetryOptions defaults() {
        return DEFAULTS;
    }

    public RetryOptions withAttemptsMax(int attempts) {
        return new RetryOptions(attempts, pauseMin, pauseMax, jitter);
    }

    public RetryOptions withPauses(Duration min, Duration max) {
        return new RetryOptions(attemptsMax, min, max, jitter);
    }

    public RetryOptions withJitter(LongUnaryOperator newJitter) {
        return new RetryOptions(attemptsMax, pauseMin, pauseMax, newJitter);
    }

    /** The pause behind the {@code attempt}-th attempt, from 1, in nanoseconds. */
    long pauseNanos(int attempt) {
        long most = pauseMax.toNanos();
        long bound = pauseMin.toNanos();
        for (int i = 1; i < attempt && bound < most; i++) {
            bound *= 2; // below an hour: no overflow
        }
        bound = Math.min(bound, most);
        return Math.max(0, Math.min(bound, jitter.applyAsLong(bound)));
    }
}
