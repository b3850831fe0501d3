package dev.cairn.internal.codec;

/**
 * Reads a {@link ByteSlab} from front to back, in the order in which its {@code put…} methods wrote it.
 *
 * <p>Threading: not safe for concurrent use; as the slab it reads.
 */
public final class SlabCursor {
    private ByteSlab slab;
    private int position;

    public SlabCursor(ByteSlab slab, int from) {
        this.slab = slab;
        this.position = from;
    }

    /** Starts over at {@code from} in {@code newSlab}. */
    public SlabCursor reset(ByteSlab newSlab, int from) {
        slab = newSlab;
        position = from;
        return this;
    }

    public int position() {
        return position;
    }

    public int remaining() {
        return slab.length() - position;
    }

    public int takeByte() {
        return slab.byteAt(advance(1));
    }

    public int takeShort() {
        return slab.shortAt(advance(Short.BYTES));
    }

    public int takeInt() {
        return slab.intAt(advance(Integer.BYTES));
    }

    public long takeLong() {
        return slab.longAt(advance(Long.BYTES));
    }

    /** A text written by {@link ByteSlab#putText}. */
    public String takeText() {
        int bytes = takeShort();
        return slab.utf8At(advance(bytes), bytes);
    }

    /** The UTF-8 text of the next {@code count} bytes. */
    public String takeUtf8(int count) {
        return slab.utf8At(advance(count), count);
    }

    /** Skips {@code count} bytes and returns the index of the first of them. */
    public int advance(int count) {
        int at = position;
        if (count < 0 || count > slab.length() - at) {
            throw new IllegalStateException(
                    "expected " + count + " bytes at " + at + ", was the end of " + slab.length() + " bytes");
        }
        position = at + count;
        return at;
    }
}
