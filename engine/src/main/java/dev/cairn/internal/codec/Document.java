package dev.cairn.internal.codec;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Layout of a document, the bytes of one batch, accepted all or nothing.
 *
 * <pre>
 *  0        4        8        12       16                      24       28       32
 *  +--------+--------+--------+--------+-----------------------+--------+--------+---------+---------+---
 *  | magic  | crc32c | length | count  | first offset          | epoch  | format | frame 1 | frame 2 | …
 *  +--------+--------+--------+--------+-----------------------+--------+--------+---------+---------+---
 * </pre>
 *
 * {@code length} counts header and frames. {@code crc32c} covers the header from {@code length} on and then the checksum
 * word of each frame in order; as those cover their frames, it covers the whole document without reading it twice.
 *
 * <p>Threading: one instance for each writer or reader.
 */
public final class Document {
    /** The bytes {@code C R N D}. */
    public static final int MAGIC = 0x444E5243;

    /** The first format: the fields above. */
    public static final int V1 = 1;

    static final int MAGIC_AT = 0;
    static final int CRC_AT = MAGIC_AT + Integer.BYTES;
    static final int LENGTH_AT = CRC_AT + Integer.BYTES;
    static final int COUNT_AT = LENGTH_AT + Integer.BYTES;
    static final int FIRST_OFFSET_AT = COUNT_AT + Integer.BYTES;
    static final int EPOCH_AT = FIRST_OFFSET_AT + Long.BYTES;
    static final int FORMAT_AT = EPOCH_AT + Integer.BYTES;

    /** Bytes before the first frame. */
    public static final int HEADER_BYTES = FORMAT_AT + Integer.BYTES;

    private final CRC32C crc = new CRC32C();
    private final ByteBuffer word;

    public Document() {
        word = ByteBuffer.allocate(HEADER_BYTES - LENGTH_AT).order(java.nio.ByteOrder.LITTLE_ENDIAN);
    }

    /** Completes the document at {@code at} whose frames were already encoded behind {@link #HEADER_BYTES}. */
    public void seal(ByteBuffer buffer, int at, int length, int count, long firstOffset, int epoch) {
        buffer.putInt(at + MAGIC_AT, MAGIC);
        buffer.putInt(at + LENGTH_AT, length);
        buffer.putInt(at + COUNT_AT, count);
        buffer.putLong(at + FIRST_OFFSET_AT, firstOffset);
        buffer.putInt(at + EPOCH_AT, epoch);
        buffer.putInt(at + FORMAT_AT, V1);
        buffer.putInt(at + CRC_AT, checksum(buffer, at, count));
    }

    /**
     * Says what is wrong with the header and the chain of frame lengths of the document at {@code at}, or null. Frames are
     * checked one by one through {@link FrameView#problem}; this check and those together cover every byte.
     *
     * @param available bytes from {@code at} that the document may occupy
     */
    public @Nullable String problem(ByteBuffer buffer, int at, int available) {
        if (available < HEADER_BYTES) {
            return "expected a document of at least " + HEADER_BYTES + " bytes, was " + available;
        }
        if (buffer.getInt(at + MAGIC_AT) != MAGIC) {
            return String.format("expected document magic %08x, was %08x", MAGIC, buffer.getInt(at + MAGIC_AT));
        }
        int length = length(buffer, at);
        int count = count(buffer, at);
        if (length < HEADER_BYTES + Frame.HEADER_BYTES || length > available) {
            return "expected a document length up to " + available + ", was " + length;
        }
        if (count < 1 || count > (length - HEADER_BYTES) / Frame.HEADER_BYTES) {
            return "expected a count of frames that fits " + length + " bytes, was " + count;
        }
        return chainProblem(buffer, at, length, count);
    }

    private @Nullable String chainProblem(ByteBuffer buffer, int at, int length, int count) {
        int frame = at + HEADER_BYTES;
        int end = at + length;
        for (int i = 0; i < count; i++) {
            int frameLength = end - frame < Frame.HEADER_BYTES ? -1 : buffer.getInt(frame + Frame.LENGTH_AT);
            if (frameLength < Frame.HEADER_BYTES || frameLength > end - frame) {
                return "expected frame " + i + " of " + count + " within the document, was a length of " + frameLength;
            }
            frame += frameLength;
        }
        if (frame != end) {
            return "expected frames up to byte " + (end - at) + ", was " + (frame - at);
        }
        int expected = buffer.getInt(at + CRC_AT);
        int actual = checksum(buffer, at, count);
        if (expected != actual) {
            return String.format("expected document checksum %08x, was %08x", expected, actual);
        }
        int format = buffer.getInt(at + FORMAT_AT);
        return format == V1 ? null : "expected document format up to " + V1 + ", was " + format;
    }

    private int checksum(ByteBuffer buffer, int at, int count) {
        crc.reset();
        byte[] array = word.array();
        buffer.get(at + LENGTH_AT, array, 0, array.length);
        crc.update(array, 0, array.length);
        int frame = at + HEADER_BYTES;
        for (int i = 0; i < count; i++) {
            word.putInt(0, buffer.getInt(frame + Frame.CRC_AT));
            crc.update(array, 0, Integer.BYTES);
            frame += buffer.getInt(frame + Frame.LENGTH_AT);
        }
        return (int) crc.getValue();
    }

    public static int length(ByteBuffer buffer, int at) {
        return buffer.getInt(at + LENGTH_AT);
    }

    public static int count(ByteBuffer buffer, int at) {
        return buffer.getInt(at + COUNT_AT);
    }

    public static long firstOffset(ByteBuffer buffer, int at) {
        return buffer.getLong(at + FIRST_OFFSET_AT);
    }

    public static int epoch(ByteBuffer buffer, int at) {
        return buffer.getInt(at + EPOCH_AT);
    }
}
