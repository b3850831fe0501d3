package dev.cairn.internal.segment;

import dev.cairn.internal.codec.FileEnvelope;
import dev.cairn.internal.disk.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Where the log ended when it was last closed in good order; counts only if the log still ends there.
 *
 * <pre>
 *  0                       8        12       16
 *  +-----------------------+--------+--------+
 *  | end offset            | epoch  | crc    |   content of the envelope
 *  +-----------------------+--------+--------+
 * </pre>
 *
 * <p>Threading: immutable.
 *
 * @param epoch the epoch that was closed
 * @param endOffset offset that the next record would have got
 * @param lastChecksum checksum word of the last frame, 0 for none
 */
public record CleanMarker(int epoch, long endOffset, int lastChecksum) {
    static final String KIND = "CLEN";
    static final int V1 = 1;
    static final int BYTES = 16;

    public void write(LogDirectory directory, UUID installation) throws IOException {
        ByteBuffer content = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
        content.putLong(endOffset).putInt(epoch).putInt(lastChecksum);
        new FileEnvelope(KIND, V1, installation, content.array()).write(directory.cleanFile());
    }

    /** The marker, or null when there is none that can be read: then the log was not closed in good order. */
    public static @Nullable CleanMarker read(LogDirectory directory, UUID installation) throws IOException {
        if (!Files.exists(directory.cleanFile())) {
            return null;
        }
        try {
            FileEnvelope envelope = FileEnvelope.read(directory.cleanFile(), KIND, V1);
            if (!envelope.installation().equals(installation) || envelope.content().length != BYTES) {
                return null;
            }
            ByteBuffer content = ByteBuffer.wrap(envelope.content()).order(ByteOrder.LITTLE_ENDIAN);
            long endOffset = content.getLong();
            int epoch = content.getInt();
            return new CleanMarker(epoch, endOffset, content.getInt());
        } catch (FileEnvelope.BadFileException e) {
            return null;
        }
    }

    /** Removes the marker; when this returns it cannot come back after a power cut. */
    public static void remove(LogDirectory directory) throws IOException {
        if (Disk.deleteIfExists(directory.cleanFile())) {
            FileEnvelope.forceDirectory(directory.root());
        }
    }
}
