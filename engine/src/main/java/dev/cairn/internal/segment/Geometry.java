package dev.cairn.internal.segment;

/**
 * Where things lie in a segment file.
 *
 * <pre>
 *  0                                          reserved                    block              file
 *  +----------+---------+---------------------+---------------------------+------------------+
 *  | queue    | segment | documents …   slack | never written             | overlap          |
 *  | header   | header  |                     | (sparse)                  | (sparse, mapped) |
 *  +----------+---------+---------------------+---------------------------+------------------+
 * </pre>
 *
 * Only the reserved part ever holds bytes, so only it gets real disk blocks before the segment is used. Chronicle Queue
 * maps block and overlap at once and refuses a document longer than the overlap, which is a quarter of the block: so the
 * block is as large as segment and largest document need, and the file never grows while it is written.
 *
 * <p>Threading: any thread.
 */
record Geometry(int reservedBytes, int blockBytes, int fileBytes) {
    /** Entries of one index array of the queue, and documents between two entries: one array covers 2^20 documents. */
    static final int INDEX_COUNT = 256;

    static final int INDEX_SPACING = 4096;

    /** One index array with its header and padding, which the queue may write behind any document. */
    private static final int INDEX_SLACK_BYTES = INDEX_COUNT * Long.BYTES + 128;

    /** The end marker, and the eight bytes that the queue clears behind each document. */
    private static final int END_SLACK_BYTES = 64;

    private static final int SLACK_BYTES = INDEX_SLACK_BYTES + END_SLACK_BYTES;
    private static final int PAGE_BYTES = 4 << 10;
    private static final int GRAIN_BYTES = 64 << 10;
    private static final int OVERLAP_MARGIN_BYTES = GRAIN_BYTES;

    static Geometry of(SegmentOptions options) {
        long forSegment = options.segmentBytesMax() / 4 * 5L;
        long forDocument = 4L * (options.documentBytesMax() + OVERLAP_MARGIN_BYTES);
        long block = roundUp(Math.max(forSegment, forDocument), 4L * GRAIN_BYTES);
        return new Geometry(
                options.segmentBytesMax() & ~(PAGE_BYTES - 1), Math.toIntExact(block), Math.toIntExact(block / 4 * 5));
    }

    /** Whether a document of {@code length} bytes at {@code position}, and all that may follow it, stays reserved. */
    boolean fits(int position, int length) {
        return position + (long) QueueFormat.WORD_BYTES + length + SLACK_BYTES <= reservedBytes;
    }

    /**
     * Bytes of a sealed segment that are kept: its documents, the end marker, and whole pages, so that a reader who looks for
     * the next word at the end still finds one.
     */
    static long keptBytes(int endPosition) {
        return roundUp(endPosition + (long) PAGE_BYTES, PAGE_BYTES);
    }

    private static long roundUp(long value, long grain) {
        return (value + grain - 1) / grain * grain;
    }
}
