package dev.cairn.internal.read;

import dev.cairn.internal.codec.ByteSlab;

/**
 * Where the newest value of each entity is known: header and body, or a header that refers to the log.
 *
 * <p>Threading: as the implementation says.
 */
@FunctionalInterface
public interface EntityHeaders {
    /** Copies the value under a state key into {@code into}; false when there never was such an entity. */
    boolean get(ByteSlab stateKey, ByteSlab into);
}
