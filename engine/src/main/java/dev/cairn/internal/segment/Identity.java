package dev.cairn.internal.segment;

import dev.cairn.DataDirectoryException;
import dev.cairn.DataDirectoryException.Reason;
import dev.cairn.internal.codec.FileEnvelope;
import dev.cairn.internal.disk.ShellWord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Who a data directory is: stands in a file of its own, and again in every segment, manifest, watermark and checkpoint.
 *
 * <pre>
 *  0                       8
 *  +-----------------------+
 *  | created at (µs)       |   content of the envelope; its format is the format of the whole directory
 *  +-----------------------+
 * </pre>
 *
 * <p>Threading: immutable.
 *
 * @param installation the identity
 * @param createdAt microseconds since 1970
 */
public record Identity(UUID installation, long createdAt) {
    /** Version of the layout of a data directory. */
    public static final int FORMAT = 1;

    static final String KIND = "IDNT";

    public void write(LogDirectory directory) throws IOException {
        byte[] content = ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(createdAt)
                .array();
        new FileEnvelope(KIND, FORMAT, installation, content).write(directory.identityFile());
    }

    /** What helps where the file is missing or damaged. */
    public static String remedy(LogDirectory directory) {
        return "put it back from a copy; or cairn replay --apply --data " + ShellWord.of(directory.root())
                + " writes it again as the segments state it";
    }

    /**
     * Reads the identity.
     *
     * @return null when the directory has none
     * @throws DataDirectoryException when the file is damaged, not Cairn's, or of a newer format
     */
    public static @Nullable Identity read(LogDirectory directory) throws IOException {
        if (Files.notExists(directory.identityFile())) {
            return null; // and not where nobody may look
        }
        try {
            FileEnvelope envelope = FileEnvelope.read(directory.identityFile(), KIND, FORMAT);
            if (envelope.content().length < Long.BYTES) {
                throw new DataDirectoryException(
                        directory.root(),
                        Reason.FOREIGN,
                        "expected an identity of 8 bytes, was " + envelope.content().length);
            }
            long createdAt = ByteBuffer.wrap(envelope.content())
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .getLong();
            return new Identity(envelope.installation(), createdAt);
        } catch (FileEnvelope.BadFileException e) {
            Reason reason = e.newerFormat() ? Reason.NEWER_FORMAT : Reason.FOREIGN;
            String what = e.newerFormat() ? e.getMessage() : e.getMessage() + "; " + remedy(directory);
            throw new DataDirectoryException(directory.root(), reason, String.valueOf(what), e);
        } catch (NoSuchFileException e) {
            return null;
        }
    }
}
