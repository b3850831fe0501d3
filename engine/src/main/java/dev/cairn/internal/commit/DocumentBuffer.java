package dev.cairn.internal.commit;

import dev.cairn.internal.codec.Document;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.codec.Frame;
import dev.cairn.internal.codec.FrameView;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The document being made: frames encoded one after another in one reused direct buffer.
 *
 * <p>Threading: commit lock held.
 */
final class DocumentBuffer {
    private static final int INITIAL_BYTES = 64 << 10;
    private static final int KEPT_BYTES = 4 << 20;

    private final Frame frame = new Frame();
    private final Document document = new Document();
    private final int bytesMax;
    private ByteBuffer buffer = allocate(INITIAL_BYTES);
    private int length;
    private int count;

    /** @param bytesMax the largest document, in bytes */
    DocumentBuffer(int bytesMax) {
        this.bytesMax = bytesMax;
        clear();
    }

    void clear() {
        if (buffer.capacity() > KEPT_BYTES) {
            buffer = allocate(INITIAL_BYTES);
        }
        length = Document.HEADER_BYTES;
        count = 0;
    }

    int length() {
        return length;
    }

    int count() {
        return count;
    }

    ByteBuffer bytes() {
        return buffer;
    }

    /** Whether {@code bytes} more stay within the limit of a document. */
    boolean fits(int bytes) {
        return bytes <= bytesMax - length;
    }

    void add(Event event) {
        int bytes = Frame.encodedBytes(event);
        ensureCapacity(length + bytes);
        frame.encode(event, buffer, length);
        length += bytes;
        count++;
    }

    void seal(long firstOffset, int epoch) {
        document.seal(buffer, 0, length, count, firstOffset, epoch);
    }

    /** Moves {@code view} to the frame at {@code position}, {@link Document#HEADER_BYTES} for the first. */
    FrameView frameAt(FrameView view, int position) {
        return view.wrap(buffer, position);
    }

    private void ensureCapacity(int capacity) {
        if (capacity > buffer.capacity()) {
            ByteBuffer larger = allocate((int) Math.min(bytesMax, Math.max(capacity, buffer.capacity() * 2L)));
            buffer.clear().limit(length);
            larger.put(buffer);
            larger.clear();
            buffer = larger;
        }
    }

    private static ByteBuffer allocate(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
