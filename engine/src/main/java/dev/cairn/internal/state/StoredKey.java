package dev.cairn.internal.state;

import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.KeyHash;
import net.openhft.chronicle.algo.hashing.LongHashFunction;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.bytes.RandomDataInput;
import net.openhft.chronicle.bytes.RandomDataOutput;
import net.openhft.chronicle.core.Memory;
import net.openhft.chronicle.core.OS;
import net.openhft.chronicle.core.UnsafeMemory;
import net.openhft.chronicle.hash.AbstractData;
import net.openhft.chronicle.hash.Data;
import net.openhft.chronicle.hash.serialization.DataAccess;
import net.openhft.chronicle.hash.serialization.SizedReader;
import net.openhft.chronicle.wire.WireIn;
import net.openhft.chronicle.wire.WireOut;
import org.jspecify.annotations.Nullable;

/**
 * A key as Chronicle Map sees it: the content of a {@link ByteSlab}, copied to and from native memory without an
 * object in between.
 *
 * <p>It carries its hash, computed once for the choice of the table and for the place inside.
 *
 * <p>Threading: one instance per thread; writers reuse theirs under the commit lock.
 */
final class StoredKey extends AbstractData<StoredKey> {
    private static final Memory MEMORY = OS.memory();
    private static final long ARRAY_BASE = UnsafeMemory.INSTANCE.arrayBaseOffset(byte[].class);

    private ByteSlab slab;
    private long hash;

    StoredKey(ByteSlab slab) {
        this.slab = slab;
    }

    StoredKey of(ByteSlab content, long seed) {
        slab = content;
        hash = KeyHash.of(content.array(), content.length(), seed);
        return this;
    }

    /** Computes the hash of the present content as a key. */
    StoredKey hashed(long seed) {
        return of(slab, seed);
    }

    ByteSlab slab() {
        return slab;
    }

    long hash() {
        return hash;
    }

    /** Replaces the content by {@code count} bytes of native memory. */
    void copyFrom(RandomDataInput source, long at, int count) {
        slab.length(count);
        MEMORY.copyMemory(source.addressForRead(at), slab.array(), ARRAY_BASE, count);
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
        MEMORY.copyMemory(slab.array(), 0, target.addressForWrite(at), slab.length());
    }

    @Override
    public StoredKey get() {
        return this;
    }

    @Override
    public StoredKey getUsing(@Nullable StoredKey using) {
        throw new UnsupportedOperationException("a key is copied to a slab");
    }

    @Override
    public RandomDataInput bytes() {
        throw new UnsupportedOperationException("the key is on the heap");
    }

    @Override
    public long offset() {
        throw new UnsupportedOperationException("the key is on the heap");
    }

    /**
     * How Chronicle Map gets from keys to bytes and back.
     *
     * <p>Threading: stateless, shared by all tables.
     */
    static final class Marshaller implements SizedReader<StoredKey>, DataAccess<StoredKey> {
        static final Marshaller INSTANCE = new Marshaller();

        private Marshaller() {}

        @Override
        public StoredKey read(Bytes<?> in, long size, @Nullable StoredKey using) {
            StoredKey key = using == null ? new StoredKey(new ByteSlab()) : using;
            key.copyFrom(in, in.readPosition(), (int) size);
            return key;
        }

        @Override
        public Data<StoredKey> getData(StoredKey instance) {
            return instance;
        }

        @Override
        public void uninit() {
            // nothing is kept between calls
        }

        @Override
        public DataAccess<StoredKey> copy() {
            return this;
        }

        @Override
        public void readMarshallable(WireIn wire) {
            throw new UnsupportedOperationException("tables are not persisted");
        }

        @Override
        public void writeMarshallable(WireOut wire) {
            throw new UnsupportedOperationException("tables are not persisted");
        }
    }
}
