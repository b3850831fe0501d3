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
        long projectedRecords) {}
