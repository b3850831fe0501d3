package dev.cairn.internal.disk;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.CopyOption;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The file operations of Cairn. Each does what its name says and nothing else; a failure names the file, which a channel alone
 * does not.
 *
 * <p>Threading: any thread; an operation on a channel belongs to whoever owns that channel.
 */
public final class Disk {
    /** Which kind of change an operation is. */
    enum Operation {
        OPEN,
        MAP,
        WRITE,
        FORCE,
        RESIZE,
        MOVE,
        DELETE,
        MAKE_DIRECTORY
    }

    /** Stands before every operation; what it throws is the operation's failure. Only tests set one. */
    interface Interceptor {
        void before(Operation operation, Path file) throws IOException;
    }

    /** With less than this left no file can grow. */
    private static final int PAGE_BYTES = 4 << 10;

    private static volatile @Nullable Interceptor interceptor;

    private Disk() {}

    static void intercept(@Nullable Interceptor by) {
        interceptor = by;
    }

    private static void before(Operation operation, Path file) throws IOException {
        Interceptor current = interceptor;
        if (current != null) {
            current.before(operation, file);
        }
    }

    public static FileChannel open(Path file, OpenOption... options) throws IOException {
        before(Operation.OPEN, file);
        return FileChannel.open(file, options);
    }

    /**
     * All bytes of {@code file}, or null where there is such a file and the disk does not give what is in it.
     *
     * @throws FileSystemException when there is none, or none that may be opened
     */
    public static byte @Nullable [] readIfGiven(Path file) throws IOException {
        try {
            return Files.readAllBytes(file);
        } catch (FileSystemException e) {
            throw e;
        } catch (IOException e) {
            return null;
        }
    }

    /** Opens {@code file} for writing, made if it is missing, with a length of {@code bytes}. */
    @SuppressWarnings("resource") // closing the channel closes the file
    public static FileChannel openWithLength(Path file, long bytes) throws IOException {
        before(Operation.OPEN, file);
        RandomAccessFile opened = new RandomAccessFile(file.toFile(), "rw");
        try {
            before(Operation.RESIZE, file);
            opened.setLength(bytes);
        } catch (IOException e) {
            opened.close();
            throw named(file, e);
        }
        return opened.getChannel();
    }

    public static MappedByteBuffer map(FileChannel channel, Path file, FileChannel.MapMode mode, long bytes)
            throws IOException {
        before(Operation.MAP, file);
        return channel.map(mode, 0, bytes);
    }

    /** Writes all of {@code bytes} at the channel's position. */
    public static void write(FileChannel channel, Path file, ByteBuffer bytes) throws IOException {
        long from = channel.position();
        write(channel, file, bytes, from);
        channel.position(from + bytes.position());
    }

    /** Writes all of {@code bytes} at {@code position} of the file. */
    public static void write(FileChannel channel, Path file, ByteBuffer bytes, long position) throws IOException {
        before(Operation.WRITE, file);
        try {
            for (long at = position; bytes.hasRemaining(); ) {
                at += channel.write(bytes, at);
            }
        } catch (IOException e) {
            throw named(file, e);
        }
    }

    /** Forces what was written to {@code file}; with {@code metadata} also its length and dates. */
    public static void force(FileChannel channel, Path file, boolean metadata) throws IOException {
        before(Operation.FORCE, file);
        try {
            channel.force(metadata);
        } catch (IOException e) {
            throw named(file, e);
        }
    }

    /** Forces the entries of {@code directory}, so that files made, moved or deleted in it stay so after a power cut. */
    public static void forceDirectory(Path directory) throws IOException {
        before(Operation.FORCE, directory);
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            throw named(directory, e);
        }
    }

    public static void truncate(FileChannel channel, Path file, long bytes) throws IOException {
        before(Operation.RESIZE, file);
        try {
            channel.truncate(bytes);
        } catch (IOException e) {
            throw named(file, e);
        }
    }

    public static void move(Path from, Path to, CopyOption... options) throws IOException {
        before(Operation.MOVE, from);
        Files.move(from, to, options);
    }

    /** Gives {@code file} the second name {@code to}; where the file system has no such thing, copies and forces it. */
    public static void linkOrCopy(Path file, Path to) throws IOException {
        before(Operation.MOVE, file);
        if (Files.isSymbolicLink(file)) {
            linkThrough(file.toRealPath(), to);
            return;
        }
        try {
            Files.createLink(to, file);
        } catch (UnsupportedOperationException | FileSystemException e) {
            copy(file, to);
        }
    }

    /** A link that is relative would lead nowhere from another place: what it leads to is named, and nothing of it is read. */
    private static void linkThrough(Path real, Path to) throws IOException {
        try {
            Files.createLink(to, real);
        } catch (UnsupportedOperationException | FileSystemException e) {
            Files.createSymbolicLink(to, real); // it is a directory, or on another file system
        }
    }

    /** Half a copy would be taken for the original by whoever looks for it. */
    private static void copy(Path file, Path to) throws IOException {
        try {
            Files.copy(file, to);
            try (FileChannel channel = open(to, StandardOpenOption.WRITE)) {
                force(channel, to, true);
            }
        } catch (FileAlreadyExistsException e) {
            throw e;
        } catch (IOException e) {
            Files.deleteIfExists(to);
            throw e;
        }
    }

    public static void delete(Path file) throws IOException {
        before(Operation.DELETE, file);
        Files.delete(file);
    }

    /** Returns whether there was something to delete. */
    public static boolean deleteIfExists(Path file) throws IOException {
        before(Operation.DELETE, file);
        return Files.deleteIfExists(file);
    }

    public static void createDirectories(Path directory) throws IOException {
        before(Operation.MAKE_DIRECTORY, directory);
        Files.createDirectories(directory);
    }

    /**
     * Whether {@code e} says that there is no room: the one failure that passes by itself.
     *
     * <p>The JDK has only the text of it, which comes from the C library in the language of the process. So where the text is neither
     * of the two that are meant nor the one of a broken device, the file system is asked what room it has.
     */
    public static boolean isFull(IOException e) {
        String file = e instanceof FileSystemException failed ? failed.getFile() : null;
        String reason = e instanceof FileSystemException failed ? failed.getReason() : e.getMessage();
        String text = reason == null ? "" : reason.toLowerCase(Locale.ROOT);
        if (text.contains("no space left") || text.contains("quota exceeded")) {
            return true;
        }
        return file != null && !text.isEmpty() && !text.contains("input/output error") && hasNoRoom(Path.of(file));
    }

    private static boolean hasNoRoom(Path file) {
        try {
            Path there = Files.exists(file)
                    ? file
                    : Objects.requireNonNull(file.toAbsolutePath().getParent());
            return Files.getFileStore(there).getUsableSpace() < PAGE_BYTES;
        } catch (IOException e) {
            return false;
        }
    }

    private static IOException named(Path file, IOException e) {
        if (e instanceof FileSystemException) {
            return e;
        }
        FileSystemException named = new FileSystemException(file.toString(), null, String.valueOf(e.getMessage()));
        named.initCause(e);
        return named;
    }
}
