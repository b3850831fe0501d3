package dev.cairn.internal.state;

import dev.cairn.internal.codec.ByteSlab;
import java.util.function.Supplier;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.bytes.RandomDataInput;
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
 * The content of a {@link ByteSlab} as Chronicle Map sees it, copied to and from native memory without an object in between.
 *
 * <p>Threading: one instance per thread; writers reuse theirs under the commit lock.
 *
 * @param <D> the kind of content
 */
abstract class StoredData<D extends StoredData<D>> extends AbstractData<D> {
    static final Memory MEMORY = OS.memory();
    private static final long ARRAY_BASE = UnsafeMemory.INSTANCE.arrayBaseOffset(byte[].class);

    ByteSlab slab;

    StoredData(ByteSlab slab) {
        this.slab = slab;
    }

    abstract D self();

    /** Replaces the content by what is stored in {@code storedBytes} of native memory. */
    abstract void read(RandomDataInput source, long at, int storedBytes);

    final void copyFrom(Data<D> stored) {
        read(stored.bytes(), stored.offset(), (int) stored.size());
    }

    /** Replaces the content by {@code count} bytes at {@code address}. */
    final void copyFrom(long address, int count) {
        slab.length(count);
        MEMORY.copyMemory(address, slab.array(), ARRAY_BASE, count);
    }

    final void copyTo(long address) {
        MEMORY.copyMemory(slab.array(), 0, address, slab.length());
    }

    @Override
    public final D get() {
        return self();
    }

    @Override
    public final D getUsing(@Nullable D using) {
        throw new UnsupportedOperationException("what is on the heap is not copied");
    }

    @Override
    public final RandomDataInput bytes() {
        throw new UnsupportedOperationException("it is on the heap");
    }

    @Override
    public final long offset() {
        throw new UnsupportedOperationException("it is on the heap");
    }

    /**
     * How Chronicle Map gets from content to bytes and back.
     *
     * <p>Threading: stateless, shared by all tables.
     */
    static final class Marshaller<D extends StoredData<D>> implements SizedReader<D>, DataAccess<D> {
        private final Supplier<D> empty;

        Marshaller(Supplier<D> empty) {
            this.empty = empty;
        }

        @Override
        public D read(Bytes<?> in, long size, @Nullable D using) {
            D content = using == null ? empty.get() : using;
            content.read(in, in.readPosition(), (int) size);
            return content;
        }

        @Override
        public Data<D> getData(D instance) {
            return instance;
        }

        @Override
        public void uninit() {
            // nothing is kept between calls
        }

        @Override
        public DataAccess<D> copy() {
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
