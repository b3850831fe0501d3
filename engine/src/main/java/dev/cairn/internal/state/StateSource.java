package dev.cairn.internal.state;

/**
 * Something whose entries can be visited: a store, a memory, or a scan of one.
 *
 * <p>Threading: as the implementation says.
 */
public interface StateSource {
    /** How many entries there are. */
    long size();

    /** Visits every entry. */
    <X extends Exception> void forEach(StateVisitor<X> visitor) throws X;
}
