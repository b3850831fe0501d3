package dev.cairn.internal.codec;

import dev.cairn.internal.disk.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * The wrapping of every small file that Cairn writes: what it is, whose it is, and a checksum.
 *
 * <pre>
 *  0                       8        12       16                              32       36       40
 *  +-----------------------+--------+--------+-------------------------------+--------+--------+---------+
 *  | magic "CAIRNENV"      | kind   | format | installation (16 bytes)       | length | crc32c | content |
 *  +-----------------------+--------+--------+-------------------------------+--------+--------+---------+
 * </pre>
 *
 * {@code kind} is four ASCII letters; {@code length} counts the content; {@code crc32c} covers the header up to and with
 * {@code length}, then the content. {@link #write} goes through a temporary file that is forced, moved into place
 * atomically, and made certain by forcing the directory: a reader sees the old file or the new one.
 *
 * @param kind four ASCII letters
 * @param format version of the content's layout, from 1
 * @param installation identity of the directory
 * @param content the bytes inside
 */
public record FileEnvelope(String kind, int format, UUID installation, byte[] content) {
    /** The bytes {@code C A I R N E N V}. */
    static final long MAGIC = 0x564E454E52494143L;

    /** Bytes before the content. */
    public static final int HEADER_BYTES = 40;

    private static final int KIND_AT = 8;
    private static final int FORMAT_AT = 12;
    private static final int INSTALLATION_AT = 16;
    private static final int LENGTH_AT = 32;
    private static final int CRC_AT = 36;

    /** A file that is not what it should be: its reader says which file and why. */
    public static final class BadFileException extends IOException {
        private static final long serialVersionUID = 1L;

        private final boolean newerFormat;

        BadFileException(Path file, String problem, boolean newerFormat) {
            super(file + ": " + problem);
            this.newerFormat = newerFormat;
        }

        private BadFileException(String message, boolean newerFormat) {
            super(message);
            this.newerFormat = newerFormat;
        }

        /** The same, and what can be done. */
        public BadFileException advising(String advice) {
            return new BadFileException(getMessage() + "; " + advice, newerFormat);
        }

        /** Whether the file was written by a newer Cairn rather than damaged. */
        public boolean newerFormat() {
            return newerFormat;
        }
    }

    /** The header and content as they stand in the file, from position 0 to the limit. */
    public ByteBuffer encode() {
        ByteBuffer bytes = ByteBuffer.allocate(HEADER_BYTES + content.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(0, MAGIC);
        bytes.putInt(KIND_AT, kindWord(kind));
        bytes.putInt(FORMAT_AT, format);
        bytes.putLong(INSTALLATION_AT, installation.getMostSignificantBits());
        bytes.putLong(INSTALLATION_AT + Long.BYTES, installation.getLeastSignificantBits());
        bytes.putInt(LENGTH_AT, content.length);
        bytes.put(HEADER_BYTES, content);
        bytes.putInt(CRC_AT, checksum(bytes.array(), content.length));
        return bytes;
    }

    /** Replaces {@code file}; when this returns the new content is on disk under its name. */
    public void write(Path file) throws IOException {
        Path directory = Objects.requireNonNull(file.toAbsolutePath().getParent(), "directory of the file");
        Path temporary = directory.resolve(file.getFileName() + ".tmp");
        try (FileChannel channel = Disk.open(
                temporary, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            Disk.write(channel, temporary, encode());
            Disk.force(channel, temporary, true);
        } catch (IOException e) {
            removeAgain(temporary, e);
            throw e;
        }
        Disk.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        forceDirectory(directory);
    }

    /** A full disk needs the room. */
    private static void removeAgain(Path temporary, IOException cause) {
        try {
            Disk.deleteIfExists(temporary);
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    /**
     * Reads and checks a file.
     *
     * @param formatMax the newest format that the caller understands
     * @throws BadFileException when the file is not a whole envelope of {@code kind} and a known format
     * @throws IOException when it cannot be read
     */
    public static FileEnvelope read(Path file, String kind, int formatMax) throws IOException {
        if (Files.isDirectory(file)) {
            throw new BadFileException(file, "expected a file, was a directory", false);
        }
        byte[] all = Disk.readIfGiven(file);
        if (all == null) {
            throw new BadFileException(file, "expected a file that can be read, was a device that fails", false);
        }
        return decode(file, all, kind, formatMax);
    }

    /**
     * Checks the envelope that {@code all} begins with.
     *
     * @param file where the bytes are from, for messages
     */
    public static FileEnvelope decode(Path file, byte[] all, String kind, int formatMax) throws BadFileException {
        ByteBuffer bytes = ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN);
        if (all.length < HEADER_BYTES || bytes.getLong(0) != MAGIC) {
            throw new BadFileException(file, "expected a Cairn file, was something else", false);
        }
        if (bytes.getInt(KIND_AT) != kindWord(kind)) {
            throw new BadFileException(
                    file, "expected a file of kind " + kind + ", was " + kindName(bytes.getInt(KIND_AT)), false);
        }
        int length = bytes.getInt(LENGTH_AT);
        if (length < 0 || length > all.length - HEADER_BYTES) {
            throw new BadFileException(
                    file, "expected " + length + " bytes of content, was " + (all.length - HEADER_BYTES), false);
        }
        int expected = bytes.getInt(CRC_AT);
        int actual = checksum(all, length);
        if (expected != actual) {
            throw new BadFileException(
                    file, String.format("expected checksum %08x, was %08x", expected, actual), false);
        }
        int format = bytes.getInt(FORMAT_AT);
        if (format < 1 || format > formatMax) {
            throw new BadFileException(file, "expected format 1 to " + formatMax + ", was " + format, true);
        }
        byte[] content = new byte[length];
        bytes.get(HEADER_BYTES, content);
        UUID installation = new UUID(bytes.getLong(INSTALLATION_AT), bytes.getLong(INSTALLATION_AT + Long.BYTES));
        return new FileEnvelope(kind, format, installation, content);
    }

    /** Forces the entries of {@code directory}, so that files created or moved in it are found after a power cut. */
    public static void forceDirectory(Path directory) throws IOException {
        Disk.forceDirectory(directory);
    }

    private static int checksum(byte[] all, int contentLength) {
        CRC32C crc = new CRC32C();
        crc.update(all, 0, CRC_AT);
        crc.update(all, HEADER_BYTES, contentLength);
        return (int) crc.getValue();
    }

    private static int kindWord(String kind) {
        if (kind.length() != 4) {
            throw new IllegalArgumentException("expected four letters, was " + kind);
        }
        return kind.charAt(0) | kind.charAt(1) << 8 | kind.charAt(2) << 16 | kind.charAt(3) << 24;
    }

    private static String kindName(int word) {
        StringBuilder name = new StringBuilder();
        for (int i = 0; i < 4; i++) {
            int c = word >>> (8 * i) & 0xFF;
            name.append(c >= 0x20 && c < 0x7F ? (char) c : '?');
        }
        return name.toString();
    }
}
