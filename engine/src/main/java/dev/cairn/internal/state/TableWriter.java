package dev.cairn.internal.state;

import dev.cairn.internal.codec.ByteSlab;

/**
 * Puts and removes the entries of a store and makes room for them.
 *
 * <p>Threading: one per writing thread; two of the same store only for keys of different parts of the directory.
 */
final class TableWriter {
    /** Keys that agree in so many bits are not separated further: their table grows instead. */
    static final int DEPTH_MAX = 24;

    /** Splitting into four copies each entry a third of a time for each one that is added; into two, a whole time. */
    private static final int SPLIT_BITS = 2;

    private final TableSpace space;
    private final TableShape firstShape;
    private final long seed;

    private final StoredKey key = new StoredKey(new ByteSlab(0));
    private final StoredValue value = new StoredValue(new ByteSlab(0));
    private final StoredKey movedKey = new StoredKey(new ByteSlab());
    private final StoredValue movedValue = new StoredValue(new ByteSlab());

    TableWriter(TableSpace space, TableShape firstShape, long seed) {
        this.space = space;
        this.firstShape = firstShape;
        this.seed = seed;
    }

    /** The key as the other methods want it; valid until the next call. */
    StoredKey key(ByteSlab content) {
        return key.of(content, seed);
    }

    boolean get(StoredKey sought, StoredValue into) {
        StateTable table = space.at(sought.hash());
        return table != null && table.get(sought, into);
    }

    /** Returns whether the key is new. */
    boolean put(StoredKey k, ByteSlab content) {
        int chunks = TableShape.chunksOf(k.size(), StoredValue.storedBytes(content.length()));
        return tableWithRoom(k.hash(), chunks).put(k, value.of(content));
    }

    /** Returns whether there was such a key. */
    boolean remove(StoredKey k) {
        StateTable table = space.at(k.hash());
        return table != null && table.remove(k);
    }

    private StateTable tableWithRoom(long hash, int chunks) {
        while (true) {
            StateTable table = space.at(hash);
            if (table == null) {
                int depth = space.depth();
                table = new StateTable(firstShape, depth, hash >>> Long.SIZE - depth);
                space.install(null, table);
            }
            if (table.hasRoom(chunks)) {
                return table;
            }
            grow(table, chunks);
        }
    }

    private void grow(StateTable full, int chunks) {
        TableShape shape = full.shape();
        if (full.depth() + SPLIT_BITS <= DEPTH_MAX && shape.isLargest(full.entries())) {
            split(full);
        } else {
            enlarge(full, shape.grown(full.entries(), full.chunks(), chunks));
        }
    }

    private void enlarge(StateTable full, TableShape shape) {
        StateTable larger = new StateTable(shape, full.depth(), full.prefix());
        full.forEach(movedKey, movedValue, (k, v) -> larger.put(k.hashed(seed), v));
        space.install(full, larger);
    }

    private void split(StateTable full) {
        int depth = full.depth() + SPLIT_BITS;
        StateTable[] parts = new StateTable[1 << SPLIT_BITS];
        for (int part = 0; part < parts.length; part++) {
            parts[part] = new StateTable(full.shape(), depth, full.prefix() << SPLIT_BITS | part);
        }
        full.forEach(movedKey, movedValue, (k, v) -> {
            int part = (int) (k.hashed(seed).hash() >>> Long.SIZE - depth) & parts.length - 1;
            parts[part].put(k, v);
        });
        space.install(full, parts);
    }
}
