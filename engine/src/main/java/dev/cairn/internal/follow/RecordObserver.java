package dev.cairn.internal.follow;

import dev.cairn.internal.codec.Event;

/**
 * What a follower feeds: receives every durable record once and in order, and keeps the position.
 *
 * <p>Threading: all methods are called by the follower's thread.
 */
public interface RecordObserver {
    /** The answer of {@link #retryAfterMillis} that ends the follower. */
    long GIVE_UP = -1;

    /**
     * Begins, or begins anew: forgets every record after the position.
     *
     * @return the position: the last offset whose record is kept for good, −1 for none
     */
    long resume();

    /** Takes one record. The event is reused: nothing of it may be kept. */
    void record(Event event);

    /** Ends a batch; never inside a document. */
    void batchEnd(BatchEnd end);

    /** Called about once a second while there is nothing to read. */
    default void idle() {}

    /**
     * Says what is to happen after {@code failure} came out of the source or of a method above.
     *
     * @return after how many milliseconds to go on with {@link #resume}, or {@link #GIVE_UP}
     */
    default long retryAfterMillis(Throwable failure) {
        return GIVE_UP;
    }
}
