package dev.cairn.internal.state;

import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.KeyHash;

/**
 * Lets several threads change a store at once: each lane has its own parts of the hash space, part by part in turn, and so
 * tables that no other lane touches.
 *
 * <p>Threading: each {@link Lane} by one thread at a time; {@link #laneOf} by any; {@link #finish} when the lanes are done.
 */
public final class StateLanes {
    private final StateStore store;
    private final long seed;
    private final int partShift;
    private final Lane[] lanes;

    /** @param depth how many high bits of a hash the keys of each table have in common at least */
    StateLanes(StateStore store, TableSpace space, TableShape firstShape, long seed, int count, int depth) {
        this.store = store;
        this.seed = seed;
        partShift = Long.SIZE - depth;
        lanes = new Lane[count];
        for (int lane = 0; lane < count; lane++) {
            lanes[lane] = new Lane(store, new TableWriter(space, firstShape, seed));
        }
    }

    /**
     * The writer of one lane, for keys of that lane alone.
     *
     * <p>Threading: one thread at a time.
     */
    public static final class Lane implements StateWriter {
        private final StateStore store;
        private final TableWriter writer;
        private final StoredValue value = new StoredValue(new ByteSlab(0));
        private long added;

        private Lane(StateStore store, TableWriter writer) {
            this.store = store;
            this.writer = writer;
        }

        @Override
        public boolean getAsWriter(ByteSlab key, ByteSlab into) {
            store.requireOpen();
            return writer.get(writer.key(key), value.of(into));
        }

        @Override
        public void put(ByteSlab key, ByteSlab content) {
            store.requireLengths(key, content);
            store.requireOpen();
            if (writer.put(writer.key(key), content)) {
                added++;
            }
        }
    }

    public int count() {
        return lanes.length;
    }

    /** The hash of {@code key}, by which it belongs to a lane. */
    public long hash(ByteSlab key) {
        return KeyHash.of(key.array(), key.length(), seed);
    }

    /** Which lane a key of {@code hash} belongs to, from 0. */
    public int laneOf(long hash) {
        return (int) ((hash >>> partShift) % lanes.length);
    }

    public Lane lane(int lane) {
        return lanes[lane];
    }

    /** Makes the store know how many keys were added; the threads of the lanes have ended or handed over. */
    public void finish() {
        for (Lane lane : lanes) {
            store.added(lane.added);
            lane.added = 0;
        }
    }
}
