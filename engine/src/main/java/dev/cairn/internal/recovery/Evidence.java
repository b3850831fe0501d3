package dev.cairn.internal.recovery;

/**
 * What other files than the segments say about the log.
 *
 * @param durable the highest offset that any of them knows to have been durable, −1 for none
 * @param highest the highest offset that a file without a checksum claims to have seen, −1 for none: believed as far as a
 *     writer can have come
 * @param epoch the epoch that the watermark names, which alone names one; 0 where no watermark can be read
 * @param unforcedRecordsMax at how many records that were not yet durable the last writer waited; 0 when that is not known
 * @param clean the end of the log as the last clean close wrote it down, or {@link CleanEnd#NONE}
 */
public record Evidence(long durable, long highest, int epoch, long unforcedRecordsMax, CleanEnd clean) {
    /** Whether there is a watermark: each opening writes one before it writes a record. */
    public boolean isMarked() {
        return epoch > 0;
    }

    /**
     * Whether nothing tells that a log which ends with this record ends where it did: it may have lost any number of records
     * behind that.
     *
     * @param lastOffset −1 for a log without a record
     */
    boolean isEndUnknown(long lastOffset, int lastEpoch, int lastChecksum) {
        return !isMarked() && lastOffset >= 0 && !clean.isEndOf(lastEpoch, lastChecksum);
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
     */
    public record CleanEnd(int epoch, long endOffset, int checksum) {
        /**
         * The durable offset that this end proves for a log that ends otherwise. The marker is removed before anything more is
         * appended, so a log that does not end as it says is another, or has lost its end.
         *
         * @return −1 when the log ends as the marker says
         */
        public long durableWhere(int lastEpoch, int lastChecksum) {
            return endOffset < 0 || isEndOf(lastEpoch, lastChecksum) ? -1 : endOffset - 1;
        }

        /** Whether a log that ends with this record ends as the close left it. */
        boolean isEndOf(int lastEpoch, int lastChecksum) {
            return endOffset >= 0 && epoch == lastEpoch && checksum == lastChecksum;
        }

        /** Nothing was written down. */
        public static final CleanEnd NONE = new CleanEnd(0, -1, 0);
    }
}
