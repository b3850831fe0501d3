package dev.cairn.internal.kind;

import dev.cairn.internal.codec.Event;

/**
 * Is shown what a command did, as part of its commit: who needs the entity as the command left it does not read it back.
 *
 * <p>Threading: the committing thread, commit lock held; copies what it wants to keep, and does nothing else.
 */
@FunctionalInterface
public interface Committed {
    /**
     * The command is in the log and in the state.
     *
     * @param first its first record, by whose offset the receipt knows it; valid until the method returns
     * @param after the entity of that record as it is now; valid until the method returns
     */
    void committed(Event first, Entity after);
}
