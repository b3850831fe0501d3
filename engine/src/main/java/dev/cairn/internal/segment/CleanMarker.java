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
 *
 *  16
 *  +-----------------------+
 *  | last offset           |   since format 2
 *  +-----------------------+
 * </pre>
 *
 * Format 2 is written where the last offset is not the one before the end: an opening had left offsets out, and wrote nothing.
 *
 * <p>Threading: immutable.
 *
 * @param epoch the epoch that was closed
 * @param endOffset offset that the next record would have got
 * @param lastChecksum checksum word of the last frame, 0 for none
 * @param lastOffset offset of the last record, −1 for none
 */
public record CleanMarker(int epoch, long endOffset, int lastChecksum, long lastOffset) {
    static final String KIND = "CLEN";
    static final int V1 = 1;
    static final int V2 = 2;
    private static final int BYTES = 16;

    /** Of a log whose last record is right before its end. */
    public CleanMarker(int epoch, long endOffset, int lastChecksum) {
        this(epoch, endOffset, lastChecksum, endOffset - 1);
    }

    public void write(LogDirectory directory, UUID installation) throws IOException {
        int format = lastOffset == endOffset - 1 ? V1 : V2;
        ByteBuffer content = ByteBuffer.allocate(bytes(format)).order(ByteOrder.LITTLE_ENDIAN);
        content.putLong(endOffset).putInt(epoch).putInt(lastChecksum);
        if (format == V2) {
            content.putLong(lastOffset);
        }
        new FileEnvelope(KIND, format, installation, content.array()).write(directory.cleanFile());
    }

    /** The marker, or null when there is none that can be read: then the log was not closed in good order. */
    public static @Nullable CleanMarker read(LogDirectory directory, UUID installation) throws IOException {
        if (!Files.exists(directory.cleanFile())) {
            return null;
        }
        try {
            FileEnvelope envelope = FileEnvelope.read(directory.cleanFile(), KIND, V2);
            if (!envelope.installation().equals(installation)
                    || envelope.content().length != bytes(envelope.format())) {
                return null;
            }
            ByteBuffer content = ByteBuffer.wrap(envelope.content()).order(ByteOrder.LITTLE_ENDIAN);
            long endOffset = content.getLong();
            int epoch = content.getInt();
            int checksum = content.getInt();
            return new CleanMarker(
                    epoch, endOffset, checksum, content.hasRemaining() ? content.getLong() : endOffset - 1);
        } catch (FileEnvelope.BadFileException e) {
            return null;
        }
    }

    /** Length of the content. */
    static int bytes(int format) {
        return format == V1 ? BYTES : BYTES + Long.BYTES;
    }

    /** Removes the marker; when this returns it cannot come back after a power cut. */
    public static void remove(LogDirectory directory) throws IOException {
        if (Disk.deleteIfExists(directory.cleanFile())) {
            FileEnvelope.forceDirectory(directory.root());
        }
    }
}
