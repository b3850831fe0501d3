package dev.cairn.internal.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Pins the bytes of each released format: a failure here means that logs which exist could no longer be read. */
class FrameGoldenTest {
    private static final String FRAME_V1 =
            "43524e46b4aec6219000000001010302080706050403020100401e18240a060029000000000000001000000000000000"
                    + "110000000000000028000000000000000700000007000000050000000600080005000200050000008877665544332211"
                    + "0000a40731af05006275696c64736275696c642d34326167656e746f707061796c6f6164696d61676500000000000000";
    private static final String DOCUMENT_V1 =
            "43524e44050798f6b0000000010000000807060504030201070000000100000043524e46b4aec6219000000001010302"
                    + "080706050403020100401e18240a06002900000000000000100000000000000011000000000000002800000000000000"
                    + "07000000070000000500000006000800050002000500000088776655443322110000a40731af05006275696c64736275"
                    + "696c642d34326167656e746f707061796c6f6164696d61676500000000000000";
    private static final String FRAME_FENCED_V1 =
            "43524e4610e2d0c0b000000001050302080706050403020100401e18240a060029000000000000001000000000000000"
                    + "110000000000000028000000000000000700000007000000050000000600080005000200050000008877665544332211"
                    + "0000a40731af05006275696c64736275696c642d34326167656e746f707061796c6f6164696d61676523000d00746173"
                    + "6b3a6275696c642d343229000000000000000200c3bcffffffffffffffff0000";
    private static final String SEGMENT_HEADER_V1 =
            "43524e539e35199360000000010000000100000000000000020000000000000003000000040000000500000000000000"
                    + "060000000000000001000000000000000000000000000000000000000000000000000000000000200000000000000000";
    private static final String ENVELOPE =
            "434149524e454e56544553540100000001000000000000000200000000000000030000009b051223010203";

    private final ByteBuffer buffer = ByteBuffer.allocate(1024).order(ByteOrder.LITTLE_ENDIAN);

    private static Event event() {
        Event event = new Event();
        event.clear();
        event.kind = 3;
        event.type = 2;
        event.epoch = 7;
        event.offset = 0x0102030405060708L;
        event.at = 1_700_000_000_000_000L;
        event.occurredAt = 1_600_000_000_000_000L;
        event.previous = 41;
        event.previousImage = 16;
        event.version = 17;
        event.durable = 40;
        event.item = 5;
        event.commandHash = 0x1122334455667788L;
        event.topic.putUtf8("builds");
        event.key.putUtf8("build-42");
        event.actor.putUtf8("agent");
        event.operation.putUtf8("op");
        event.payload.putUtf8("payload");
        event.image.putUtf8("image");
        event.hasImage = true;
        return event;
    }

    @Test
    void shouldKeepTheBytesOfAFrame() {
        int length = new Frame().encode(event(), buffer, 0);
        assertThat(hex(length)).isEqualTo(FRAME_V1);
    }

