package dev.cairn;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One immutable entry of the log.
 *
 * <p>Threading: immutable; any thread.
 */
public interface LogRecord {
    /** The record's address. */
    long offset();

    /** The writable opening in which it was written. */
    int epoch();

    /** The log's time; never goes back from record to record. */
    Instant at();

    /** The caller's own time for the change, if given. */
    @Nullable
    Instant occurredAt();

    /** What it is about: {@code task}, or the user's topic. */
    String topic();

    String key();

    /** What happened: {@code created}, {@code patched}, or the user's type. */
    String type();

    /** Who acted, if known. */
    @Nullable
    String actor();

    /** The operation id that the writer gave, if any. */
    @Nullable
    String operation();

    /** Offset of the record before this one about the same topic and key, −1 for none. */
    long prev();

    /** How many records have been about the same topic and key, with this one. */
    long version();

    /** The leases under which it was written: those whose tokens the writer presented. */
    List<Fence> fences();

    /** The payload as JSON text. */
    String payload();
}
