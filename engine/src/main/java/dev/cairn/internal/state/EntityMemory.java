package dev.cairn.internal.state;

import dev.cairn.internal.codec.ByteSlab;
import java.util.UUID;

/**
 * A few bytes for each entity, kept off the heap by whoever checks a log: never the state itself.
 *
 * <p>Threading: one thread.
 */
public final class EntityMemory implements AutoCloseable {
    private final StateStore store;

    /** @param bytesMax the most that is remembered of one entity */
    public EntityMemory(UUID installation, int bytesMax) {
        store = new StateStore(StateStore.seedOf(installation), bytesMax);
    }

    /** Copies what is remembered under {@code key} into {@code into}; returns false and clears it when there is nothing. */
    public boolean get(ByteSlab key, ByteSlab into) {
        boolean found = store.getAsWriter(key, into);
        if (!found) {
            into.clear();
        }
        return found;
    }

    public void put(ByteSlab key, ByteSlab value) {
        store.put(key, value);
    }

    /** How many entities something is remembered of. */
    public long size() {
        return store.size();
    }

    @Override
    public void close() {
        store.close();
    }
}
