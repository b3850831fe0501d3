package dev.cairn.internal.codec;

import org.jspecify.annotations.Nullable;

/**
 * How the first record of each epoch is laid out, for whoever has to know where the epoch before it ended.
 *
 * <pre>
 *  0           4                       12                      20
 *  +-----------+-----------------------+-----------------------+
 *  | epoch     | first offset          | previous end          |   payload
 *  +-----------+-----------------------+-----------------------+
 * </pre>
 *
 * <p>Threading: stateless.
 */
public final class EpochOpening {
    /** Wire id of the kind that these records are of. */
    public static final byte KIND = 1;
    /** Wire id of their event. */
    public static final byte TYPE = 1;

    public static final int FIRST_OFFSET_AT = Integer.BYTES;
    public static final int PREVIOUS_END_AT = FIRST_OFFSET_AT + Long.BYTES;

    private EpochOpening() {}

    /** The last offset of the log before the epoch that {@code event} begins, −1 for none; null if it begins none. */
    public static @Nullable Long previousEnd(Event event) {
        return event.kind == KIND && event.type == TYPE ? event.payload.longAt(PREVIOUS_END_AT) : null;
    }
}
