package dev.cairn.internal.state;

import dev.cairn.internal.codec.ByteSlab;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Keys and values off the heap: the current state of everything.
 *
 * <p>The hash space is cut into parts by the high bits of a key's hash, one {@link StateTable} each; a part that was never
 * written has none. A full table is replaced by a larger one, and from {@value #SHARDS_MIN} large ones on it is split into
 * four, so a store grows without a limit and no single growth copies more than a few thousand entries. Nothing is allocated
 * by reading and writing as such.
 *
 * <p>Threading: one writer at a time (the commit lock held); any number of readers at any moment, without waiting for
 * growth.
 */
public final class StateStore implements StateSource, StateWriter, AutoCloseable {
    /** Longest key in bytes. */
    public static final int KEY_BYTES_MAX = 2_610;

    /** Longest value that {@code valueBytesMax} may allow. */
    public static final int VALUE_BYTES_LIMIT = 256 * 1024;

    static final int SHARDS_MIN = 64;

    /** As many as there are threads to fill a store: their parts alternate in a checkpoint. */
    private static final int LOAD_LANES = 2;

    private static final int FIRST_DEPTH = Integer.numberOfTrailingZeros(SHARDS_MIN);

    private static final ThreadLocal<Lookup> LOOKUP = ThreadLocal.withInitial(Lookup::new);

    private final long seed;
    private final int valueBytesMax;
    private final TableShape firstShape;
    private final TableSpace space;
    private final TableWriter writer;
    private final StoredValue writerValue = new StoredValue(new ByteSlab(0));

    private volatile long size;
    private volatile @Nullable StateScan scan;
    private volatile boolean closed;

    /**
     * An empty store.
     *
     * @param seed of the key hash; stores of one installation share it
     * @param valueBytesMax longest value, at most {@link #VALUE_BYTES_LIMIT}
     */
    public StateStore(long seed, int valueBytesMax) {
        this(seed, checkedMax(valueBytesMax), FIRST_DEPTH, TableShape.SMALLEST);
    }

    private StateStore(long seed, int valueBytesMax, int depth, TableShape firstShape) {
        this.seed = seed;
        this.valueBytesMax = valueBytesMax;
        this.firstShape = firstShape;
        space = new TableSpace(depth);
        writer = new TableWriter(space, firstShape, seed);
    }

    /**
     * An empty store that takes {@code entries} of {@code entryBytesMean} bytes (key and value) without growing.
     *
     * @param entries expected number of entries
     * @param entryBytesMean expected mean of key and value in bytes
     */
    public static StateStore sized(long seed, int valueBytesMax, long entries, double entryBytesMean) {
        int depth = FIRST_DEPTH;
        while (depth < TableWriter.DEPTH_MAX && entries > TableShape.entriesFilled() << depth) {
            depth++;
        }
        long entriesEach = entries >>> depth;
        return new StateStore(seed, checkedMax(valueBytesMax), depth, TableShape.holding(entriesEach, entryBytesMean));
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
        return space.offHeapBytes();
    }

    /**
     * Replaces the content of {@code into} by the value of {@code key}; leaves it alone and returns false when there is
     * none. Any thread.
     */
    public boolean get(ByteSlab key, ByteSlab into) {
        Lookup lookup = LOOKUP.get();
        StoredKey sought = lookup.key.of(key, seed);
        while (true) {
            StateTable table = space.at(sought.hash());
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

    /** Like {@link #get}, for the one writer, who need not keep tables from being freed; commit lock held. */
    @Override
    public boolean getAsWriter(ByteSlab key, ByteSlab into) {
        requireOpen();
        return writer.get(writer.key(key), writerValue.of(into));
    }

    /** Sets the value of {@code key}; commit lock held. */
    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer at a time
    public void put(ByteSlab key, ByteSlab value) {
        requireLengths(key, value);
        requireOpen();
        StoredKey k = writer.key(key);
        saveForScan(k);
        if (writer.put(k, value)) {
            size = size + 1;
        }
    }

    /** Forgets {@code key}; returns whether it was there; commit lock held. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer at a time
    public boolean remove(ByteSlab key) {
        requireOpen();
        StoredKey k = writer.key(key);
        saveForScan(k);
        boolean removed = writer.remove(k);
        if (removed) {
            size = size - 1;
        }
        return removed;
    }

    /** Lets several threads fill this store, which is empty and which nobody else uses until the load is finished. */
    public StateLanes beginLoad() {
        requireOpen();
        if (size != 0) {
            throw new IllegalStateException("expected an empty store, was one of " + size + " entries");
        }
        return new StateLanes(this, space, firstShape, seed, LOAD_LANES, space.depth());
    }

    /**
     * Lets {@code count} threads change this store at once, until the lanes are finished; nobody else writes or scans it
     * meanwhile. Commit lock held.
     */
    public StateLanes lanes(int count) {
        requireOpen();
        return new StateLanes(this, space, firstShape, seed, count, FIRST_DEPTH);
    }

    /** A walk over every entry, one table at a time; any thread. */
    public StateWalk walk() {
        requireOpen();
        return new StateWalk(space);
    }

    /**
     * Visits every entry, one table at a time; entries that change meanwhile may be seen old, new or not at all. Any thread.
     */
    @Override
    public <X extends Exception> void forEach(StateVisitor<X> visitor) throws X {
        StateWalk walk = new StateWalk(space);
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
        StateStore saved =
                new StateStore(seed, valueBytesMax + StateScan.SAVED_EXTRA_BYTES, FIRST_DEPTH, TableShape.SMALLEST);
        StateScan begun = new StateScan(this, saved);
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
            space.free();
        }
    }

    /** The value of {@code key} as the writer sees it; commit lock held. */
    boolean getOwned(StoredKey key, StoredValue into) {
        return writer.get(key, into);
    }

    TableSpace space() {
        return space;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // when the lanes are done there is one writer again
    void added(long entries) {
        size = size + entries;
    }

    void endScan(StateScan ended) {
        if (scan == ended) {
            scan = null;
        }
    }

    void requireLengths(ByteSlab key, ByteSlab value) {
        requireLength("key", key.length(), 1, KEY_BYTES_MAX);
        requireLength("value", value.length(), 0, valueBytesMax);
    }

    private void saveForScan(StoredKey key) {
        StateScan running = scan;
        if (running != null) {
            running.beforeChange(key);
        }
    }

    void requireOpen() {
        if (closed) {
            throw new ClosedException();
        }
    }

    private static int checkedMax(int valueBytesMax) {
        if (valueBytesMax < 0 || valueBytesMax > VALUE_BYTES_LIMIT) {
            throw new IllegalArgumentException(
                    "expected a longest value from 0 to " + VALUE_BYTES_LIMIT + " bytes, was " + valueBytesMax);
        }
        return valueBytesMax;
    }

    private static void requireLength(String what, int length, int min, int max) {
        if (length < min || length > max) {
            throw new IllegalArgumentException(
                    "expected a " + what + " of " + min + " to " + max + " bytes, was " + length);
        }
    }

    /** The store was closed before or while it was used. */
    public static final class ClosedException extends IllegalStateException {
        private static final long serialVersionUID = 1L;

        ClosedException() {
            super("expected an open state store, was closed");
        }
    }

    /** What a reading thread reuses. */
    private static final class Lookup {
        private final StoredKey key = new StoredKey(new ByteSlab(0));
        private final StoredValue value = new StoredValue(new ByteSlab(0));
    }
}
