package dev.cairn.internal.codec;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Layout of a gap: what stands in a repaired segment where documents could not be saved, so that the segment itself tells which
 * offsets were lost and everything behind them keeps its own.
 *
 * <pre>
 *  0        4        8        12       16                      24       28       32                      40
 *  +--------+--------+--------+--------+-----------------------+--------+--------+-----------------------+
 *  | magic  | crc32c | length | zero   | first offset lost     | epoch  | format | last offset lost      |
 *  +--------+--------+--------+--------+-----------------------+--------+--------+-----------------------+
 * </pre>
 *
 * It stands behind a word of its own like a {@link Document} and shares that one's places of length, first offset, epoch and
 * format. {@code crc32c} covers the bytes from {@code length} to the end.
 *
 * <p>Threading: any thread.
 */
public final class Gap {
    /** The bytes {@code C R N G}. */
    public static final int MAGIC = 0x474E5243;

    /** The first format: the fields above. */
    public static final int V1 = 1;

    private static final int CRC_AT = Document.CRC_AT;
    private static final int LENGTH_AT = Document.LENGTH_AT;
    private static final int LAST_OFFSET_AT = Document.HEADER_BYTES;

    /** Length of a gap in bytes. */
    public static final int BYTES = LAST_OFFSET_AT + Long.BYTES;

    private Gap() {}

    /** Writes {@link #BYTES} bytes at {@code at} of the little-endian {@code buffer}. */
    public static void encode(ByteBuffer buffer, int at, int epoch, long firstOffset, long lastOffset) {
        buffer.putInt(at, MAGIC);
        buffer.putInt(at + LENGTH_AT, BYTES);
        buffer.putInt(at + Document.COUNT_AT, 0);
        buffer.putLong(at + Document.FIRST_OFFSET_AT, firstOffset);
        buffer.putInt(at + Document.EPOCH_AT, epoch);
        buffer.putInt(at + Document.FORMAT_AT, V1);
        buffer.putLong(at + LAST_OFFSET_AT, lastOffset);
        buffer.putInt(at + CRC_AT, checksum(buffer, at));
    }

    /** Whether the {@code available} bytes at {@code at} begin as a gap does. */
    public static boolean isAt(ByteBuffer buffer, int at, int available) {
        return available >= BYTES && buffer.getInt(at) == MAGIC;
    }

    /** Says what is wrong with the gap at {@code at}, or null when it can be believed. */
    public static @Nullable String problem(ByteBuffer buffer, int at, int length) {
        if (length != BYTES || buffer.getInt(at + LENGTH_AT) != BYTES) {
            return "expected a gap of " + BYTES + " bytes, was " + length;
        }
        int expected = buffer.getInt(at + CRC_AT);
        int actual = checksum(buffer, at);
        if (expected != actual) {
            return String.format("expected gap checksum %08x, was %08x", expected, actual);
        }
        int format = buffer.getInt(at + Document.FORMAT_AT);
        if (format != V1) {
            return "expected gap format up to " + V1 + ", was " + format;
        }
        return lastOffset(buffer, at) >= Document.firstOffset(buffer, at)
                ? null
                : "expected a last offset from " + Document.firstOffset(buffer, at) + ", was " + lastOffset(buffer, at);
    }

    /** The last offset of the gap at {@code at}; the first one is {@link Document#firstOffset}. */
    public static long lastOffset(ByteBuffer buffer, int at) {
        return buffer.getLong(at + LAST_OFFSET_AT);
    }

    private static int checksum(ByteBuffer buffer, int at) {
        byte[] covered = new byte[BYTES - LENGTH_AT];
        buffer.get(at + LENGTH_AT, covered, 0, covered.length);
        CRC32C crc = new CRC32C();
        crc.update(covered, 0, covered.length);
        return (int) crc.getValue();
    }
}
