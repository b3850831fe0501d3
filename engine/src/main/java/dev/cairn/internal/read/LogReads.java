package dev.cairn.internal.read;

import dev.cairn.LogRecord;
import dev.cairn.internal.kind.Kinds;
import dev.cairn.internal.segment.LogCursor;
import dev.cairn.log.LogFilter;
import org.jspecify.annotations.Nullable;

/**
 * A run through the log that shows the records a filter lets pass.
 *
 * <p>Threading: one thread at a time.
 */
public final class LogReads {
    private final LogCursor cursor;
    private final RecordSieve sieve;

    public LogReads(Kinds kinds, LogCursor cursor, LogFilter filter) {
        this(cursor, new RecordSieve(kinds, filter));
    }

    LogReads(LogCursor cursor, RecordSieve sieve) {
        this.cursor = cursor;
        this.sieve = sieve;
    }

    public void seek(long offset) {
        cursor.seek(offset);
    }

    /** The offset at which to go on. */
    public long nextOffset() {
        return cursor.nextOffset();
    }

    /** Moves on by one record up to {@code through}; false at the end. */
    public boolean advance(long through) {
        return cursor.next(through);
    }

    /** Offset of the record that {@link #advance} moved to. */
    public long offset() {
        return cursor.frame().offset();
    }

    /** The record that {@link #advance} moved to, or null when the filter holds it back. */
    public @Nullable LogRecord record() {
        return sieve.pass(cursor.frame());
    }
}
