package dev.cairn.internal.segment;

import dev.cairn.DamagedLogException;
import dev.cairn.internal.disk.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bytes of a segment's file, mapped when it is known that the disk gives all of them.
 *
 * <p>A page that cannot be read is a fault in mapped memory, which ends the process and with it whoever could have told of it. So
 * the file is read through before it is mapped. Where a page fails, a copy takes the place of the mapping, in which that page is
 * filled with {@link #UNREADABLE}: damage like any other, between records that can be read and saved.
 *
 * <p>A page that fails later still ends the process, if it was dropped from memory and has to be read once more; and so does one
 * that is cut off the file by somebody else.
 *
 * @param bytes all of the file, little endian
 * @param usedEnd position behind the last byte that is not zero
 */
record SegmentBytes(ByteBuffer bytes, int usedEnd) {
    /** Neither zeros, which a torn tail may be, nor part of a word or a text that the log has. */
    static final byte UNREADABLE = '?';

    static final int PAGE_BYTES = 4 << 10;

    private static final int READ_BYTES = 128 << 10;

    /** Enough for what stands before the first records, and for that with which an epoch begins. */
    private static final int HEAD_BYTES = READ_BYTES;

    private static final Logger LOG = LoggerFactory.getLogger(SegmentBytes.class);
    /** Files of which it was said that they cannot be read: whoever looks through a log does so several times. */
    private static final Set<Path> TOLD = ConcurrentHashMap.newKeySet();

    /** Where bytes are read from: a channel. */
    @FunctionalInterface
    interface Source {
        /** Reads some bytes at {@code position}, at least one; −1 at the end. */
        int read(ByteBuffer into, long position) throws IOException;
    }

    /** All of {@code file}; the mapping stays valid after the file is closed. */
    static SegmentBytes of(Path file) throws IOException {
        return from(file, 0);
    }

    /** The same for who looks at nothing before {@code position}: what stands there is not read. */
    static SegmentBytes from(Path file, int position) throws IOException {
        return of(file, position, Integer.MAX_VALUE);
    }

    /** No more of {@code file} than is needed to look at its header and what comes next. */
    static ByteBuffer head(Path file) throws IOException {
        return of(file, 0, HEAD_BYTES).bytes;
    }

    private static SegmentBytes of(Path file, int position, int bytesMax) throws IOException {
        if (Files.isDirectory(file)) {
            throw new DamagedLogException(file, 0, -1, "expected a segment, was a directory");
        }
        try (FileChannel channel = Disk.open(file, StandardOpenOption.READ)) {
            return checked(file, channel::read, Segment.map(channel, bytesMax), position);
        }
    }

    /** {@code mapped} as it is, or a copy of what {@code source} gives of it from {@code position} on. */
    static SegmentBytes checked(Path file, Source source, ByteBuffer mapped, int position) throws IOException {
        ByteBuffer piece = ByteBuffer.allocateDirect(READ_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        int size = mapped.capacity();
        int usedEnd = 0;
        for (int from = position / READ_BYTES * READ_BYTES; from < size; from += READ_BYTES) {
            piece.clear().limit(Math.min(READ_BYTES, size - from));
            try {
                readFully(source, piece, from);
            } catch (IOException e) {
                return copied(file, source, size, e);
            }
            int used = used(piece);
            usedEnd = used > 0 ? from + used : usedEnd;
        }
        return new SegmentBytes(mapped, usedEnd);
    }

    private static SegmentBytes copied(Path file, Source source, int size, IOException why) throws IOException {
        // Not in the heap, where newer JDKs read no word atomically, as who reads beside a writer does.
        ByteBuffer copy = ByteBuffer.allocateDirect(size).order(ByteOrder.LITTLE_ENDIAN);
        int unreadable = 0;
        int first = -1;
        for (int from = 0; from < size; from += PAGE_BYTES) {
            int length = Math.min(PAGE_BYTES, size - from);
            ByteBuffer page = copy.slice(from, length);
            try {
                readFully(source, page, from);
            } catch (IOException e) {
                for (int i = 0; i < length; i++) {
                    page.put(i, UNREADABLE);
                }
                unreadable += length;
                first = first < 0 ? from : first;
            }
        }
        if (unreadable == 0) {
            throw why; // it has passed: the disk may give everything the next time
        }
        if (TOLD.add(file)) {
            LOG.warn(
                    "{}: {} bytes from {} on cannot be read, and count as damage: {}",
                    file,
                    unreadable,
                    first,
                    why.getMessage());
        }
        return new SegmentBytes(copy, used(copy));
    }

    /** Fills {@code piece}; what the file has no longer stays as it is: its writer has sealed it meanwhile. */
    private static void readFully(Source source, ByteBuffer piece, long from) throws IOException {
        while (piece.hasRemaining() && source.read(piece, from + piece.position()) > 0) {
            continue;
        }
    }

    /** Bytes up to the last that is not zero. */
    private static int used(ByteBuffer piece) {
        int end = piece.limit();
        while (end >= Long.BYTES && piece.getLong(end - Long.BYTES) == 0) {
            end -= Long.BYTES;
        }
        while (end > 0 && piece.get(end - 1) == 0) {
            end--;
        }
        return end;
    }
}
