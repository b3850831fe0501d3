package dev.cairn.internal.codec;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A window on one frame in a buffer: reads fields in place, checks the frame, and copies it into an {@link Event}.
 *
 * <p>Threading: one instance, with its own duplicate of the buffer, for each reader.
 */
public final class FrameView {
    private final CRC32C crc = new CRC32C();
    private ByteBuffer buffer = ByteBuffer.allocate(0);
    private int at;

    /**
     * Moves the window.
     *
     * @param newBuffer little-endian, not shared with another thread: its position and limit are changed
     * @param newAt index of the frame's magic
     */
    public FrameView wrap(ByteBuffer newBuffer, int newAt) {
        buffer = newBuffer;
        at = newAt;
        return this;
    }

    /**
     * Says what is wrong with the bytes in the window, or null when they are a whole frame with a right checksum.
     *
     * @param available bytes from the start of the window that the frame may occupy
     */
    public @Nullable String problem(int available) {
        if (available < Frame.HEADER_BYTES) {
            return "expected a frame of at least " + Frame.HEADER_BYTES + " bytes, was " + available;
        }
        if (buffer.getInt(at + Frame.MAGIC_AT) != Frame.MAGIC) {
            return String.format(
                    "expected frame magic %08x, was %08x", Frame.MAGIC, buffer.getInt(at + Frame.MAGIC_AT));
        }
        int length = length();
        if (length < Frame.HEADER_BYTES || length > available || (length & 7) != 0) {
            return "expected a frame length from " + Frame.HEADER_BYTES + " to " + available + ", was " + length;
        }
        int expected = buffer.getInt(at + Frame.CRC_AT);
        int actual = Frame.checksum(crc, buffer, at, length);
        if (expected != actual) {
            return String.format("expected frame checksum %08x, was %08x", expected, actual);
        }
        if (format() != Frame.V1) {
            return "expected frame format up to " + Frame.VERSION_CURRENT + ", was " + format();
        }
        return partsProblem(length);
    }

    private @Nullable String partsProblem(int length) {
        if (payloadLength() < 0 || imageLength() < 0) {
            return "expected lengths from 0, was " + payloadLength() + " and " + imageLength();
        }
        long parts = (long) Frame.HEADER_BYTES
                + topicLength()
                + keyLength()
                + actorLength()
                + operationLength()
                + (long) payloadLength()
                + imageLength();
        if (hasFences()) {
            if (parts + Short.BYTES > length) {
                return "expected fences within " + length + " bytes, was " + parts + " before them";
            }
            parts += Short.BYTES + fencesLength((int) parts);
        }
        boolean fits = ((parts + 7) & ~7L) == length;
        return fits ? null : "expected parts of " + length + " bytes in all, was " + parts;
    }

    public int position() {
        return at;
    }

    public int length() {
        return buffer.getInt(at + Frame.LENGTH_AT);
    }

    public int checksum() {
        return buffer.getInt(at + Frame.CRC_AT);
    }

    public int format() {
        return buffer.get(at + Frame.FORMAT_AT) & 0xFF;
    }

    public boolean hasImage() {
        return (buffer.get(at + Frame.FLAGS_AT) & Frame.FLAG_IMAGE) != 0;
    }

    private boolean hasFences() {
        return (buffer.get(at + Frame.FLAGS_AT) & Frame.FLAG_FENCES) != 0;
    }

    /** @param parts bytes of the frame before the length of its fences */
    private int fencesLength(int parts) {
        return buffer.getShort(at + parts) & 0xFFFF;
    }

    public byte kind() {
        return buffer.get(at + Frame.KIND_AT);
    }

    public byte type() {
        return buffer.get(at + Frame.TYPE_AT);
    }

    public long offset() {
        return buffer.getLong(at + Frame.OFFSET_AT);
    }

    public long at() {
        return buffer.getLong(at + Frame.TIME_AT);
    }

    public long occurredAt() {
        return buffer.getLong(at + Frame.OCCURRED_AT);
    }

