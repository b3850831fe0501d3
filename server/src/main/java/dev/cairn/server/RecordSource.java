package dev.cairn.server;

import dev.cairn.LogRecord;
import java.time.Duration;
import java.util.List;

/**
 * Where a tail gets its records from.
 *
 * <p>Threading: {@link #next} on the tail's thread, {@link #close} on any.
 */
interface RecordSource extends AutoCloseable {
    /**
     * Waits for records that come next.
     *
     * @return some in order, or none when there were none in time
     * @throws dev.cairn.GoneException when the position has got into a range that was lost
     */
    List<LogRecord> next(Duration waitMax) throws InterruptedException;

    /** The offset at which {@link #next} goes on. */
    long position();

    /** Goes on at another offset, behind a range that was lost. */
    void skipTo(long offset);

    @Override
    void close();
}
