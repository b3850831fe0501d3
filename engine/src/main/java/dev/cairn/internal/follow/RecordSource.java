package dev.cairn.internal.follow;

import dev.cairn.internal.codec.Event;

/**
 * The durable log as one follower reads it, front to back.
 *
 * <p>Threading: one instance for each follower, used by its thread alone.
 */
public interface RecordSource extends AutoCloseable {
    /**
     * Copies the next durable record into {@code into}.
     *
     * @return false when no further record is durable yet
     * @throws dev.cairn.DamagedLogException when the record cannot be read
     * @throws dev.cairn.GoneException when the record is below the start of the log
     */
    boolean next(Event into);

    /** Whether the record read last is the last one of its document. */
    boolean atDocumentEnd();

    /** The checksum that the frame of the record read last carries. */
    int checksum();

    /** The last offset that may be read, −1 for none; never goes back. */
    long durableOffset();

    /**
     * Waits until {@link #durableOffset} is at least {@code offset}.
     *
     * @return whether it is
     */
    boolean awaitDurable(long offset, long timeoutNanos) throws InterruptedException;

    @Override
    void close();

    /** Opens sources on one log. */
    @FunctionalInterface
    interface Opener {
        /** A source whose first record is that at {@code from}, or the first one behind it if it was lost. */
        RecordSource open(long from);
    }
}
