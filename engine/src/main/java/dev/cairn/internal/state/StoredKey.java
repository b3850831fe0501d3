package dev.cairn.internal.state;

import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.KeyHash;
import net.openhft.chronicle.algo.hashing.LongHashFunction;
import net.openhft.chronicle.bytes.RandomDataInput;
import net.openhft.chronicle.bytes.RandomDataOutput;

/**
 * A key. It carries its hash, computed once for the choice of the table and for the place inside.
 *
 * <p>Threading: see {@link StoredData}.
 */
final class StoredKey extends StoredData<StoredKey> {
    static final Marshaller<StoredKey> MARSHALLER = new Marshaller<>(() -> new StoredKey(new ByteSlab()));

    private long hash;

    StoredKey(ByteSlab slab) {
        super(slab);
    }

    StoredKey of(ByteSlab content, long seed) {
        slab = content;
        hash = KeyHash.of(content.array(), content.length(), seed);
        return this;
    }

    /** Computes the hash of the present content. */
    StoredKey hashed(long seed) {
        return of(slab, seed);
    }

    ByteSlab slab() {
        return slab;
    }

    long hash() {
        return hash;
    }

    @Override
    StoredKey self() {
        return this;
    }

    @Override
    void read(RandomDataInput source, long at, int storedBytes) {
        copyFrom(source.addressForRead(at), storedBytes);
    }

    @Override
    public long hash(LongHashFunction ignored) {
        return hash;
    }

    @Override
    public long size() {
        return slab.length();
    }

    @Override
    public boolean equivalent(RandomDataInput source, long at) {
        long address = source.addressForRead(at);
        int count = slab.length();
        int i = 0;
        for (; i + Long.BYTES <= count; i += Long.BYTES) {
            if (MEMORY.readLong(address + i) != slab.longAt(i)) {
                return false;
            }
        }
        for (; i < count; i++) {
            if (MEMORY.readByte(address + i) != (byte) slab.byteAt(i)) {
                return false;
            }
        }
        return true;
    }

    @Override
    @SuppressWarnings("rawtypes") // as the library declares it
    public void writeTo(RandomDataOutput target, long at) {
        copyTo(target.addressForWrite(at));
    }
}
