package dev.cairn.internal.state;

import dev.cairn.internal.codec.ByteSlab;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Keys and values off the heap: the current state of everything.
 *
 * <p>The hash space is cut into parts by the high bits of a key's hash, one {@link StateTable} each; a part that was never
 * written has none. A full table is replaced by a larger one, and from {@value #SHARDS_MIN} large ones on it is split into
 * two, so a store grows without a limit and no single growth copies more than a few thousand entries. Nothing is allocated
 * by reading and writing as such.
 *
 * <p>Threading: one writer at a time (the commit lock held); any number of readers at any moment, without waiting for
 * growth.
 */
public final class StateStore implements StateSource, AutoCloseable {
    /** Longest key in bytes. */
    public static final int KEY_BYTES_MAX = 1_030;

    /** Longest value that {@code valueBytesMax} may allow. */
    public static final int VALUE_BYTES_LIMIT = 256 * 1024;

    static final int SHARDS_MIN = 64;

    private static final int FIRST_DEPTH = Integer.numberOfTrailingZeros(SHARDS_MIN);

    /** Keys that agree in so many bits are not separated further: their table grows instead. */
    private static final int DEPTH_MAX = 24;

    private static final ThreadLocal<Lookup> LOOKUP = ThreadLocal.withInitial(Lookup::new);

    private final long seed;
    private final int valueBytesMax;
    private final TableShape firstShape;

    private final Span writtenKey = new Span(new ByteSlab(0));
    private final Span writtenValue = new Span(new ByteSlab(0));
    private final Span movedKey = new Span(new ByteSlab());
    private final Span movedValue = new Span(new ByteSlab());

    private volatile TableDirectory directory;
    private volatile long size;
    private volatile @Nullable StateScan scan;
    private volatile boolean closed;
    private volatile boolean freed;

    /**
     * An empty store.
     *
     * @param seed of the key hash; stores of one installation share it
     * @param valueBytesMax longest value, at most {@link #VALUE_BYTES_LIMIT}
     */
    public StateStore(long seed, int valueBytesMax) {
        this(seed, valueBytesMax, FIRST_DEPTH, TableShape.SMALLEST);
    }

    private StateStore(long seed, int valueBytesMax, int depth, TableShape firstShape) {
        if (valueBytesMax < 0 || valueBytesMax > VALUE_BYTES_LIMIT) {
            throw new IllegalArgumentException(
                    "expected a longest value from 0 to " + VALUE_BYTES_LIMIT + " bytes, was " + valueBytesMax);
        }
        this.seed = seed;
        this.valueBytesMax = valueBytesMax;
        this.firstShape = firstShape;
        directory = new TableDirectory(depth);
    }

    /**
     * An empty store that takes {@code entries} of {@code entryBytesMean} bytes (key and value) without growing.
     *
     * @param entries expected number of entries
     * @param entryBytesMean expected mean of key and value in bytes
     */
    public static StateStore sized(long seed, int valueBytesMax, long entries, double entryBytesMean) {
        int depth = FIRST_DEPTH;
        while (depth < DEPTH_MAX && entries > TableShape.entriesFilled() << depth) {
            depth++;
        }
        long entriesEach = entries >>> depth;
        return new StateStore(seed, valueBytesMax, depth, TableShape.holding(entriesEach, entryBytesMean));
    }

    /** The seed for the stores of an installation: whoever does not know its identity cannot make keys collide. */
    public static long seedOf(UUID installation) {
        return installation.getMostSignificantBits() * 31 + installation.getLeastSignificantBits();
    }

    /** How many keys there are. */
    @Override
    public long size() {
        return size;
    }

    /** Memory outside the heap in bytes, reserved rather than touched. */
    public long offHeapBytes() {
        TableDirectory all = directory;
        long sum = 0;
        StateTable last = null;
        for (int slot = 0; slot < all.size(); slot++) {
            StateTable table = all.at(slot);
            if (table != null && table != last && table.enter()) {
                sum += table.offHeapBytes();
                table.exit();
            }
            last = table;
        }
        return sum;
    }

    /**
     * Replaces the content of {@code into} by the value of {@code key}; leaves it alone and returns false when there is
     * none. Any thread.
     */
    public boolean get(ByteSlab key, ByteSlab into) {
        Lookup lookup = LOOKUP.get();
        Span sought = lookup.key.ofKey(key, seed);
        while (true) {
            TableDirectory all = directory;
            StateTable table = all.at(all.slotOf(sought.hash()));
            if (table == null) {
                requireOpen();
                return false;
            }
            if (table.enter()) {
                try {
                    return table.get(sought, lookup.value.of(into));
                } finally {
                    table.exit();
                }
            }
        }
    }

    /** Sets the value of {@code key}; commit lock held. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer at a time
    public void put(ByteSlab key, ByteSlab value) {
        requireLength("key", key.length(), 1, KEY_BYTES_MAX);
        requireLength("value", value.length(), 0, valueBytesMax);
        requireOpen();
        Span k = writtenKey.ofKey(key, seed);
        saveForScan(k);
        int chunks = TableShape.chunksOf(key.length(), value.length());
        if (tableWithRoom(k.hash(), chunks).put(k, writtenValue.of(value))) {
            size = size + 1;
        }
    }

    /** Forgets {@code key}; returns whether it was there; commit lock held. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer at a time
    public boolean remove(ByteSlab key) {
        requireOpen();
        Span k = writtenKey.ofKey(key, seed);
        StateTable table = tableOf(k.hash());
        if (table == null) {
            return false;
        }
        saveForScan(k);
        boolean removed = table.remove(k);
        if (removed) {
            size = size - 1;
        }
        return removed;
    }

    /**
     * Visits every entry, one table at a time; entries that change meanwhile may be seen old, new or not at all. Any thread.
     */
    @Override
    public <X extends Exception> void forEach(StateVisitor<X> visitor) throws X {
        StateWalk walk = new StateWalk(this);
        while (walk.advance()) {
            walk.forEach(visitor);
        }
    }

    /**
     * Fixes the present content to be read later, while writing goes on; commit lock held. At most one scan at a time.
     */
    public StateScan beginScan() {
        requireOpen();
        if (scan != null) {
            throw new IllegalStateException("expected no scan of this store, was one that is not closed");
        }
        StateScan begun = new StateScan(this, new StateStore(seed, Math.min(VALUE_BYTES_LIMIT, valueBytesMax + 1)));
        scan = begun;
        return begun;
    }

    /**
     * Ends all use; the memory goes when the readers that are inside have left and a running scan has ended. Commit lock
     * held.
     */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        StateScan running = scan;
        if (running == null || !running.freesStoreAtEnd()) {
            free();
        }
    }

    /** The value of {@code key} as the writer sees it; commit lock held. */
    boolean getOwned(Span key, Span into) {
        StateTable table = tableOf(key.hash());
        return table != null && table.get(key, into);
    }

    void endScan(StateScan ended) {
        if (scan == ended) {
            scan = null;
        }
    }

    /** Lets go of every table, once, after the store was closed. */
    void free() {
        freed = true;
        TableDirectory all = directory;
        for (int slot = 0; slot < all.size(); slot++) {
            StateTable table = all.at(slot);
            if (table != null) {
                all.fill(table.depth(), table.prefix(), null);
                table.retire();
            }
        }
    }

    /**
     * Copies the table that covers the hash {@code from} into {@code walk}.
     *
     * @return the first hash, as an unsigned number, beyond that table; 0 after the last
     */
    long copyTable(long from, StateWalk walk) {
        while (true) {
            TableDirectory all = directory;
            int slot = all.slotOf(from);
            StateTable table = all.at(slot);
            if (freed) {
                throw new ClosedException();
            }
            if (table == null) {
                return all.endOf(slot);
            }
            if (table.enter()) {
                try {
                    walk.copy(table);
                    return table.prefix() + 1 << Long.SIZE - table.depth();
                } finally {
                    table.exit();
                }
            }
        }
    }

    private void saveForScan(Span key) {
        StateScan running = scan;
        if (running != null) {
            running.beforeChange(key);
        }
    }

    private @Nullable StateTable tableOf(long hash) {
        TableDirectory all = directory;
        return all.at(all.slotOf(hash));
    }

    private StateTable tableWithRoom(long hash, int chunks) {
        StateTable table = tableOf(hash);
        if (table == null) {
            TableDirectory all = directory;
            table = new StateTable(firstShape, all.depth(), all.slotOf(hash));
            all.fill(table.depth(), table.prefix(), table);
        }
        while (!table.hasRoom(chunks)) {
            grow(table, chunks);
            TableDirectory all = directory;
            table = all.existingAt(all.slotOf(hash));
        }
        return table;
    }

    private void grow(StateTable full, int chunks) {
        TableShape shape = full.shape();
        if (full.depth() < DEPTH_MAX && shape.isLargest(full.entries())) {
            split(full);
        } else {
            replace(
                    full,
                    new StateTable(shape.grown(full.entries(), full.chunks(), chunks), full.depth(), full.prefix()));
        }
    }

    private void replace(StateTable full, StateTable larger) {
        full.forEach(movedKey, movedValue, (key, value) -> larger.put(key.hashed(seed), value));
        directory.fill(larger.depth(), larger.prefix(), larger);
        full.retire();
    }

    private void split(StateTable full) {
        int depth = full.depth() + 1;
        StateTable low = new StateTable(full.shape(), depth, full.prefix() << 1);
        StateTable high = new StateTable(full.shape(), depth, full.prefix() << 1 | 1);
        full.forEach(movedKey, movedValue, (key, value) -> {
            boolean isHigh = (key.hashed(seed).hash() >>> Long.SIZE - depth & 1) != 0;
            (isHigh ? high : low).put(key, value);
        });
        if (depth > directory.depth()) {
            directory = directory.doubled();
        }
        TableDirectory all = directory;
        all.fill(depth, low.prefix(), low);
        all.fill(depth, high.prefix(), high);
        full.retire();
    }

    private void requireOpen() {
        if (closed) {
            throw new ClosedException();
        }
    }

    private static void requireLength(String what, int length, int min, int max) {
        if (length < min || length > max) {
            throw new IllegalArgumentException(
                    "expected a " + what + " of " + min + " to " + max + " bytes, was " + length);
        }
    }

    /** The store was closed before or while it was used. */
    static final class ClosedException extends IllegalStateException {
        private static final long serialVersionUID = 1L;

        ClosedException() {
            super("expected an open state store, was closed");
        }
    }

    /** What a reading thread reuses. */
    private static final class Lookup {
        private final Span key = new Span(new ByteSlab(0));
        private final Span value = new Span(new ByteSlab(0));
    }
}
