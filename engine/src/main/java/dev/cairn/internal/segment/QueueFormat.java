package dev.cairn.internal.segment;

import dev.cairn.internal.codec.Document;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The part of Chronicle Queue's file format that Cairn relies on: the header word before each run of bytes.
 *
 * <pre>
 *   31           30        29 … 0
 *  +------------+---------+------------------+----------------+---------+
 *  | incomplete | queue's | length in bytes  | length bytes … | padding |  the next word is at a multiple of 4
 *  +------------+---------+------------------+----------------+---------+
 * </pre>
 *
 * A word of 0 says that nothing is there yet; incomplete, queue's own and length 0 together mark the end of the file. The
 * queue publishes a word after its bytes, so a reader that sees it with acquire semantics sees the bytes.
 *
 * <p>Threading: any thread.
 */
final class QueueFormat {
    static final int WORD_BYTES = Integer.BYTES;
    static final int NOTHING = 0;
    static final int END = 0xC000_0000;

    private static final int INCOMPLETE = 0x8000_0000;
    private static final int QUEUES_OWN = 0x4000_0000;
    private static final int LENGTH_MASK = 0x3FFF_FFFF;
    private static final VarHandle WORD = MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private QueueFormat() {}

    /** The word at {@code position}, a multiple of 4 in a direct buffer, with acquire semantics. */
    static int word(ByteBuffer buffer, int position) {
        return (int) WORD.getAcquire(buffer, position);
    }

    /** Whether the word stands before a document of ours. */
    static boolean isDocument(int word) {
        return word > 0 && word < QUEUES_OWN;
    }

    /** Whether the word stands before the queue's own header or index. */
    static boolean isQueuesOwn(int word) {
        return (word & (INCOMPLETE | QUEUES_OWN)) == QUEUES_OWN;
    }

    static int length(int word) {
        return word & LENGTH_MASK;
    }

    /** Position of the word behind {@code length} bytes whose word is at {@code position}; a long, as it may overflow. */
    static long next(int position, int length) {
        return (position + (long) WORD_BYTES + length + 3) & ~3L;
    }

    /**
     * Position of the first word from {@code position} on that is not before bytes of the queue's own, or −1 when the limit is
     * reached. A word that claims to be the queue's, but stands before a document or leads past the limit, is not skipped.
     */
    static int skipQueuesOwn(ByteBuffer buffer, int position, int limit) {
        int at = position;
        while (at + WORD_BYTES <= limit) {
            int word = word(buffer, at);
            if (!isQueuesOwn(word) || next(at, length(word)) > limit) {
                return at;
            }
            if (buffer.getInt(at + WORD_BYTES) == Document.MAGIC) {
                return at;
            }
            at = (int) next(at, length(word));
        }
        return -1;
    }
}
