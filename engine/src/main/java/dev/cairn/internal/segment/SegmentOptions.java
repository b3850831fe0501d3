package dev.cairn.internal.segment;

import java.time.Duration;

/**
 * When segments end and how large one document may be.
 *
 * <p>A segment ends before a document that would take it past {@code segmentBytesMax}, at the first record that is
 * {@code segmentAgeMax} younger than the segment, and after {@code segmentRecordsMax} records, whichever comes first.
 *
 * <p>Threading: any thread.
 *
 * @param segmentBytesMax bytes reserved for one segment, 1 MiB to 1 GiB
 * @param segmentAgeMax age at which a segment ends, at least 1 ms
 * @param segmentRecordsMax records after which a segment ends, at least 1; {@link #NO_LIMIT} is off
 * @param documentBytesMax bytes of the largest document, at least 4 KiB, at most 64 MiB and 3/4 of a segment
 */
public record SegmentOptions(
        int segmentBytesMax, Duration segmentAgeMax, long segmentRecordsMax, int documentBytesMax) {
    /** The value of {@link #segmentRecordsMax} that switches the limit off. */
    public static final long NO_LIMIT = Long.MAX_VALUE;

    private static final int KIB = 1 << 10;
    private static final int MIB = 1 << 20;
    private static final int SEGMENT_BYTES_LEAST = MIB;
    private static final int SEGMENT_BYTES_MOST = 1 << 30;
    private static final int DOCUMENT_BYTES_LEAST = 4 * KIB;

    public SegmentOptions {
        require(
                segmentBytesMax >= SEGMENT_BYTES_LEAST && segmentBytesMax <= SEGMENT_BYTES_MOST,
                "segmentBytesMax: expected 1 MiB to 1 GiB, was " + segmentBytesMax);
        require(
                segmentAgeMax.compareTo(Duration.ofMillis(1)) >= 0,
                "segmentAgeMax: expected at least 1 ms, was " + segmentAgeMax);
        require(segmentRecordsMax >= 1, "segmentRecordsMax: expected at least 1, was " + segmentRecordsMax);
        require(
                documentBytesMax >= DOCUMENT_BYTES_LEAST && documentBytesMax <= documentBytesMost(segmentBytesMax),
                "documentBytesMax: expected 4,096 to " + documentBytesMost(segmentBytesMax) + ", was "
                        + documentBytesMax);
    }

    /** 64 MiB, 24 hours, no limit of records, documents of 16 MiB of payload and 1 MiB for frames around it. */
    public static SegmentOptions defaults() {
        return ofSegmentBytes(64 * MIB);
    }

    /** The defaults for segments of another size; the largest document shrinks with the segment. */
    public static SegmentOptions ofSegmentBytes(int segmentBytesMax) {
        int documentBytesMax = (int) Math.min(17L * MIB, segmentBytesMax * 17L / 64);
        return new SegmentOptions(segmentBytesMax, Duration.ofHours(24), NO_LIMIT, documentBytesMax);
    }

    public SegmentOptions withSegmentAgeMax(Duration age) {
        return new SegmentOptions(segmentBytesMax, age, segmentRecordsMax, documentBytesMax);
    }

    public SegmentOptions withSegmentRecordsMax(long records) {
        return new SegmentOptions(segmentBytesMax, segmentAgeMax, records, documentBytesMax);
    }

    public SegmentOptions withDocumentBytesMax(int bytes) {
        return new SegmentOptions(segmentBytesMax, segmentAgeMax, segmentRecordsMax, bytes);
    }

    private static int documentBytesMost(int segmentBytesMax) {
        return Math.min(64 * MIB, segmentBytesMax / 4 * 3);
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }
}
