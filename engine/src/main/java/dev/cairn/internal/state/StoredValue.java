package dev.cairn.internal.state;

import dev.cairn.internal.codec.ByteSlab;
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
 * A value as Chronicle Map sees it: the content of a {@link ByteSlab}, and behind it room that a longer one left.
 *
 * <pre>
 *  0           n            n + room
 *  +-----------+------------+----------+
 *  | content   | not used   | room: u8 |
 *  +-----------+------------+----------+
 * </pre>
 *
 * A value that shrinks a little and grows again, as that of a lease does with every release and grant, so stays where it is. The
 * map would move it each time: it gives the end of an entry away as soon as that is not used.
 *
 * <p>Threading: one instance per thread; writers reuse theirs under the commit lock.
 */
final class StoredValue extends AbstractData<StoredValue> {
    private static final Memory MEMORY = OS.memory();
    private static final long ARRAY_BASE = UnsafeMemory.INSTANCE.arrayBaseOffset(byte[].class);
    private static final int ROOM_MAX = 255;

    private ByteSlab slab;
    private int room;

    StoredValue(ByteSlab slab) {
        this.slab = slab;
    }

    /** How many bytes {@code contentBytes} take without room. */
    static int storedBytes(int contentBytes) {
        return contentBytes + 1;
    }

    StoredValue of(ByteSlab content) {
        slab = content;
        room = 0;
        return this;
    }

    /** Takes as many bytes as the value that is replaced, if that has not too much room for this one. */
    StoredValue inPlaceOf(long replacedBytes) {
        long left = replacedBytes - storedBytes(slab.length());
        room = left > 0 && left <= ROOM_MAX ? (int) left : 0;
        return this;
    }

    /** Replaces the content by that of {@code stored}. */
    void copyFrom(Data<StoredValue> stored) {
        copyFrom(stored.bytes(), stored.offset(), (int) stored.size());
    }

    private void copyFrom(RandomDataInput source, long at, int storedBytes) {
        long address = source.addressForRead(at);
        room = MEMORY.readByte(address + storedBytes - 1) & ROOM_MAX;
        int count = storedBytes - 1 - room;
        slab.length(count);
        MEMORY.copyMemory(address, slab.array(), ARRAY_BASE, count);
    }

    @Override
    public long size() {
        return (long) storedBytes(slab.length()) + room;
    }

    @Override
    @SuppressWarnings("rawtypes") // as the library declares it
    public void writeTo(RandomDataOutput target, long at) {
        long address = target.addressForWrite(at);
        MEMORY.copyMemory(slab.array(), 0, address, slab.length());
        MEMORY.writeByte(address + slab.length() + room, (byte) room);
    }

    @Override
    public long hash(LongHashFunction ignored) {
        throw new UnsupportedOperationException("values are not hashed");
    }

    @Override
    public boolean equivalent(RandomDataInput source, long at) {
        throw new UnsupportedOperationException("values are not compared");
    }

    @Override
    public StoredValue get() {
        return this;
    }

    @Override
    public StoredValue getUsing(@Nullable StoredValue using) {
        throw new UnsupportedOperationException("a value is copied to a slab");
    }

    @Override
    public RandomDataInput bytes() {
        throw new UnsupportedOperationException("the value is on the heap");
    }

    @Override
    public long offset() {
        throw new UnsupportedOperationException("the value is on the heap");
    }

    /**
     * How Chronicle Map gets from values to bytes and back.
     *
     * <p>Threading: stateless, shared by all tables.
     */
    static final class Marshaller implements SizedReader<StoredValue>, DataAccess<StoredValue> {
        static final Marshaller INSTANCE = new Marshaller();

        private Marshaller() {}

        @Override
        public StoredValue read(Bytes<?> in, long size, @Nullable StoredValue using) {
            StoredValue value = using == null ? new StoredValue(new ByteSlab()) : using;
            value.copyFrom(in, in.readPosition(), (int) size);
            return value;
        }

        @Override
        public Data<StoredValue> getData(StoredValue instance) {
            return instance;
        }

        @Override
        public void uninit() {
            // nothing is kept between calls
        }

        @Override
        public DataAccess<StoredValue> copy() {
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
