package dev.cairn.internal.state;

import dev.cairn.internal.codec.ByteSlab;
import net.openhft.chronicle.algo.hashing.LongHashFunction;
import net.openhft.chronicle.bytes.RandomDataInput;
import net.openhft.chronicle.bytes.RandomDataOutput;

/**
 * A value, and behind it room that a longer one left.
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
 * <p>Threading: see {@link StoredData}.
 */
final class StoredValue extends StoredData<StoredValue> {
    static final Marshaller<StoredValue> MARSHALLER = new Marshaller<>(() -> new StoredValue(new ByteSlab()));

    private static final int ROOM_MAX = 255;

    private int room;

    StoredValue(ByteSlab slab) {
        super(slab);
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

    @Override
    StoredValue self() {
        return this;
    }

    @Override
    void read(RandomDataInput source, long at, int storedBytes) {
        long address = source.addressForRead(at);
        room = MEMORY.readByte(address + storedBytes - 1) & ROOM_MAX;
        copyFrom(address, storedBytes - 1 - room);
    }

    @Override
    public long size() {
        return (long) storedBytes(slab.length()) + room;
    }

    @Override
    @SuppressWarnings("rawtypes") // as the library declares it
    public void writeTo(RandomDataOutput target, long at) {
        long address = target.addressForWrite(at);
        copyTo(address);
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
}
