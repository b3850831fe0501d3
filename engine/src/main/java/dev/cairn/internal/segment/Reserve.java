package dev.cairn.internal.segment;

import dev.cairn.internal.disk.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file that holds nothing but room. An opening that finds the disk full gives it back and tries once more: what recovery
 * writes (manifests, a mark, a directory) fits into it.
 *
 * <p>Made by an opening that has the room. One that needed it does not need it again: without room for a segment nothing is
 * appended, so the next recovery has nothing to write. It is not forced: one that a power cut shortened is made again.
 *
 * <p>Threading: the opening thread.
 */
public final class Reserve {
    static final int BYTES = 1 << 20;

    private static final Logger LOG = LoggerFactory.getLogger(Reserve.class);
    private static final int PIECE_BYTES = 64 << 10;
    /** What it leaves to others: it is made last of all. */
    private static final long OTHERS_BYTES = 4 << 20;

    private Reserve() {}

    /** Makes the file if it is missing and there is room for it; does not fail. */
    public static void make(LogDirectory directory) {
        Path file = directory.reserveFile();
        try {
            if (Files.exists(file, LinkOption.NOFOLLOW_LINKS) && Files.size(file) == BYTES) {
                return;
            }
            if (Files.getFileStore(directory.root()).getUsableSpace() < BYTES + OTHERS_BYTES) {
                LOG.debug("{} is not made: the disk is nearly full", file);
                return;
            }
            write(file);
        } catch (IOException e) {
            LOG.warn("{} cannot be made: {}; a full disk may keep the log from opening", file, e.toString());
            release(directory);
        }
    }

    private static void write(Path file) throws IOException {
        try (FileChannel channel = Disk.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            ByteBuffer zeros = ByteBuffer.allocate(PIECE_BYTES);
            for (int position = 0; position < BYTES; position += PIECE_BYTES) {
                Disk.write(channel, file, zeros.rewind(), position);
            }
        }
    }

    /** Gives the room back; returns whether there was any. */
    public static boolean release(LogDirectory directory) {
        try {
            return Disk.deleteIfExists(directory.reserveFile());
        } catch (IOException e) {
            LOG.warn("{} cannot be given back: {}", directory.reserveFile(), e.toString());
            return false;
        }
    }
}
