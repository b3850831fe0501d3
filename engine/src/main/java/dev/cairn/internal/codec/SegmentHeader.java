package dev.cairn.internal.codec;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The first document of each segment: whose it is and where it belongs.
 *
 * <pre>
 *  0        4        8        12       16                              32       36       40
 *  +--------+--------+--------+--------+-------------------------------+--------+--------+
 *  | magic  | crc32c | length | format | installation (16 bytes)       | epoch  | number |
 *  +--------+--------+--------+--------+-------------------------------+--------+--------+
 *  40                      48                      56                                                96
 *  +-----------------------+-----------------------+-----------------------------------------+-------+
 *  | first offset          | created at (µs)       | SHA-256 of the manifest before (32)     | zero  |
 *  +-----------------------+-----------------------+-----------------------------------------+-------+
 * </pre>
 *
 * {@code crc32c} covers the bytes from {@code length} to the end. The hash is zero when there is no manifest before. A
 * segment that was copied from another installation, or put in another's place, is recognised by this header.
 *
 * @param installation identity of the directory
 * @param epoch the writable opening that made the segment
 * @param number the segment's number, growing over all epochs
 * @param firstOffset offset of the first record that follows
 * @param createdAt microseconds since 1970
 * @param previousManifest 32 bytes
 */
public record SegmentHeader(
        UUID installation, int epoch, int number, long firstOffset, long createdAt, byte[] previousManifest) {
    /** The bytes {@code C R N S}. */
    public static final int MAGIC = 0x534E5243;

    /** The first format: the fields above. */
    public static final int V1 = 1;

    /** Length of the whole header in bytes. */
    public static final int BYTES = 96;

    private static final int CRC_AT = 4;
    private static final int LENGTH_AT = 8;
    private static final int FORMAT_AT = 12;
    private static final int INSTALLATION_AT = 16;
    private static final int EPOCH_AT = 32;
    private static final int NUMBER_AT = 36;
    private static final int FIRST_OFFSET_AT = 40;
    private static final int CREATED_AT = 48;
    private static final int MANIFEST_AT = 56;
    private static final int HASH_BYTES = 32;

    public SegmentHeader {
        if (previousManifest.length != HASH_BYTES) {
            throw new IllegalArgumentException("expected a hash of 32 bytes, was " + previousManifest.length);
        }
    }

    /** Writes {@link #BYTES} bytes at {@code at} of the little-endian {@code buffer}. */
    public void encode(ByteBuffer buffer, int at) {
        byte[] zero = new byte[BYTES];
        buffer.put(at, zero, 0, BYTES);
        buffer.putInt(at, MAGIC);
        buffer.putInt(at + LENGTH_AT, BYTES);
        buffer.putInt(at + FORMAT_AT, V1);
        buffer.putLong(at + INSTALLATION_AT, installation.getMostSignificantBits());
        buffer.putLong(at + INSTALLATION_AT + Long.BYTES, installation.getLeastSignificantBits());
        buffer.putInt(at + EPOCH_AT, epoch);
        buffer.putInt(at + NUMBER_AT, number);
        buffer.putLong(at + FIRST_OFFSET_AT, firstOffset);
        buffer.putLong(at + CREATED_AT, createdAt);
        buffer.put(at + MANIFEST_AT, previousManifest, 0, HASH_BYTES);
        buffer.putInt(at + CRC_AT, checksum(buffer, at));
    }

    /** Says what is wrong with the header at {@code at}, or null when it can be decoded. */
    public static @Nullable String problem(ByteBuffer buffer, int at, int available) {
        if (available < BYTES) {
            return "expected a segment header of " + BYTES + " bytes, was " + available;
        }
        if (buffer.getInt(at) != MAGIC) {
            return String.format("expected segment header magic %08x, was %08x", MAGIC, buffer.getInt(at));
        }
        int expected = buffer.getInt(at + CRC_AT);
        int actual = checksum(buffer, at);
        if (expected != actual) {
            return String.format("expected segment header checksum %08x, was %08x", expected, actual);
        }
        int format = buffer.getInt(at + FORMAT_AT);
        return format == V1 ? null : "expected segment header format up to " + V1 + ", was " + format;
    }

    /** Reads the header at {@code at}, which {@link #problem} found good. */
    public static SegmentHeader decode(ByteBuffer buffer, int at) {
        byte[] hash = new byte[HASH_BYTES];
        buffer.get(at + MANIFEST_AT, hash, 0, HASH_BYTES);
        return new SegmentHeader(
                new UUID(buffer.getLong(at + INSTALLATION_AT), buffer.getLong(at + INSTALLATION_AT + Long.BYTES)),
                buffer.getInt(at + EPOCH_AT),
                buffer.getInt(at + NUMBER_AT),
                buffer.getLong(at + FIRST_OFFSET_AT),
                buffer.getLong(at + CREATED_AT),
                hash);
    }

    private static int checksum(ByteBuffer buffer, int at) {
        byte[] covered = new byte[BYTES - LENGTH_AT];
        buffer.get(at + LENGTH_AT, covered, 0, covered.length);
        CRC32C crc = new CRC32C();
        crc.update(covered, 0, covered.length);
        return (int) crc.getValue();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SegmentHeader that
                && installation.equals(that.installation)
                && epoch == that.epoch
                && number == that.number
                && firstOffset == that.firstOffset
                && createdAt == that.createdAt
                && Arrays.equals(previousManifest, that.previousManifest);
    }

    @Override
    public int hashCode() {
        return installation.hashCode() * 31 + number;
    }
}
