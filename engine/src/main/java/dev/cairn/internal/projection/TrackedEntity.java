package dev.cairn.internal.projection;

import dev.cairn.internal.kind.Entity;
import org.jspecify.annotations.Nullable;

/**
 * An entity that the follower touched lately, and what the database holds of it.
 *
 * <p>Threading: the follower's thread.
 */
final class TrackedEntity {
    /** What is known of the entity's row. */
    enum Stored {
        /** Nothing was looked up. */
        UNKNOWN,
        ABSENT,
        PRESENT
    }

    private static final int OVERHEAD_BYTES = 200;

    final String key;
    /** The entity after the last record that was applied. */
    Entity entity = new Entity();

    Stored stored = Stored.UNKNOWN;
    /** The row, where it is known. */
    @Nullable
    RowValues row;
    /** Whether {@link #entity} differs from the database. */
    boolean dirty;
    /** What it was counted as, in bytes. */
    long counted;

    TrackedEntity(String key) {
        this.key = key;
    }

    /** About how much memory it takes. */
    long bytes() {
        RowValues values = row;
        return (long) OVERHEAD_BYTES
                + key.length()
                + entity.value().array().length
                + (values == null ? 0 : values.bytes());
    }
}
