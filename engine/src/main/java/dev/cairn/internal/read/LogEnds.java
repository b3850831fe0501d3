package dev.cairn.internal.read;

import java.util.concurrent.TimeUnit;

/**
 * How far the log reaches, and how to wait for more.
 *
 * <p>Threading: any thread.
 */
public interface LogEnds {
    /** The last record that is on disk, −1 for none. */
    long durableOffset();

    /** The last record that was accepted, −1 for none. */
    long appendedOffset();

    /** The offset that the next record will get, at the earliest. */
    long endOffset();

    /**
     * Waits until {@link #durableOffset} (or, if {@code accepted}, {@link #appendedOffset}) is at least {@code offset}.
     *
     * @return false when the time is over first
     */
    boolean await(long offset, boolean accepted, long time, TimeUnit unit) throws InterruptedException;
}
