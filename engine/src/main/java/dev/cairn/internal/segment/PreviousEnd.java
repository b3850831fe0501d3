package dev.cairn.internal.segment;

import dev.cairn.internal.codec.Document;
import dev.cairn.internal.codec.EpochOpening;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.codec.Frame;
import dev.cairn.internal.codec.FrameView;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
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
        if (segment.isAnother()) {
            return null;
        }
        ByteBuffer bytes;
        try {
            bytes = segment.glance();
        } catch (NoSuchFileException e) {
            return null; // its writer has taken it away since it was listed
        }
        int word = QueueFormat.skipQueuesOwn(bytes, segment.firstPosition(), bytes.capacity());
        int at = word + QueueFormat.WORD_BYTES + Document.HEADER_BYTES;
        FrameView frame = new FrameView();
        if (word < 0
                || at > bytes.capacity() - Frame.HEADER_BYTES
                || frame.wrap(bytes, at).problem(bytes.capacity() - at) != null
                || frame.epoch() != segment.epoch()
                || frame.offset() != segment.firstOffset()) {
            return null;
        }
        Event first = new Event();
        frame.copyTo(first);
        return EpochOpening.previousEnd(first);
    }
}
