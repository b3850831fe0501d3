package dev.cairn.internal.recovery;

import dev.cairn.internal.codec.Event;
import dev.cairn.internal.segment.Segment;
import dev.cairn.internal.segment.SegmentSalvager;
import dev.cairn.internal.system.OpenEpoch;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Where an epoch ended: the first record of the next one says so.
 *
 * <p>Threading: stateless.
 */
final class PreviousEnd {
    private PreviousEnd() {}

    /** The last offset of the epoch before the one that {@code segment} opens; null if it opens none, or that record is damaged. */
    static @Nullable Long statedBy(Segment segment) throws IOException {
        Event first = new Event();
        if (!segment.isAnother()) {
            SegmentSalvager.salvage(SegmentSalvager.Subject.of(segment), frame -> {
                if (frame.offset() == segment.firstOffset()) {
                    frame.copyTo(first);
                }
            });
        }
        OpenEpoch opened = OpenEpoch.of(first);
        return opened == null ? null : opened.previousEnd();
    }
}
