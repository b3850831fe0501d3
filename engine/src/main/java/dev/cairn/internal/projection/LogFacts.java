package dev.cairn.internal.projection;

import dev.cairn.DamagedLogException;
import java.util.OptionalInt;
import java.util.UUID;

/**
 * What the projection must know of the log to tell whether its rows were made from it.
 *
 * <p>Threading: any thread.
 */
public interface LogFacts {
    UUID installation();

    /**
     * The checksum of the frame at {@code offset}, or nothing when the log holds no such record.
     *
     * @throws DamagedLogException when it holds one that cannot be read
     */
    OptionalInt checksumAt(long offset);

    /** The last durable offset, −1 for none. */
    long durableOffset();

    /** The offset that the next record will get, at the earliest. */
    long endOffset();
}
