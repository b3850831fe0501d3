package dev.cairn.internal.codec;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * Any bytes as a frame, a document, a gap and a segment header: what is wrong with them is said, never thrown. The same bytes
 * again with a right magic, length and checksum, which chance would not find: what is taken for a frame then is copied, written
 * anew and read back the same.
 *
 * <p>Threading: stateless.
 */
public final class FrameFuzz {
    private static final int WORD = Long.BYTES;

    private FrameFuzz() {}

    /** Called by the fuzzer, and with each input of the corpus. */
    public static void fuzzerTestOneInput(byte[] input) {
        ByteBuffer raw = littleEndian(input);
        new FrameView().wrap(raw, 0).problem(input.length);
        raw.clear();
        new Document().problem(raw, 0, input.length);
        SegmentHeader.problem(raw, 0, input.length);
        if (Gap.isAt(raw, 0, input.length)) {
            Gap.problem(raw, 0, input.length);
        }
        if (input.length >= Frame.HEADER_BYTES) {
            sealed(input);
            gap(raw);
            header(raw);
        }
    }

    private static void sealed(byte[] input) {
        int length = input.length & -WORD;
        ByteBuffer frame = littleEndian(Arrays.copyOf(input, length));
        frame.putInt(Frame.MAGIC_AT, Frame.MAGIC);
        frame.putInt(Frame.LENGTH_AT, length);
        frame.put(Frame.FORMAT_AT, (byte) Frame.V1);
        frame.putInt(Frame.CRC_AT, Frame.checksum(new CRC32C(), frame, 0, length));
        FrameView view = new FrameView().wrap(frame, 0);
        if (view.problem(length) != null) {
            return;
        }
        Event event = new Event();
        view.copyTo(event);
        expect(partBytes(event) <= length, "parts within the frame");
        ByteBuffer anew = ByteBuffer.allocate(Frame.encodedBytes(event)).order(ByteOrder.LITTLE_ENDIAN);
        int written = new Frame().encode(event, anew, 0);
        FrameView again = new FrameView().wrap(anew, 0);
        String problem = again.problem(written);
        expect(problem == null, "a frame written anew, was " + problem);
        Event same = new Event();
        again.copyTo(same);
        expect(alike(event, same), "the same event behind writing and reading");
        document(anew, written);
    }

    /** Two such frames make a document that nothing is wrong with. */
    private static void document(ByteBuffer frame, int length) {
        int whole = Document.HEADER_BYTES + 2 * length;
        ByteBuffer document = ByteBuffer.allocate(whole).order(ByteOrder.LITTLE_ENDIAN);
        document.put(Document.HEADER_BYTES, frame.array(), 0, length);
        document.put(Document.HEADER_BYTES + length, frame.array(), 0, length);
        new Document().seal(document, 0, whole, 2, 1, 1);
        String problem = new Document().problem(document, 0, whole);
        expect(problem == null, "a document of two frames, was " + problem);
    }

    private static void gap(ByteBuffer raw) {
        ByteBuffer bytes = ByteBuffer.allocate(Gap.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        long first = raw.getLong(0);
        long last = raw.getLong(Long.BYTES);
        Gap.encode(bytes, 0, raw.getInt(2 * Long.BYTES), first, last);
        expect(
                (Gap.problem(bytes, 0, Gap.BYTES) == null) == (last >= first),
                "a gap with a last offset from the first on");
        expect(Gap.lastOffset(bytes, 0) == last, "the last offset of a gap as it was written");
    }

    private static void header(ByteBuffer raw) {
        byte[] hash = new byte[32];
        raw.get(0, hash);
        SegmentHeader header = new SegmentHeader(
                new UUID(raw.getLong(0), raw.getLong(8)),
                raw.getInt(16),
                raw.getInt(20),
                raw.getLong(24),
                raw.getLong(32),
                hash);
        ByteBuffer bytes = ByteBuffer.allocate(SegmentHeader.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        header.encode(bytes, 0);
        String problem = SegmentHeader.problem(bytes, 0, SegmentHeader.BYTES);
        expect(problem == null, "a segment header as it was written, was " + problem);
        expect(SegmentHeader.decode(bytes, 0).equals(header), "the same segment header");
    }

    private static long partBytes(Event event) {
        return (long) event.topic.length()
                + event.key.length()
                + event.actor.length()
                + event.operation.length()
                + event.payload.length()
                + event.image.length()
                + event.fences.length();
    }

    private static boolean alike(Event one, Event other) {
        return one.kind == other.kind
                && one.type == other.type
                && one.epoch == other.epoch
                && one.offset == other.offset
                && one.at == other.at
                && one.occurredAt == other.occurredAt
                && one.previous == other.previous
                && one.previousImage == other.previousImage
                && one.version == other.version
                && one.durable == other.durable
                && one.item == other.item
                && one.commandHash == other.commandHash
                && one.hasImage == other.hasImage
                && (one.incomplete == other.incomplete || !one.hasImage)
                && one.topic.contentEquals(other.topic)
                && one.key.contentEquals(other.key)
                && one.actor.contentEquals(other.actor)
                && one.operation.contentEquals(other.operation)
                && one.payload.contentEquals(other.payload)
                && (one.image.contentEquals(other.image) || !one.hasImage)
                && one.fences.contentEquals(other.fences);
    }

    private static ByteBuffer littleEndian(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static void expect(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError("expected " + what);
        }
    }
}
