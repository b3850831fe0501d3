package dev.cairn.internal.segment;

import dev.cairn.DataDirectoryException;
import dev.cairn.DataDirectoryException.Reason;
import dev.cairn.internal.disk.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The writer's claim to a data directory: a lock of the operating system, held for life, with the holder's name in the file.
 *
 * <p>The operating system drops the lock when the process ends, however it ends. On Linux it also drops it when the process
 * closes <em>any</em> channel on the file; so this class keeps a list of the directories that this process holds, and never
 * opens the file of one of those again.
 *
 * <p>Threading: any thread.
 */
public final class DirectoryLock implements AutoCloseable {
    private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final int HOLDER_BYTES_MAX = 512;
    private static final Set<Path> HELD_HERE = ConcurrentHashMap.newKeySet();

    private final Path file;
    private final FileChannel channel;
    private final FileLock lock;

    private DirectoryLock(Path file, FileChannel channel, FileLock lock) {
        this.file = file;
        this.channel = channel;
        this.lock = lock;
    }

    /**
     * Takes the lock. Tries for half a second, as a process that asks {@link #isHeld} has it for an instant.
     *
     * @throws DataDirectoryException naming the holder when another writer has it
     */
    public static DirectoryLock acquire(LogDirectory directory) throws IOException {
        Path file = canonical(directory);
        if (!HELD_HERE.add(file)) {
            throw new DataDirectoryException(
                    directory.root(), Reason.LOCKED, "expected no other writer, was this process (" + self() + ")");
        }
        try {
            return acquire(directory, file);
        } catch (IOException | RuntimeException e) {
            HELD_HERE.remove(file);
            throw e;
        }
    }

    private static DirectoryLock acquire(LogDirectory directory, Path file) throws IOException {
        FileChannel channel =
                Disk.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            FileLock lock = tryLock(channel);
            if (lock == null) {
                throw new DataDirectoryException(
                        directory.root(), Reason.LOCKED, "expected no other writer, was " + holder(channel));
            }
            writeHolder(file, channel);
            return new DirectoryLock(file, channel, lock);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** Writes over the name before, which needs no room, as a full disk is no reason not to open. */
    private static void writeHolder(Path file, FileChannel channel) throws IOException {
        byte[] name = self().getBytes(StandardCharsets.UTF_8);
        try {
            Disk.write(channel, file, ByteBuffer.wrap(name), 0);
            Disk.truncate(channel, file, name.length);
        } catch (IOException e) {
            if (!Disk.isFull(e)) {
                throw e;
            }
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (true) {
            FileLock lock = channel.tryLock();
            if (lock != null || System.nanoTime() - deadline >= 0) {
                return lock;
            }
            LockSupport.parkNanos(RETRY_NANOS);
        }
    }

    /** Whether a writer, in this process or another, has the directory. */
    public static boolean isHeld(LogDirectory directory) throws IOException {
        if (!Files.exists(directory.lockFile())) {
            return false;
        }
        if (HELD_HERE.contains(canonical(directory))) {
            return true;
        }
        try (FileChannel channel = Disk.open(directory.lockFile(), StandardOpenOption.READ);
                FileLock probe = channel.tryLock(0, Long.MAX_VALUE, true)) {
            return probe == null;
        } catch (OverlappingFileLockException e) {
            return true;
        }
    }

    /** Who holds the lock, as the file says; only of use while {@link #isHeld}. */
    public static String holder(LogDirectory directory) throws IOException {
        if (HELD_HERE.contains(canonical(directory))) {
            return self();
        }
        try (FileChannel channel = Disk.open(directory.lockFile(), StandardOpenOption.READ)) {
            return holder(channel);
        }
    }

    private static String holder(FileChannel channel) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(HOLDER_BYTES_MAX);
        channel.read(bytes, 0);
        String holder = new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8).strip();
        return holder.isEmpty() ? "an unknown process" : holder;
    }

    private static Path canonical(LogDirectory directory) throws IOException {
        return directory.root().toRealPath().resolve(directory.lockFile().getFileName());
    }

    private static String self() {
        return "pid " + ProcessHandle.current().pid() + " on " + host();
    }

    /** The name that this host gives itself; a name server is not asked, it may take seconds to answer. */
    private static String host() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
        } catch (IOException e) {
            return System.getenv().getOrDefault("HOSTNAME", "this host");
        }
    }

    @Override
    public void close() throws IOException {
        if (channel.isOpen()) {
            try {
                lock.release();
            } finally {
                channel.close();
                HELD_HERE.remove(file);
            }
        }
    }
}
