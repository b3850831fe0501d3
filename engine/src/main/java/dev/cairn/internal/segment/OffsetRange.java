package dev.cairn.internal.segment;

/**
 * Offsets from one to another, both inclusive.
 *
 * <p>Threading: immutable.
 */
public record OffsetRange(long first, long last) {
    public OffsetRange {
        if (first < 0 || last < first) {
            throw new IllegalArgumentException("expected a range of offsets, was " + first + " to " + last);
        }
    }

    public boolean contains(long offset) {
        return offset >= first && offset <= last;
    }

    public long count() {
        return last - first + 1;
    }
}
