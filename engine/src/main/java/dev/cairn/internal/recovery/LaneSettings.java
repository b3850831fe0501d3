package dev.cairn.internal.recovery;

/**
 * How many records are replayed by more than one thread.
 *
 * <p>Threading: immutable.
 *
 * @param lanes how many threads apply what the calling one reads; below 2 it does both
 * @param recordsMin fewer records are not worth the threads
 * @param roundRecords records that are sorted by lane and entity before they are applied: the more, the more of them are of
 *     the same entity
 */
public record LaneSettings(int lanes, long recordsMin, int roundRecords) {
    /** More lanes than one reading thread can keep busy are of no use. */
    private static final int LANES_MAX = 4;

    /** As fits this machine: a lane for each processor. */
    public static LaneSettings ofProcessors() {
        int processors = Runtime.getRuntime().availableProcessors();
        return new LaneSettings(Math.min(processors, LANES_MAX), 1 << 16, 1 << 16);
    }

    boolean areWorthIt(long records) {
        return lanes > 1 && records >= recordsMin;
    }
}
