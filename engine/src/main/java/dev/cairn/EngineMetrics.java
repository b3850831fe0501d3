package dev.cairn;

/**
 * Counters since the engine was opened. Durations are in nanoseconds.
 *
 * @param records records appended
 * @param bytes bytes of frames appended
 * @param documents documents appended
 * @param refusals commands refused
 * @param conflicts of those, refused because an expectation was not met
 * @param forces forces of segments
 * @param forceNanos time spent in them
 * @param waitNanos time appends waited because too much was not yet durable
 * @param rolls segments begun
 * @param entities entities in the state store, tombstones included
 * @param replayedRecords records replayed when the engine was opened
 * @param projectedRecords records applied to the projection
 * @param recentHits pages of the log that were read from memory alone
 * @param recentMisses pages of the log for which segments were read
 * @param subscriptions subscriptions and chains of hooks that run now
 * @param subscriptionLag records that the slowest of them has yet to be given
 */
public record EngineMetrics(
        long records,
        long bytes,
        long documents,
        long refusals,
        long conflicts,
        long forces,
        long forceNanos,
        long waitNanos,
        long rolls,
        long entities,
        long replayedRecords,
        long projectedRecords,
        long recentHits,
        long recentMisses,
        long subscriptions,
        long subscriptionLag) {
    /** Counters of the commit path and the projection alone. */
    public EngineMetrics(
            long records,
            long bytes,
            long documents,
            long refusals,
            long conflicts,
            long forces,
            long forceNanos,
            long waitNanos,
            long rolls,
            long entities,
            long replayedRecords,
            long projectedRecords) {
        this(
                records,
                bytes,
                documents,
                refusals,
                conflicts,
                forces,
                forceNanos,
                waitNanos,
                rolls,
                entities,
                replayedRecords,
                projectedRecords,
                0,
                0,
                0,
                0);
    }

    /** The same with what reading has done. */
    public EngineMetrics withReads(long hits, long misses, long running, long lag) {
        return new EngineMetrics(
                records,
                bytes,
                documents,
                refusals,
                conflicts,
                forces,
                forceNanos,
                waitNanos,
                rolls,
                entities,
                replayedRecords,
                projectedRecords,
                hits,
                misses,
                running,
                lag);
    }
}
