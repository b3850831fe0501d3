package dev.cairn.internal.segment;

import dev.cairn.internal.codec.EpochOpening;
import dev.cairn.internal.codec.Event;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Where an epoch ended: the first record of the next one says so.
 *
 * <p>Threading: stateless.
 */
public final class PreviousEnd {
    private PreviousEnd() {}

    /** The last offset of the epoch before the one that {@code segment} opens; null if it opens none, or that record is damaged. */
    public static @Nullable Long statedBy(Segment segment) throws IOException {
        Event first = new Event();
        if (!segment.isAnother()) {
            SegmentSalvager.salvage(SegmentSalvager.Subject.of(segment), frame -> {
                if (frame.offset() == segment.firstOffset()) {
                    frame.copyTo(first);
                }
            });
        }
        return EpochOpening.previousEnd(first);
    }
}
