package dev.cairn.internal.state;

import dev.cairn.internal.codec.ByteSlab;

/**
 * Who may change a store, or one lane of it.
 *
 * <p>Threading: one thread at a time.
 */
public interface StateWriter {
    /** Replaces the content of {@code into} by the value of {@code key}; leaves it alone and returns false when there is none. */
    boolean getAsWriter(ByteSlab key, ByteSlab into);

    /** Sets the value of {@code key}. */
    void put(ByteSlab key, ByteSlab value);
}
