package dev.cairn.log;

import dev.cairn.LogRecord;

/**
 * Receives what a subscription delivers. An exception ends the subscription.
 *
 * <p>Threading: called on the subscription's own thread, one call at a time.
 */
@FunctionalInterface
public interface LogSubscriber {
    void record(LogRecord record);

    /**
     * Says that no records exist from {@code first} to {@code last}: they were lost before they were durable, or were never
     * used. Called before the first record behind the gap.
     */
    default void gap(long first, long last) {}
}
