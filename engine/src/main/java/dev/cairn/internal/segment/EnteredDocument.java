package dev.cairn.internal.segment;

import dev.cairn.internal.codec.Document;
import dev.cairn.internal.codec.FrameView;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The document that a cursor entered last and found right, and where its frames lie: who walks an entity's records back meets
 * the same document again and again, and need not walk over all its frames each time. Frames are still checked one by one.
 *
 * <p>Threading: belongs to one cursor.
 */
final class EnteredDocument {
    /** The places of so many frames are remembered. */
    private static final int FRAMES_MAX = 64 << 10;

    private @Nullable Segment segment;
    private int position;
    private long first;
    private int count;
    private int[] frames = new int[64];
    /** How many places are known. */
    private int known;

    void set(Segment here, int wordPosition, long firstOffset, int frameCount) {
        segment = here;
        position = wordPosition;
        first = firstOffset;
        count = frameCount;
        known = 0;
    }

    void forget() {
        segment = null;
    }

    /** The segment, if the document holds {@code offset}; else null. */
    @Nullable
    Segment segmentOf(long offset) {
        return offset >= first && offset - first < count ? segment : null;
    }

    /** Position of the word before the document. */
    int position() {
        return position;
    }

    /** Place of the frame with {@code offset}, which the document holds. */
    int frameAt(ByteBuffer bytes, FrameView frame, long offset) {
        int index = (int) (offset - first);
        int last = Math.min(index, FRAMES_MAX - 1);
        if (known == 0) {
            frames[0] = position + QueueFormat.WORD_BYTES + Document.HEADER_BYTES;
            known = 1;
        }
        if (last >= frames.length) {
            frames = Arrays.copyOf(frames, Math.min(FRAMES_MAX, Math.max(last + 1, frames.length * 2)));
        }
        while (known <= last) {
            frames[known] =
                    frames[known - 1] + frame.wrap(bytes, frames[known - 1]).length();
            known++;
        }
        int at = frames[last];
        for (int i = last; i < index; i++) {
            at += frame.wrap(bytes, at).length();
        }
        return at;
    }

    /** Frames from {@code offset} on. */
    int framesFrom(long offset) {
        return Math.toIntExact(first + count - offset);
    }
}
