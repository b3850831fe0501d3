package dev.cairn.inspect;

import dev.cairn.internal.codec.Event;
import java.io.IOException;
import java.nio.file.Path;

/**
 * One thing that is looked at in a verification: before the log is read, while its records pass by in order of offset, and when
 * all have. {@link Verifier} lists every check there is.
 *
 * <p>Threading: one thread.
 */
interface Check extends AutoCloseable {
    /** Where a record stands. */
    record Place(Path file, int position, int checksum) {}

    /**
     * Where the log ends.
     *
     * @param file the newest segment, or the log's directory when there is none
     * @param position behind the last record
     * @param offset of the last record, −1 for none
     * @param epoch of the last record, 0 for none
     * @param checksum of the last record, 0 for none
     * @param durable the highest offset that records and manifests know to have been durable, −1 for none
     * @param sealed whether every segment has a manifest
     */
    record LogEnd(Path file, int position, long offset, int epoch, int checksum, long durable, boolean sealed) {}

    /** Looks at files. */
    default void begin() throws IOException {}

    /** Looks at the next record. */
    default void record(Place place, Event event) {}

    /** There are no records of these offsets, and not because an opening left them out: they are lost, or a repair gave them up. */
    default void missing(long first, long last) {}

    /** Looks at what all records together say. */
    default void end(LogEnd end) throws IOException {}

    @Override
    default void close() throws IOException {}
}
