package dev.cairn.internal.segment;

import java.util.Arrays;

/**
 * Offset to position, one entry for about every {@link #GAP_BYTES} of a segment; an entry points at a document's word.
 *
 * <p>Threading: one thread adds (append lock held, or the segment's monitor); any thread looks up.
 */
final class SparseIndex {
    /** At most this many bytes, and one document, are walked to find a record. */
    static final int GAP_BYTES = 8 << 10;

    private final long firstOffset;
    /** Delta and position by turns; replaced by a longer copy before {@link #count} grows past it. */
    private volatile int[] entries;
    /** Published after the entry, so that a reader who sees it sees the entry. */
    private volatile int count;

    SparseIndex(long firstOffset, int bytesExpected) {
        this(firstOffset, new int[2 * (bytesExpected / GAP_BYTES + 2)], 0);
    }

    /** An index over {@code count} pairs of delta and position. */
    SparseIndex(long firstOffset, int[] entries, int count) {
        this.firstOffset = firstOffset;
        this.entries = entries;
        this.count = count;
    }

    /** Whether the document at {@code position} is far enough behind the last entry to become one. */
    boolean isDue(int position) {
        int last = count - 1;
        return last < 0 || position - positionAt(last) >= GAP_BYTES;
    }

    /** Adds the document at {@code position} if it is due. */
    void offer(long offset, int position) {
        if (!isDue(position)) {
            return;
        }
        int at = 2 * count;
        if (at == entries.length) {
            entries = Arrays.copyOf(entries, 2 * at + 2);
        }
        entries[at] = Math.toIntExact(offset - firstOffset);
        entries[at + 1] = position;
        count = at / 2 + 1;
    }

    /** Position of the last indexed document that does not begin behind {@code offset}, or −1. */
    int floor(long offset) {
        int entry = floorEntry(offset);
        return entry < 0 ? -1 : positionAt(entry);
    }

    /** Offset of that document; only where {@link #floor} finds one. */
    long floorOffset(long offset) {
        return offsetAt(floorEntry(offset));
    }

    private int floorEntry(long offset) {
        long delta = offset - firstOffset;
        int low = 0;
        int high = count - 1;
        int[] seen = entries;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            if (seen[2 * middle] <= delta) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return high;
    }

    int count() {
        return count;
    }

    long offsetAt(int entry) {
        return firstOffset + deltaAt(entry);
    }

    int deltaAt(int entry) {
        return entries[2 * entry];
    }

    int positionAt(int entry) {
        return entries[2 * entry + 1];
    }
}
