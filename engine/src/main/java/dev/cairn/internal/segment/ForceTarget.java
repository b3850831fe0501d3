package dev.cairn.internal.segment;

/**
 * What one force makes durable: every record up to an offset, in the segments that hold them, oldest first.
 *
 * <p>Threading: made with the append lock held, then used by the force thread.
 */
public final class ForceTarget {
    private final ActiveSegment[] segments;
    private final long lastOffset;
    private final int position;

    ForceTarget(ActiveSegment[] segments, long lastOffset, int position) {
        this.segments = segments;
        this.lastOffset = lastOffset;
        this.position = position;
    }

    /** The last record that the force covers. */
    public long lastOffset() {
        return lastOffset;
    }

    /** Number of the segment that holds it. */
    public int segment() {
        return segments[segments.length - 1].segment().number();
    }

    /** Position behind its document. */
    public int position() {
        return position;
    }

    ActiveSegment[] segments() {
        return segments;
    }
}
