package dev.cairn.log;

import java.util.List;

/**
 * A running chain of hooks: {@link Subscription#position} is the record that the chain works on or waits for, and {@link
 * Subscription#lag} how far it is behind.
 *
 * <p>Threading: any thread.
 */
public interface Hooks extends Subscription {
    /** How each hook fares, in the order of the chain. */
    List<Status> status();

    /**
     * Counters of one hook since the chain was started.
     *
     * @param taken records that it took
     * @param failures attempts that failed
     * @param skipped records that it did not get
     */
    record Status(String name, long taken, long failures, long skipped) {}
}
