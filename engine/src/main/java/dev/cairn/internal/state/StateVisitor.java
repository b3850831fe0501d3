package dev.cairn.internal.state;

import dev.cairn.internal.codec.ByteSlab;

/**
 * Takes the entries of a store one by one.
 *
 * <p>Threading: called by the thread that walks, with no lock of the store held.
 *
 * @param <X> what it may throw; it ends the walk
 */
@FunctionalInterface
public interface StateVisitor<X extends Exception> {
    /** Both slabs are reused for the next entry; the visitor copies what it keeps. */
    void entry(ByteSlab key, ByteSlab value) throws X;
}
