package dev.cairn.internal.state;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.BiConsumer;
import net.openhft.chronicle.hash.Data;
import net.openhft.chronicle.map.ChronicleMap;
import net.openhft.chronicle.map.ChronicleMapBuilder;
import net.openhft.chronicle.map.ExternalMapQueryContext;
import net.openhft.chronicle.map.MapAbsentEntry;
import net.openhft.chronicle.map.MapEntry;

/**
 * The entries of one part of the hash space, in one off-heap Chronicle Map of one segment.
 *
 * <p>A table never moves: a full one is replaced by others. Its memory is freed when it was {@link #retire
 * retired} and the last reader that had {@link #enter entered} has left; so nobody reads freed memory. Count 0 means freed,
 * the table itself holds one count until it is retired.
 *
 * <p>Threading: writing and retiring with the commit lock held; {@link #get} and {@link #forEach} by any thread that has
 * entered, or with the commit lock held.
 */
final class StateTable {
    private static final VarHandle HOLDERS;

    static {
        try {
            HOLDERS = MethodHandles.lookup().findVarHandle(StateTable.class, "holders", int.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    /** Room that Chronicle may add by itself when free chunks are too scattered for a long value. */
    private static final double BLOAT_MAX = 8;

    private final TableShape shape;
    private final int depth;
    private final long prefix;
    private final ChronicleMap<StoredKey, StoredValue> map;

    private int entries;
    private long chunks;

    @SuppressWarnings("unused") // by way of HOLDERS
    private volatile int holders = 1;

    /**
     * @param shape how much it holds
     * @param depth how many high bits of the hash all its keys share
     * @param prefix those bits
     */
    StateTable(TableShape shape, int depth, long prefix) {
        this.shape = shape;
        this.depth = depth;
        this.prefix = prefix;
        map = ChronicleMapBuilder.of(StoredKey.class, StoredValue.class)
                .keyReaderAndDataAccess(StoredKey.MARSHALLER, StoredKey.MARSHALLER)
                .valueReaderAndDataAccess(StoredValue.MARSHALLER, StoredValue.MARSHALLER)
                .averageKeySize(TableShape.CHUNK_BYTES)
                .averageValueSize(TableShape.CHUNK_BYTES)
                .actualSegments(1)
                .entriesPerSegment(shape.entries())
                .actualChunkSize(TableShape.CHUNK_BYTES)
                .actualChunksPerSegmentTier(shape.chunks())
                .maxBloatFactor(BLOAT_MAX)
                .checksumEntries(false)
                .skipCloseOnExitHook(true)
                .create();
    }

    TableShape shape() {
        return shape;
    }

    int depth() {
        return depth;
    }

    /** The high {@link #depth} bits that all keys share. */
    long prefix() {
        return prefix;
    }

    int entries() {
        return entries;
    }

    long chunks() {
        return chunks;
    }

    long offHeapBytes() {
        return map.offHeapMemoryUsed();
    }

    /** Keeps the memory from being freed until {@link #exit}; false when the table was replaced. */
    boolean enter() {
        int seen;
        do {
            seen = holders;
            if (seen == 0) {
                return false;
            }
        } while (!HOLDERS.compareAndSet(this, seen, seen + 1));
        return true;
    }

    void exit() {
        if ((int) HOLDERS.getAndAdd(this, -1) == 1) {
            map.close();
        }
    }

    /** Lets the memory go as soon as no reader is inside; its successors must be in place. */
    void retire() {
        exit();
    }

    boolean isFreed() {
        return map.isClosed();
    }

    boolean get(StoredKey key, StoredValue into) {
        return map.getUsing(key, into) != null;
    }

    boolean hasRoom(int chunksMore) {
        return shape.hasRoom(entries, chunks, chunksMore);
    }

    /** Returns whether the key is new. */
    boolean put(StoredKey key, StoredValue value) {
        try (ExternalMapQueryContext<StoredKey, StoredValue, ?> query = map.queryContext((Data<StoredKey>) key)) {
            query.updateLock().lock();
            MapEntry<StoredKey, StoredValue> entry = query.entry();
            if (entry != null) {
                long bytesBefore = entry.value().size();
                int before = TableShape.chunksOf(key.size(), bytesBefore);
                query.replaceValue(entry, value.inPlaceOf(bytesBefore));
                chunks += TableShape.chunksOf(key.size(), value.size()) - before;
                return false;
            }
            MapAbsentEntry<StoredKey, StoredValue> absent = query.absentEntry();
            query.insert(absent, value);
            entries++;
            chunks += TableShape.chunksOf(key.size(), value.size());
            return true;
        }
    }

    /** Returns whether there was such a key. */
    boolean remove(StoredKey key) {
        try (ExternalMapQueryContext<StoredKey, StoredValue, ?> query = map.queryContext((Data<StoredKey>) key)) {
            query.updateLock().lock();
            MapEntry<StoredKey, StoredValue> entry = query.entry();
            if (entry == null) {
                return false;
            }
            int before = TableShape.chunksOf(key.size(), entry.value().size());
            query.remove(entry);
            entries--;
            chunks -= before;
            return true;
        }
    }

    /** Hands every entry to {@code visitor} by way of the two given; writers of this table wait meanwhile. */
    void forEach(StoredKey key, StoredValue value, BiConsumer<StoredKey, StoredValue> visitor) {
        map.forEachEntry(entry -> {
            key.copyFrom(entry.key());
            value.copyFrom(entry.value());
            visitor.accept(key, value);
        });
    }
}
