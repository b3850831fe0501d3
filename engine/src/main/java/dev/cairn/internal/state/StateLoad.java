package dev.cairn.internal.state;

import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.KeyHash;

/**
 * Fills a new store from several threads at once: each lane has its own parts of the hash space, table by table in turn.
 *
 * <p>Threading: {@link #put} by one thread for each lane; {@link #laneOf} by any; {@link #finish} when the lanes are done.
 */
public final class StateLoad {
    /** As many as there are threads to fill a store. */
    public static final int LANES = 2;

    private final StateStore store;
    private final long seed;
    private final int laneShift;
    private final TableWriter[] writers = new TableWriter[LANES];
    private final long[] added = new long[LANES * 16]; // sixteen apart: lanes do not share a cache line

    StateLoad(StateStore store, TableSpace space, TableShape firstShape, long seed) {
        this.store = store;
        this.seed = seed;
        laneShift = Long.SIZE - space.depth();
        for (int lane = 0; lane < LANES; lane++) {
            writers[lane] = new TableWriter(space, firstShape, seed);
        }
    }

    /** Which lane {@code key} belongs to, from 0. */
    public int laneOf(ByteSlab key) {
        return (int) (KeyHash.of(key.array(), key.length(), seed) >>> laneShift) & LANES - 1;
    }

    /** Sets the value of a key of {@code lane}. */
    public void put(int lane, ByteSlab key, ByteSlab value) {
        store.requireLengths(key, value);
        TableWriter writer = writers[lane];
        if (writer.put(writer.key(key), value)) {
            added[lane * 16]++;
        }
    }

    /** Makes the store know what was put; the threads of the lanes have ended or handed over. */
    public void finish() {
        long sum = 0;
        for (int lane = 0; lane < LANES; lane++) {
            sum += added[lane * 16];
        }
        store.loaded(sum);
    }
}
