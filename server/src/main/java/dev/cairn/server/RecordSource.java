package dev.cairn.server;

import dev.cairn.LogRecord;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a tail gets its records from.
 *
 * <p>Threading: {@link #next} on the tail's thread, {@link #close} on any.
 */
interface RecordSource extends AutoCloseable {
    /** Waits for what comes next; an empty chunk when nothing came in time. */
    Chunk next(Duration waitMax) throws InterruptedException;

    /** The offset at which {@link #next} goes on. */
    long position();

    @Override
    void close();

    /** A gap, records in order, or neither. */
    record Chunk(@Nullable Gap gap, List<LogRecord> records) {
        static final Chunk NOTHING = new Chunk(null, List.of());

        static Chunk of(List<LogRecord> records) {
            return new Chunk(null, records);
        }
    }

    /** Offsets that no records exist of any more, both included. */
    record Gap(long first, long last) {}
}
