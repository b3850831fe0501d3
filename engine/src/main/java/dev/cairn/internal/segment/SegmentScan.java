package dev.cairn.internal.segment;

import java.nio.file.Path;

/**
 * What a raw scan of an unsealed segment found.
 *
 * <p>Threading: immutable, but {@link #manifest} may be asked for once only.
 *
 * @param file the segment
 * @param number the segment's number
 * @param epoch the opening that wrote it
 * @param firstOffset offset of its first record, or of the one that would have been
 * @param startPosition position of the segment header's word, 0 when there is none
 * @param endPosition position behind the last good document
 * @param verdict how the segment ends
 * @param highestOffset the highest offset in any whole frame anywhere in the file, also behind a hole; −1 for none
 * @param highestDurable the highest durable offset that any such frame states; −1 for none
 * @param usedBytes position behind the last byte of the file that is not zero
 * @param tally the sums over the good documents
 */
public record SegmentScan(
        Path file,
        int number,
        int epoch,
        long firstOffset,
        int startPosition,
        int endPosition,
        Verdict verdict,
        long highestOffset,
        long highestDurable,
        int usedBytes,
        SegmentTally tally) {

    /** How an unsealed segment ends. */
    public sealed interface Verdict {
        /** The last document is followed by nothing. */
        record CleanEnd() implements Verdict {}

        /** The last document is followed by one that did not wholly reach the disk. */
        record Torn(int position, String why) implements Verdict {}

        /** The last good document is followed by bytes that no crash explains: a word, or a frame of a document, at the position. */
        record Damaged(int position, long offset, String why) implements Verdict {}
    }

    /** Offset of the last good record; one below the first when there is none. */
    public long lastOffset() {
        return tally.nextOffset() - 1;
    }

    public long records() {
        return tally.records();
    }

    /** Checksum of the last good frame, 0 when there is none. */
    public int lastChecksum() {
        return tally.lastChecksum();
    }

    /** The manifest that seals the segment behind its last good document. */
    Manifest manifest(byte[] previousHash) {
        boolean torn = !(verdict instanceof Verdict.CleanEnd);
        return tally.manifest(number, epoch, startPosition, endPosition, torn, previousHash);
    }
}
