package dev.cairn.internal.checkpoint;

import dev.cairn.internal.codec.FileEnvelope;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/**
 * The content of the envelope at the start of a state checkpoint: the place it stands for and what must follow.
 *
 * <pre>
 *  0        4        8                       16                      24
 *  +--------+--------+-----------------------+-----------------------+
 *  | epoch  |frameCrc| offset                | state entries         |
 *  +--------+--------+-----------------------+-----------------------+
 *  24                      32                      40       44       48
 *  +-----------------------+-----------------------+--------+--------+
 *  | state bytes           | operations            | blocks | digest |
 *  +-----------------------+-----------------------+--------+--------+
 * </pre>
 *
 * {@code state bytes} counts keys and values. {@code digest} is the CRC32C over the checksums of all blocks in order, so the
 * header vouches for every byte behind it.
 *
 * @param position the place in the log
 * @param stateEntries number of entries of the state
 * @param stateBytes their keys and values in bytes
 * @param operations number of remembered operations
 * @param blocks number of blocks
 * @param digest over the checksums of the blocks
 */
public record CheckpointHeader(
        CheckpointPosition position, long stateEntries, long stateBytes, long operations, int blocks, int digest) {
    static final String KIND = "STCK";
    static final int V1 = 1;

    private static final int CONTENT_BYTES = 48;

    /** Bytes of the file before the first block. */
    static final int BYTES = FileEnvelope.HEADER_BYTES + CONTENT_BYTES;

    /** The bytes at the start of the file, from position 0 to the limit. */
    ByteBuffer encode() {
        ByteBuffer content = ByteBuffer.allocate(CONTENT_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        content.putInt(position.epoch());
        content.putInt(position.frameCrc());
        content.putLong(position.offset());
        content.putLong(stateEntries);
        content.putLong(stateBytes);
        content.putLong(operations);
        content.putInt(blocks);
        content.putInt(digest);
        return new FileEnvelope(KIND, V1, position.installation(), content.array()).encode();
    }

    static CheckpointHeader decode(Path file, byte[] start) throws IOException {
        FileEnvelope envelope = FileEnvelope.decode(file, start, KIND, V1);
        int length = envelope.content().length;
        if (length != CONTENT_BYTES) {
            throw new CheckpointReader.DamagedException(
                    file, 0, "expected a header of " + CONTENT_BYTES + " bytes, was " + length);
        }
        ByteBuffer content = ByteBuffer.wrap(envelope.content()).order(ByteOrder.LITTLE_ENDIAN);
        int epoch = content.getInt();
        int frameCrc = content.getInt();
        long offset = content.getLong();
        return new CheckpointHeader(
                new CheckpointPosition(envelope.installation(), epoch, offset, frameCrc),
                content.getLong(),
                content.getLong(),
                content.getLong(),
                content.getInt(),
                content.getInt());
    }
}
