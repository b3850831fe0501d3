package dev.cairn.run;

/**
 * What saving and loading has come to since the engine was opened.
 *
 * @param saves snapshots written
 * @param skips automatic snapshots that were not, because nothing had changed
 * @param errors saves and loads that failed or were refused
 * @param retries saves begun again, because another had come first
 * @param bytes of the states that were written
 * @param storedBytes of the same states as they were stored
 * @param saveNanos time spent in saves, skipped ones and waiting for durability included
 * @param loads snapshots loaded
 * @param loadNanos time spent loading
 */
public record RunMetrics(
        long saves,
        long skips,
        long errors,
        long retries,
        long bytes,
        long storedBytes,
        long saveNanos,
        long loads,
        long loadNanos) {
    /** The part of all saves that was skipped, 0 to 1; 0 without any. */
    public double skipRate() {
        long all = saves + skips;
        return all == 0 ? 0 : (double) skips / all;
    }

    /** The mean time of a save, in nanoseconds; 0 without any. */
    public double meanSaveNanos() {
        long all = saves + skips;
        return all == 0 ? 0 : (double) saveNanos / all;
    }
}
