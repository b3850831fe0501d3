package dev.cairn.internal.projection;

/**
 * Where the projection stands and what it did since it was opened.
 *
 * @param offset the last record included, −1 for none
 * @param forcedOffset the last record that is included even after a power cut, −1 for none known
 * @param lag offsets between the projection and the durable log
 * @param rebuilding whether the database is being made anew, so that queries are refused
 * @param records records applied
 * @param rows rows written; fewer than records, because changes of one entity are folded
 * @param loads entities read back from the database because they were not touched lately
 * @param transactions transactions committed
 * @param transactionNanos time spent applying and committing, in nanoseconds
 * @param copies copies of the write-ahead log into the file
 * @param remakes times the database was made anew
 */
public record ProjectionMetrics(
        long offset,
        long forcedOffset,
        long lag,
        boolean rebuilding,
        long records,
        long rows,
        long loads,
        long transactions,
        long transactionNanos,
        long copies,
        long remakes) {}
