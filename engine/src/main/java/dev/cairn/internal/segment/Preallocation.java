package dev.cairn.internal.segment;

import dev.cairn.OutOfSpaceException;
import dev.cairn.internal.disk.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Gives files real disk blocks before they are used, so that a full disk is a refusal and never a fault in mapped memory.
 *
 * <p>Blocks are written with zeros in pieces of 16 KiB. Larger pieces leave larger folios in the page cache, and each force then
 * writes a whole one for a few changed bytes: 1 MiB pieces allowed less than half of the forces per second. Pieces of 4 KiB
 * cost a page fault for each page: 1.6 times the time of an append. {@code fallocate} leaves unwritten extents, which cost 2.6
 * times the time of an append, with stalls of 20 ms. The figures, and how far to trust them, are in docs/adr/0008.
 *
 * <p>Threading: any thread; called from one that nobody interrupts.
 */
final class Preallocation {
    private static final int PIECE_BYTES = 16 << 10;
    private static final int FORCE_BYTES = 8 << 20;
    /** Kept free for the projection, manifests and watermarks beside the log. */
    private static final int MARGIN_BYTES = 256 << 10;

    private Preallocation() {}

    /**
     * Creates {@code file} with {@code reservedBytes} of zeros and a length of {@code fileBytes}, forced to disk.
     *
     * @throws OutOfSpaceException when the disk has no room; the file is removed again
     */
    static void create(Path file, int reservedBytes, int fileBytes) throws IOException {
        requireRoom(file, reservedBytes);
        Disk.deleteIfExists(file);
        try (FileChannel created = Disk.openWithLength(file, fileBytes)) {
            writeZeros(created, file, reservedBytes);
        } catch (IOException e) {
            removeAgain(file, e);
            if (Disk.isFull(e)) {
                throw new OutOfSpaceException(
                        file + ": expected room for " + reservedBytes + " bytes, was " + e.getMessage());
            }
            throw e;
        }
    }

    /** The room is needed most when there is none; a file that stays all the same is in nobody's way. */
    private static void removeAgain(Path file, IOException cause) {
        try {
            Disk.deleteIfExists(file);
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    private static void requireRoom(Path file, int reservedBytes) throws IOException {
        FileStore store = Files.getFileStore(file.toAbsolutePath().getParent());
        long usable = store.getUsableSpace();
        if (usable < (long) reservedBytes + MARGIN_BYTES) {
            throw new OutOfSpaceException(
                    file + ": expected room for " + (reservedBytes + MARGIN_BYTES) + " bytes, was " + usable);
        }
    }

    private static void writeZeros(FileChannel channel, Path file, int bytes) throws IOException {
        ByteBuffer zeros = ByteBuffer.allocateDirect(PIECE_BYTES);
        int forced = 0;
        for (int position = 0; position < bytes; position += zeros.limit()) {
            zeros.limit(Math.min(PIECE_BYTES, bytes - position));
            Disk.write(channel, file, zeros, position);
            zeros.rewind();
            if (position - forced >= FORCE_BYTES) {
                Disk.force(channel, file, false);
                forced = position;
            }
        }
        Disk.force(channel, file, true);
    }
}