    public long previous() {
        return buffer.getLong(at + Frame.PREVIOUS_AT);
    }

    public long previousImage() {
        return buffer.getLong(at + Frame.PREVIOUS_IMAGE_AT);
    }

    public long version() {
        return buffer.getLong(at + Frame.VERSION_AT);
    }

    public long durable() {
        return buffer.getLong(at + Frame.DURABLE_AT);
    }

    public int epoch() {
        return buffer.getInt(at + Frame.EPOCH_AT);
    }

    public int item() {
        return buffer.getInt(at + Frame.ITEM_AT);
    }

    public long commandHash() {
        return buffer.getLong(at + Frame.COMMAND_HASH_AT);
    }

    public int topicLength() {
        return buffer.getShort(at + Frame.TOPIC_LENGTH_AT) & 0xFFFF;
    }

    public int keyLength() {
        return buffer.getShort(at + Frame.KEY_LENGTH_AT) & 0xFFFF;
    }

    public int operationLength() {
        return buffer.getShort(at + Frame.OPERATION_LENGTH_AT) & 0xFFFF;
    }

    public int payloadLength() {
        return buffer.getInt(at + Frame.PAYLOAD_LENGTH_AT);
    }

    private int actorLength() {
        return buffer.getShort(at + Frame.ACTOR_LENGTH_AT) & 0xFFFF;
    }

    private int imageLength() {
        return buffer.getInt(at + Frame.IMAGE_LENGTH_AT);
    }

    /** Whether the frame's topic is exactly {@code topic} (empty for built-in kinds). */
    public boolean topicEquals(ByteSlab topic) {
        return regionEquals(at + Frame.HEADER_BYTES, topicLength(), topic);
    }

    public boolean keyEquals(ByteSlab key) {
        return regionEquals(at + Frame.HEADER_BYTES + topicLength(), keyLength(), key);
    }

    private boolean regionEquals(int from, int length, ByteSlab expected) {
        if (length != expected.length()) {
            return false;
        }
        byte[] array = expected.array();
        for (int i = 0; i < length; i++) {
            if (buffer.get(from + i) != array[i]) {
                return false;
            }
        }
        return true;
    }

    /** Appends topic and key, as the frame holds them, to the two slabs after clearing them. */
    public void copyAddress(ByteSlab topic, ByteSlab key) {
        topic.clear();
        key.clear();
        appendTopic(topic);
        appendKey(key);
    }

    /** Appends the topic, empty for built-in kinds, as the frame holds it. */
    public void appendTopic(ByteSlab into) {
        into.putBytes(buffer, at + Frame.HEADER_BYTES, topicLength());
    }

    /** Appends the key as the frame holds it. */
    public void appendKey(ByteSlab into) {
        into.putBytes(buffer, at + Frame.HEADER_BYTES + topicLength(), keyLength());
    }

    /** Copies the whole frame. */
    public void copyTo(Event event) {
        event.kind = kind();
        event.type = type();
        event.epoch = epoch();
        event.offset = offset();
        event.at = at();
        event.occurredAt = occurredAt();
        event.previous = previous();
        event.previousImage = previousImage();
        event.version = version();
        event.durable = durable();
        event.item = item();
        event.commandHash = commandHash();
        event.hasImage = hasImage();
        event.incomplete = (buffer.get(at + Frame.FLAGS_AT) & Frame.FLAG_INCOMPLETE) != 0;
        int part = at + Frame.HEADER_BYTES;
        part = copy(part, topicLength(), event.topic);
        part = copy(part, keyLength(), event.key);
        part = copy(part, actorLength(), event.actor);
        part = copy(part, operationLength(), event.operation);
        part = copy(part, payloadLength(), event.payload);
        part = copy(part, imageLength(), event.image);
        event.fences.clear();
        if (hasFences()) {
            copy(part + Short.BYTES, fencesLength(part - at), event.fences);
        }
    }

    private int copy(int from, int length, ByteSlab into) {
        into.clear();
        into.putBytes(buffer, from, length);
        return from + length;
    }
}
