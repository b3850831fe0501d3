package dev.cairn.internal.read;

import dev.cairn.DamagedLogException;
import org.jspecify.annotations.Nullable;

/**
 * What is known of records that were lost to damage.
 *
 * <p>Threading: as the implementation says.
 */
public interface Losses {
    /** Nothing is known. */
    static Losses none() {
        return new Losses() {
            @Override
            public boolean concern(byte kind, @Nullable String topic, String key, long head) {
                return false;
            }

            @Override
            public @Nullable DamagedLogException newest(byte kind, @Nullable String topic, String key) {
                return null;
            }
        };
    }

    /** Whether records of the entity are known to be lost; {@code head} is the offset of the newest that is left. */
    boolean concern(byte kind, @Nullable String topic, String key, long head);

    /** Whether any offset up to {@code offset} is known to be lost: what was there then may be more than what is left tells. */
    default boolean lostUpTo(long offset) {
        return false;
    }

    /** The damage in which the newest record of the entity was lost, so that nothing behind tells of it; null if it was not. */
    @Nullable
    DamagedLogException newest(byte kind, @Nullable String topic, String key);
}
