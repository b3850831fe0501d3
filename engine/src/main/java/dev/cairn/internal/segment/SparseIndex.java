package dev.cairn.internal.segment;

import java.util.Arrays;

/**
 * Offset to position, one entry for about every {@link #GAP_BYTES} of a segment; an entry points at a document's word.
 *
 * <p>Threading: one thread adds (append lock held, or the segment's monitor); any thread looks up.
 */
final class SparseIndex {
    /** At most this many bytes, and one document, are walked to find a record. */
    static final int GAP_BYTES = 16 << 10;

    private final long firstOffset;
    private int[] deltas;
    private int[] positions;
    /** Published last, so that a reader sees the arrays filled up to it. */
    private volatile Entries entries;

    private record Entries(int[] deltas, int[] positions, int count) {}

    SparseIndex(long firstOffset, int bytesExpected) {
        this(firstOffset, new int[bytesExpected / GAP_BYTES + 2], new int[bytesExpected / GAP_BYTES + 2], 0);
    }

    SparseIndex(long firstOffset, int[] deltas, int[] positions, int count) {
        this.firstOffset = firstOffset;
        this.deltas = deltas;
        this.positions = positions;
        this.entries = new Entries(deltas, positions, count);
    }

    /** Whether the document at {@code position} is far enough behind the last entry to become one. */
    boolean isDue(int position) {
        Entries seen = entries;
        return seen.count == 0 || position - seen.positions[seen.count - 1] >= GAP_BYTES;
    }

    /** Adds the document at {@code position} if it is due. */
    void offer(long offset, int position) {
        if (!isDue(position)) {
            return;
        }
        int count = entries.count;
        if (count == deltas.length) {
            deltas = Arrays.copyOf(deltas, count * 2);
            positions = Arrays.copyOf(positions, count * 2);
        }
        deltas[count] = Math.toIntExact(offset - firstOffset);
        positions[count] = position;
        entries = new Entries(deltas, positions, count + 1);
    }

    /** Position of the last indexed document that does not begin behind {@code offset}, or −1. */
    int floor(long offset) {
        Entries seen = entries;
        int entry = floorEntry(seen, offset);
        return entry < 0 ? -1 : seen.positions[entry];
    }

    private int floorEntry(Entries seen, long offset) {
        long delta = offset - firstOffset;
        int low = 0;
        int high = seen.count - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            if (seen.deltas[middle] <= delta) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return high;
    }

    int count() {
        return entries.count;
    }

    long offsetAt(int entry) {
        return firstOffset + entries.deltas[entry];
    }

    int deltaAt(int entry) {
        return entries.deltas[entry];
    }

    int positionAt(int entry) {
        return entries.positions[entry];
    }
}
