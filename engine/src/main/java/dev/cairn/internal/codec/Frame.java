package dev.cairn.internal.codec;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * Layout of a frame, the bytes of one record, and its encoder.
 *
 * <pre>
 *  0        4        8        12       16                      24                      32
 *  +--------+--------+--------+--------+-----------------------+-----------------------+
 *  | magic  | crc32c | length |v f k t | offset                | at (µs)               |
 *  +--------+--------+--------+--------+-----------------------+-----------------------+
 *  32                      40                      48                      56
 *  +-----------------------+-----------------------+-----------------------+
 *  | previous              | previous image        | version               |
 *  +-----------------------+-----------------------+-----------------------+
 *  56                      64       68       72       76   78   80   82   84       88
 *  +-----------------------+--------+--------+--------+----+----+----+----+--------+
 *  | durable offset known  | epoch  |payload#| image# | t# | k# | a# | o# | item   |
 *  +-----------------------+--------+--------+--------+----+----+----+----+--------+
 *  88                      96                      104
 *  +-----------------------+-----------------------+-------+-----+-------+-----------+---------+-------+-----+
 *  | command hash          | occurred at (µs)      | topic | key | actor | operation | payload | image | fences | pad |
 *  +-----------------------+-----------------------+-------+-----+-------+-----------+---------+-------+--------+-----+
 * </pre>
 *
 * {@code fences} is there only with {@link #FLAG_FENCES}: a u16 length, and so many bytes as {@link Event#fences} describes.
 * {@code v f k t} are one byte each: format version, flags, kind, type. {@code #} marks lengths in bytes: {@code t# k# a#
 * o#} (topic, key, actor, operation) are u16. {@code length} counts everything from the magic to the padding and is a
 * multiple of 8; the padding is zero. {@code crc32c} covers the bytes from {@code length} to the end. Offsets that do not
 * exist are −1, a time that was not given is {@link Event#NO_TIME}.
 *
 * <p>Threading: the constants for anyone; an encoder belongs to the commit lock.
 */
public final class Frame {
    /** The bytes {@code C R N F}. */
    public static final int MAGIC = 0x464E5243;

    /** The first format: all fields above. */
    public static final int V1 = 1;

    public static final int VERSION_CURRENT = V1;

    /** Flag: the frame carries the entity's full body after the record. */
    public static final int FLAG_IMAGE = 1;

    /** Flag, beside an image: earlier records of the entity were lost, and the image is what those that are left say. */
    public static final int FLAG_INCOMPLETE = 2;

    /** Flag: the frame says under which leases the record was written. */
    public static final int FLAG_FENCES = 4;

    /** The most bytes of fences that a frame holds. */
    public static final int FENCES_BYTES_MAX = 0xFFFF;

    static final int MAGIC_AT = 0;
    static final int CRC_AT = MAGIC_AT + Integer.BYTES;
    /** Where a frame says how long it is. */
    public static final int LENGTH_AT = CRC_AT + Integer.BYTES;

    static final int FORMAT_AT = LENGTH_AT + Integer.BYTES;
    static final int FLAGS_AT = FORMAT_AT + 1;
    static final int KIND_AT = FLAGS_AT + 1;
    static final int TYPE_AT = KIND_AT + 1;
    static final int OFFSET_AT = TYPE_AT + 1;
    static final int TIME_AT = OFFSET_AT + Long.BYTES;
    static final int PREVIOUS_AT = TIME_AT + Long.BYTES;
    static final int PREVIOUS_IMAGE_AT = PREVIOUS_AT + Long.BYTES;
    static final int VERSION_AT = PREVIOUS_IMAGE_AT + Long.BYTES;
    static final int DURABLE_AT = VERSION_AT + Long.BYTES;
    static final int EPOCH_AT = DURABLE_AT + Long.BYTES;
    static final int PAYLOAD_LENGTH_AT = EPOCH_AT + Integer.BYTES;
    static final int IMAGE_LENGTH_AT = PAYLOAD_LENGTH_AT + Integer.BYTES;
    static final int TOPIC_LENGTH_AT = IMAGE_LENGTH_AT + Integer.BYTES;
    static final int KEY_LENGTH_AT = TOPIC_LENGTH_AT + Short.BYTES;
    static final int ACTOR_LENGTH_AT = KEY_LENGTH_AT + Short.BYTES;
    static final int OPERATION_LENGTH_AT = ACTOR_LENGTH_AT + Short.BYTES;
    static final int ITEM_AT = OPERATION_LENGTH_AT + Short.BYTES;
    static final int COMMAND_HASH_AT = ITEM_AT + Integer.BYTES;
    static final int OCCURRED_AT = COMMAND_HASH_AT + Long.BYTES;

    /** Bytes before the variable part. */
    public static final int HEADER_BYTES = OCCURRED_AT + Long.BYTES;

    private final CRC32C crc = new CRC32C();

    /** Bytes that {@code event} takes as a frame, padding included. */
    public static int encodedBytes(Event event) {
        long bytes = (long) HEADER_BYTES
                + event.topic.length()
                + event.key.length()
                + event.actor.length()
                + event.operation.length()
                + event.payload.length()
                + (event.hasImage ? event.image.length() : 0)
                + (event.fences.isEmpty() ? 0 : Short.BYTES + event.fences.length());
        return Math.toIntExact((bytes + 7) & ~7L);
    }

    /**
     * Writes {@code event} at {@code at} and returns the number of bytes; {@code buffer} is little-endian and has room for
     * {@link #encodedBytes}. Leaves the buffer's position and limit anywhere.
     */
    public int encode(Event event, ByteBuffer buffer, int at) {
        int length = encodedBytes(event);
        buffer.clear();
        putHeader(event, buffer, at, length);
        int end = at + HEADER_BYTES;
        end = put(event.topic, buffer, end);
        end = put(event.key, buffer, end);
        end = put(event.actor, buffer, end);
        end = put(event.operation, buffer, end);
        end = put(event.payload, buffer, end);
        if (event.hasImage) {
            end = put(event.image, buffer, end);
        }
        if (!event.fences.isEmpty()) {
            buffer.putShort(end, (short) event.fences.length());
            end = put(event.fences, buffer, end + Short.BYTES);
        }
        while (end < at + length) {
            buffer.put(end++, (byte) 0);
        }
        buffer.putInt(at + CRC_AT, checksum(crc, buffer, at, length));
        return length;
    }

    /** Bytes of the frame at {@code at}, padding included. */
    public static int length(ByteBuffer buffer, int at) {
        return buffer.getInt(at + LENGTH_AT);
    }

    private static void putHeader(Event event, ByteBuffer buffer, int at, int length) {
        buffer.putInt(at + MAGIC_AT, MAGIC);
        buffer.putInt(at + LENGTH_AT, length);
        buffer.put(at + FORMAT_AT, (byte) VERSION_CURRENT);
        buffer.put(at + FLAGS_AT, (byte) flags(event));
        buffer.put(at + KIND_AT, event.kind);
        buffer.put(at + TYPE_AT, event.type);
        buffer.putLong(at + OFFSET_AT, event.offset);
        buffer.putLong(at + TIME_AT, event.at);
        buffer.putLong(at + PREVIOUS_AT, event.previous);
        buffer.putLong(at + PREVIOUS_IMAGE_AT, event.previousImage);
        buffer.putLong(at + VERSION_AT, event.version);
        buffer.putLong(at + DURABLE_AT, event.durable);
        buffer.putInt(at + EPOCH_AT, event.epoch);
        buffer.putInt(at + PAYLOAD_LENGTH_AT, event.payload.length());
        buffer.putInt(at + IMAGE_LENGTH_AT, event.hasImage ? event.image.length() : 0);
        buffer.putShort(at + TOPIC_LENGTH_AT, (short) event.topic.length());
        buffer.putShort(at + KEY_LENGTH_AT, (short) event.key.length());
        buffer.putShort(at + ACTOR_LENGTH_AT, (short) event.actor.length());
        buffer.putShort(at + OPERATION_LENGTH_AT, (short) event.operation.length());
        buffer.putInt(at + ITEM_AT, event.item);
        buffer.putLong(at + COMMAND_HASH_AT, event.commandHash);
        buffer.putLong(at + OCCURRED_AT, event.occurredAt);
    }

    private static int flags(Event event) {
        int image = event.hasImage ? event.incomplete ? FLAG_IMAGE | FLAG_INCOMPLETE : FLAG_IMAGE : 0;
        return event.fences.isEmpty() ? image : image | FLAG_FENCES;
    }

    private static int put(ByteSlab slab, ByteBuffer buffer, int at) {
        buffer.put(at, slab.array(), 0, slab.length());
        return at + slab.length();
    }

    /** CRC32C of the frame at {@code at}; moves the position and limit of {@code buffer}. */
    static int checksum(CRC32C crc, ByteBuffer buffer, int at, int length) {
        buffer.limit(at + length).position(at + LENGTH_AT);
        crc.reset();
        crc.update(buffer);
        buffer.clear();
        return (int) crc.getValue();
    }
}
