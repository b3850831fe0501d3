package dev.cairn.internal.commit;

import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.read.EntityReader;
import dev.cairn.internal.state.StateLanes;
import dev.cairn.internal.state.StateStore;
import java.util.function.Supplier;

/**
 * The current state in parts, for threads that change it at once: each part has entities of its own.
 *
 * <p>Threading: each part by one thread at a time; {@link #hash} and {@link #partOf} by any; {@link #close} when all are done.
 */
public final class SharedState implements AutoCloseable {
    private final StateLanes lanes;
    private final CurrentState[] parts;

    /**
     * @param readers gives each part a reader of its own
     * @param inlineBytesMax entities with a larger body are kept by reference to the log
     * @param count number of parts
     */
    public SharedState(StateStore store, Supplier<EntityReader> readers, int inlineBytesMax, int count) {
        lanes = store.lanes(count);
        parts = new CurrentState[count];
        for (int part = 0; part < count; part++) {
            parts[part] = new CurrentState(lanes.lane(part), readers.get(), inlineBytesMax);
        }
    }

    /** Entities of different hashes are different ones; those of one hash belong to one part. */
    public long hash(ByteSlab stateKey) {
        return lanes.hash(stateKey);
    }

    /** Which part the entities of {@code hash} belong to, from 0. */
    public int partOf(long hash) {
        return lanes.laneOf(hash);
    }

    public CurrentState part(int part) {
        return parts[part];
    }

    public int count() {
        return parts.length;
    }

    /** Makes the store one again. */
    @Override
    public void close() {
        lanes.finish();
    }
}