    @Test
    void shouldReadBackWhatTheBytesSay() {
        byte[] bytes = HexFormat.of().parseHex(FRAME_V1);
        FrameView view = new FrameView().wrap(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN), 0);
        assertThat(view.problem(bytes.length)).isNull();
        Event read = new Event();
        view.copyTo(read);
        assertThat(read)
                .usingRecursiveComparison()
                .comparingOnlyFields(
                        "kind",
                        "type",
                        "epoch",
                        "offset",
                        "at",
                        "occurredAt",
                        "previous",
                        "previousImage",
                        "version",
                        "durable",
                        "item",
                        "commandHash",
                        "hasImage")
                .isEqualTo(event());
        assertThat(read.topic.utf8()
                        + read.key.utf8()
                        + read.actor.utf8()
                        + read.operation.utf8()
                        + read.payload.utf8()
                        + read.image.utf8())
                .isEqualTo("buildsbuild-42agentoppayloadimage");
    }

    private static Event fencedEvent() {
        Event event = event();
        event.fences.putText("task:build-42");
        event.fences.putLong(41);
        event.fences.putText("ü");
        event.fences.putLong(-1);
        return event;
    }

    @Test
    void shouldKeepTheBytesOfAFrameWithFences() {
        int length = new Frame().encode(fencedEvent(), buffer, 0);
        assertThat(hex(length)).isEqualTo(FRAME_FENCED_V1);
        assertThat(length).isEqualTo(Frame.encodedBytes(fencedEvent()));
    }

    @Test
    void shouldReadBackTheFencesAndWhatIsBeforeThem() {
        byte[] bytes = HexFormat.of().parseHex(FRAME_FENCED_V1);
        FrameView view = new FrameView().wrap(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN), 0);
        assertThat(view.problem(bytes.length)).isNull();
        Event read = new Event();
        read.fences.putUtf8("of the frame before");
        view.copyTo(read);
        assertThat(read.fences.toByteArray()).isEqualTo(fencedEvent().fences.toByteArray());
        assertThat(read.image.utf8()).isEqualTo("image");
        view.wrap(ByteBuffer.wrap(HexFormat.of().parseHex(FRAME_V1)).order(ByteOrder.LITTLE_ENDIAN), 0)
                .copyTo(read);
        assertThat(read.fences.isEmpty()).isTrue();
    }

    @Test
    void shouldFindEveryFlippedBitOfAFrameWithFences() {
        byte[] good = HexFormat.of().parseHex(FRAME_FENCED_V1);
        for (int bit = 0; bit < good.length * 8; bit++) {
            byte[] bytes = good.clone();
            bytes[bit / 8] ^= (byte) (1 << bit % 8);
            ByteBuffer flipped = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
            assertThat(new FrameView().wrap(flipped, 0).problem(bytes.length))
                    .as("bit %d", bit)
                    .isNotNull();
        }
    }

    /** A wrong length under a right checksum, as no disk makes it, is still no reason to read beyond the frame. */
    @Test
    void shouldRefuseFencesThatDoNotFit() {
        int length = new Frame().encode(fencedEvent(), buffer, 0);
        int fencesAt = Frame.HEADER_BYTES + "buildsbuild-42agentoppayloadimage".length();
        for (int wrong : new int[] {0, 20, 60, 0xFFFF}) {
            buffer.putShort(fencesAt, (short) wrong);
            buffer.putInt(Frame.CRC_AT, Frame.checksum(new java.util.zip.CRC32C(), buffer, 0, length));
            assertThat(new FrameView().wrap(buffer, 0).problem(length))
                    .as("%d bytes of fences", wrong)
                    .contains("parts");
        }
    }

    @Test
    void shouldFindEveryFlippedBitOfADocument() {
        byte[] good = HexFormat.of().parseHex(DOCUMENT_V1);
        for (int bit = 0; bit < good.length * 8; bit++) {
            byte[] bytes = good.clone();
            bytes[bit / 8] ^= (byte) (1 << bit % 8);
            ByteBuffer flipped = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
            String document = new Document().problem(flipped, 0, bytes.length);
            String frame =
                    new FrameView().wrap(flipped, Document.HEADER_BYTES).problem(bytes.length - Document.HEADER_BYTES);
            assertThat(document != null || frame != null).as("bit %d", bit).isTrue();
        }
    }

    @Test
    void shouldKeepTheBytesOfADocument() {
        int length = Document.HEADER_BYTES + new Frame().encode(event(), buffer, Document.HEADER_BYTES);
        new Document().seal(buffer, 0, length, 1, event().offset, 7);
        assertThat(hex(length)).isEqualTo(DOCUMENT_V1);
        assertThat(new Document().problem(buffer, 0, length)).isNull();
    }

    @Test
    void shouldKeepTheBytesOfASegmentHeader() {
        byte[] hash = new byte[32];
        hash[0] = 1;
        hash[31] = 32;
        SegmentHeader header = new SegmentHeader(new UUID(1, 2), 3, 4, 5, 6, hash);
        header.encode(buffer, 0);
        assertThat(hex(SegmentHeader.BYTES)).isEqualTo(SEGMENT_HEADER_V1);
        assertThat(SegmentHeader.problem(buffer, 0, SegmentHeader.BYTES)).isNull();
        assertThat(SegmentHeader.decode(buffer, 0)).isEqualTo(header);
    }

    @Test
    void shouldKeepTheBytesOfAnEnvelope() {
        FileEnvelope envelope = new FileEnvelope("TEST", 1, new UUID(1, 2), new byte[] {1, 2, 3});
        assertThat(HexFormat.of().formatHex(envelope.encode().array())).isEqualTo(ENVELOPE);
    }

    private String hex(int length) {
        return HexFormat.of().formatHex(buffer.array(), 0, length);
    }
}
