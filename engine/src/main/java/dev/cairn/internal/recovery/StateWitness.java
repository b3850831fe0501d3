package dev.cairn.internal.recovery;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Something beside the log that remembers state, and so whose newest records were where nothing is left: no later record names
 * those.
 *
 * <p>Threading: as the caller's.
 */
public interface StateWitness {
    /** Is told what is remembered. */
    interface Listener {
        /** Whether the record at {@code offset} is lost; only what concerns such records need be told. */
        boolean isLost(long offset);

        /**
         * An entity's newest record is lost.
         *
         * @param topic the user's topic, null for a built-in kind
         * @param head offset of that record
         * @param version that the record gave it
         */
        void entity(byte kind, @Nullable String topic, String key, long head, long version);

        /** The record of an operation is lost. */
        void operation(String id);
    }

    /** What it is called in progress. */
    String name();

    /**
     * Tells {@code listener}. Says nothing where there is nothing of this log.
     *
     * @throws IOException when it is damaged too; what was told before that counts all the same
     */
    void tell(Listener listener) throws IOException;
}
