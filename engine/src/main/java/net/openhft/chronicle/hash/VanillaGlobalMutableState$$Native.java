package net.openhft.chronicle.hash;

import net.openhft.chronicle.bytes.BytesStore;
import org.jspecify.annotations.NullUnmarked;

/**
 * The five counters that every Chronicle Map keeps at its head.
 *
 * <p>Chronicle Map looks for a class of exactly this name and, where there is none, writes its source and runs javac at
 * start, which costs about a second. This class is found instead. Its bytes lie where those of the class that the library
 * would have made lie, so that persisted maps of an embedding program keep their format; a test holds the two against
 * each other.
 *
 * <pre>
 *  0        3            8            13       17                  25
 *  +--------+------------+------------+--------+-------------------+
 *  | bulks  | first free | extra tiers| segment| data store size   |
 *  | u24    | tier u40   | in use u40 | hdrs   | i64               |
 *  +--------+------------+------------+--------+-------------------+
 * </pre>
 *
 * <p>Threading: as the library uses it, under its own lock.
 */
@NullUnmarked
public final class VanillaGlobalMutableState$$Native implements VanillaGlobalMutableState {
    private static final int BULKS_AT = 0;
    private static final int FIRST_FREE_TIER_AT = 3;
    private static final int EXTRA_TIERS_AT = 8;
    private static final int SEGMENT_HEADERS_AT = 13;
    private static final int DATA_STORE_SIZE_AT = 17;
    private static final int BYTES = 25;

    private static final int BULKS_MAX = (1 << 24) - 1;
    private static final long TIERS_MAX = (1L << 40) - 1;
    private static final long SEGMENT_HEADERS_MAX = (1L << 32) - 1;

    private BytesStore<?, ?> store;
    private long base;

    @Override
    public int getAllocatedExtraTierBulks() {
        return store.readInt(base + BULKS_AT) & BULKS_MAX;
    }

    @Override
    public void setAllocatedExtraTierBulks(int value) {
        check("allocatedExtraTierBulks", value, BULKS_MAX);
        int beside = store.readInt(base + BULKS_AT) & ~BULKS_MAX;
        store.writeInt(base + BULKS_AT, beside | value);
    }

    @Override
    public long getFirstFreeTierIndex() {
        return readTiers(FIRST_FREE_TIER_AT);
    }

    @Override
    public void setFirstFreeTierIndex(long value) {
        check("firstFreeTierIndex", value, TIERS_MAX);
        writeTiers(FIRST_FREE_TIER_AT, value);
    }

    @Override
    public long getExtraTiersInUse() {
        return readTiers(EXTRA_TIERS_AT);
    }

    @Override
    public void setExtraTiersInUse(long value) {
        check("extraTiersInUse", value, TIERS_MAX);
        writeTiers(EXTRA_TIERS_AT, value);
    }

    @Override
    public long getSegmentHeadersOffset() {
        return store.readInt(base + SEGMENT_HEADERS_AT) & SEGMENT_HEADERS_MAX;
    }

    @Override
    public void setSegmentHeadersOffset(long value) {
        check("segmentHeadersOffset", value, SEGMENT_HEADERS_MAX);
        store.writeInt(base + SEGMENT_HEADERS_AT, (int) value);
    }

    @Override
    public long getDataStoreSize() {
        return store.readLong(base + DATA_STORE_SIZE_AT);
    }

    @Override
    public void setDataStoreSize(long value) {
        check("dataStoreSize", value, Long.MAX_VALUE);
        store.writeLong(base + DATA_STORE_SIZE_AT, value);
    }

    @Override
    public long addDataStoreSize(long addition) {
        long sum = getDataStoreSize() + addition;
        setDataStoreSize(sum);
        return sum;
    }

    @Override
    @SuppressWarnings("rawtypes") // as the library declares it
    public void bytesStore(BytesStore bytesStore, long offset, long length) {
        if (length != BYTES) {
            throw new IllegalArgumentException("expected " + BYTES + " bytes, was " + length);
        }
        store = bytesStore;
        base = offset;
    }

    @Override
    public BytesStore<?, ?> bytesStore() {
        return store;
    }

    @Override
    public long offset() {
        return base;
    }

    @Override
    public long maxSize() {
        return BYTES;
    }

    private long readTiers(int at) {
        return store.readLong(base + at) & TIERS_MAX;
    }

    private void writeTiers(int at, long value) {
        long beside = store.readLong(base + at) & ~TIERS_MAX;
        store.writeLong(base + at, beside | value);
    }

    private static void check(String field, long value, long max) {
        if (value < 0 || value > max) {
            throw new IllegalArgumentException("expected " + field + " from 0 to " + max + ", was " + value);
        }
    }
}
