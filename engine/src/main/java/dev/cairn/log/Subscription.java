package dev.cairn.log;

import org.jspecify.annotations.Nullable;

/**
 * A running delivery of records to a subscriber, in order, each once, on one thread of its own. A slow subscriber never
 * blocks writers: it reads on in the log.
 *
 * <p>Threading: any thread.
 */
public interface Subscription extends AutoCloseable {
    /** The offset of the record that comes next. */
    long position();

    /** How many offsets are there for the subscriber that it has not been given yet; offsets that were lost count until it is over them. */
    long lag();

    /** Why delivery ended by itself (the subscriber threw, or the log is damaged); null while it runs. */
    @Nullable
    Throwable failure();

    /** Stops delivery; returns after the last call to the subscriber has ended. */
    @Override
    void close();
}
