package dev.cairn.internal.follow;

import java.time.Duration;

/**
 * When a batch ends although more could be read. A batch also ends as soon as nothing more is durable, and always at the end
 * of a document.
 *
 * @param recordsMax records
 * @param bytesMax bytes of keys, payloads and images
 * @param timeMax time since its first record
 * @param interval while records keep coming, a batch that has read all waits for more until so long after the one before;
 *     the first one after a pause does not
 */
public record BatchLimits(int recordsMax, long bytesMax, Duration timeMax, Duration interval) {
    public BatchLimits {
        if (recordsMax < 1 || bytesMax < 1 || timeMax.isNegative() || interval.isNegative()) {
            throw new IllegalArgumentException("expected positive limits, was " + recordsMax + " records, " + bytesMax
                    + " bytes, " + timeMax + ", " + interval);
        }
    }
}
