package dev.cairn.internal.recovery;

/**
 * What other files than the segments say about the log.
 *
 * @param durable the highest offset that any of them knows to have been durable, −1 for none
 * @param highest the highest offset that a file without a checksum claims to have seen, −1 for none: believed as far as a
 *     writer can have come
 * @param epoch the epoch that the watermark names, 0 where none can be read
 * @param unforcedRecordsMax at how many records that were not yet durable the last writer waited; 0 when that is not known
 * @param clean the end of the log as the last clean close wrote it down, or {@link CleanEnd#NONE}
 */
public record Evidence(long durable, long highest, int epoch, long unforcedRecordsMax, CleanEnd clean) {
    /** Nothing beside the segments. */
    public static final Evidence NONE = new Evidence(-1, -1, 0, 0, CleanEnd.NONE);

    /**
     * Whether nothing tells that a log which is found to end here did not go on. Each opening writes the watermark before its
     * first record, so one of an earlier epoch was put back, and tells nothing. The mark of a clean close tells, unless the log or
     * what any file claims to have seen has passed it: it is removed before anything more is appended, so it was put back.
     *
     * @param lastOffset the last offset that is held, or known to be lost; −1 for none
     * @param lastEpoch of the last segment
     */
    public boolean isEndUnknown(long lastOffset, int lastEpoch) {
        return lastOffset >= 0 && epoch < lastEpoch && clean.endOffset() <= Math.max(lastOffset, highest);
    }

    /** The highest epoch that any of them names, 0 for none. */
    int highestEpoch() {
        return Math.max(epoch, clean.epoch());
    }

    /** Whether any of them knows of records that were durable. */
    public boolean ofRecords() {
        return durable >= 0 || clean.epoch() > 0;
    }

    /**
     * The end of the log at a clean close.
     *
     * @param epoch the epoch of the log's last record
     * @param endOffset the offset that the next record would have got
     * @param checksum of the last record's frame
     * @param lastOffset offset of the last record, −1 for none
     */
    public record CleanEnd(int epoch, long endOffset, int checksum, long lastOffset) {
        /** Of a log whose last record is right before its end. */
        public CleanEnd(int epoch, long endOffset, int checksum) {
            this(epoch, endOffset, checksum, endOffset - 1);
        }

        /**
         * The durable offset that this end proves for a log that ends otherwise. The marker is removed before anything more is
         * appended, so a log that does not end as it says is another, or has lost its end.
         *
         * @return −1 when the log ends as the marker says
         */
        public long durableWhere(int lastEpoch, int lastChecksum) {
            return endOffset < 0 || (epoch == lastEpoch && checksum == lastChecksum) ? -1 : lastOffset;
        }

        /** Nothing was written down. */
        public static final CleanEnd NONE = new CleanEnd(0, -1, 0);
    }
}
