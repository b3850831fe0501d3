package dev.cairn.internal.segment;

import dev.cairn.internal.codec.Document;
import dev.cairn.internal.codec.FrameView;
import dev.cairn.internal.codec.Gap;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Says whether the bytes behind a word are the document that is expected there.
 *
 * <p>Threading: one instance for each reader.
 */
final class DocumentCheck {
    private final Document document = new Document();
    private final FrameView frame = new FrameView();
    private int problemPosition;
    private int problemFrame;

    /**
     * Checks the document whose word is at {@code position}, without reading its frames.
     *
     * @param limit position behind the last byte that may belong to it
     * @return what is wrong, or null
     */
    @Nullable
    String headerProblem(ByteBuffer bytes, int position, int limit, int epoch, long expectedOffset) {
        int word = QueueFormat.word(bytes, position);
        if (!QueueFormat.isDocument(word)) {
            return String.format("expected the word of a document, was %08x", word);
        }
        int length = QueueFormat.length(word);
        int at = position + QueueFormat.WORD_BYTES;
        if (length > limit - at) {
            return "expected a document of at most " + (limit - at) + " bytes, was " + length;
        }
        if (Gap.isAt(bytes, at, length)) {
            return gapProblem(bytes, at, length, epoch, expectedOffset);
        }
        String problem = document.problem(bytes, at, length);
        if (problem != null) {
            return problem;
        }
        if (Document.length(bytes, at) != length) {
            return "expected a document of " + length + " bytes, was " + Document.length(bytes, at);
        }
        if (Document.epoch(bytes, at) != epoch) {
            return "expected epoch " + epoch + ", was " + Document.epoch(bytes, at);
        }
        long first = Document.firstOffset(bytes, at);
        int count = Document.count(bytes, at);
        boolean holdsExpected = expectedOffset >= first && expectedOffset - first < count;
        return holdsExpected
                ? null
                : "expected offset " + expectedOffset + ", was a document of " + count + " from " + first;
    }

    private static @Nullable String gapProblem(ByteBuffer bytes, int at, int length, int epoch, long expectedOffset) {
        String problem = Gap.problem(bytes, at, length);
        if (problem != null) {
            return problem;
        }
        if (Document.epoch(bytes, at) != epoch) {
            return "expected epoch " + epoch + ", was " + Document.epoch(bytes, at);
        }
        long first = Document.firstOffset(bytes, at);
        long last = Gap.lastOffset(bytes, at);
        return expectedOffset >= first && expectedOffset <= last
                ? null
                : "expected offset " + expectedOffset + ", was a gap from " + first + " to " + last;
    }

    /** Checks header and all frames of the document whose word is at {@code position} and that begins at the offset. */
    @Nullable
    String problem(ByteBuffer bytes, int position, int limit, int epoch, long firstOffset) {
        problemPosition = position;
        problemFrame = 0;
        String problem = headerProblem(bytes, position, limit, epoch, firstOffset);
        if (problem != null) {
            return problem;
        }
        int at = position + QueueFormat.WORD_BYTES;
        if (Document.firstOffset(bytes, at) != firstOffset) {
            return "expected first offset " + firstOffset + ", was " + Document.firstOffset(bytes, at);
        }
        return isGap(bytes, position) ? null : framesProblem(bytes, at, firstOffset);
    }

    /** Where the last {@link #problem} is: at a frame, if those before it are whole, else at the document's word. */
    int problemPosition() {
        return problemPosition;
    }

    /** How many frames before the last {@link #problem} are whole. */
    int problemFrame() {
        return problemFrame;
    }

    /** Whether what stands behind the word at {@code position}, found good, is a gap. */
    static boolean isGap(ByteBuffer bytes, int position) {
        return Gap.isAt(
                bytes, position + QueueFormat.WORD_BYTES, QueueFormat.length(QueueFormat.word(bytes, position)));
    }

    private @Nullable String framesProblem(ByteBuffer bytes, int at, long firstOffset) {
        int end = at + Document.length(bytes, at);
        int count = Document.count(bytes, at);
        int frameAt = at + Document.HEADER_BYTES;
        for (int i = 0; i < count; i++) {
            problemPosition = frameAt;
            problemFrame = i;
            String problem = frame.wrap(bytes, frameAt).problem(end - frameAt);
            if (problem != null) {
                return "frame " + i + ": " + problem;
            }
            if (frame.offset() != firstOffset + i) {
                return "expected offset " + (firstOffset + i) + ", was " + frame.offset();
            }
            frameAt += frame.length();
        }
        return null;
    }
}
