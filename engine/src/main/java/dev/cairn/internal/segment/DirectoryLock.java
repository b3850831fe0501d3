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
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The writer's claim to a data directory: a lock of the operating system, held for life, with the holder's name in the file.
 * A second line says whose log it was, so that the file tells of one also when nothing else is left.
 *
 * <p>The operating system drops the lock when the process ends, however it ends. On Linux it also drops it when the process
 * closes <em>any</em> channel on the file; so this class keeps a list of the directories that this process holds, and never
 * opens the file of one of those again. A limit: other code in the process that opens and closes the file takes the lock away,
 * and nobody notices.
 *
 * <p>A file system that hosts share may not pass locks on between them, so a lock that was got there proves little. There a
 * directory is refused that a writer of another host has not closed, until somebody deletes the file; see docs/adr/0016.
 *
 * <p>Threading: any thread.
 */
public final class DirectoryLock implements AutoCloseable {
    private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final int HOLDER_BYTES_MAX = 512;
    /** Begins the second line of the file. */
    private static final String OF = "installation ";
    /** What the types of file systems begin with that more than one host can have mounted. */
    private static final List<String> SHARED_FILE_SYSTEMS = List.of(
            "nfs", "smb", "cifs", "9p", "ceph", "fuse", "virtiofs", "gluster", "lustre", "gpfs", "beegfs", "afs");

    /**
     * Guarded by itself. Whoever opens one of the files looks here first, and closes it before anybody in this process can take its
     * lock.
     */
    private static final Set<Path> HELD_HERE = new HashSet<>();

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
        if (!hold(file)) {
            throw new DataDirectoryException(
                    directory.root(), Reason.LOCKED, "expected no other writer, was this process (" + self() + ")");
        }
        try {
            return acquire(directory, file);
        } catch (IOException | RuntimeException e) {
            release(file);
            throw e;
        }
    }

    private static boolean hold(Path file) {
        synchronized (HELD_HERE) {
            return HELD_HERE.add(file);
        }
    }

    private static void release(Path file) {
        synchronized (HELD_HERE) {
            HELD_HERE.remove(file);
        }
    }

    private static DirectoryLock acquire(LogDirectory directory, Path file) throws IOException {
        if (Files.isDirectory(file)) {
            throw new DataDirectoryException(
                    directory.root(),
                    Reason.INACCESSIBLE,
                    "expected a lock file, was a directory; move it away: " + directory.lockFile());
        }
        FileChannel channel =
                Disk.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            FileLock lock = tryLock(channel);
            if (lock == null) {
                throw new DataDirectoryException(
                        directory.root(), Reason.LOCKED, "expected no other writer, was " + holder(channel));
            }
            refuseOtherHost(
                    directory,
                    holder(channel),
                    Files.getFileStore(directory.root()).type());
            write(file, channel, installation(text(channel)));
            return new DirectoryLock(file, channel, lock);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** Refuses what {@code holder} may have although this process got the lock. */
    static void refuseOtherHost(LogDirectory directory, String holder, String fileSystem) throws IOException {
        if (mayHoldElsewhere(holder, fileSystem) && isOpen(directory)) {
            throw new DataDirectoryException(
                    directory.root(),
                    Reason.LOCKED,
                    "expected no other writer, was " + holder + ", which has not closed it, and a file system ("
                            + fileSystem + ") that may not pass locks on; when that process has surely ended, delete "
                            + directory.lockFile());
        }
    }

    private static boolean mayHoldElsewhere(String holder, String fileSystem) {
        String type = fileSystem.toLowerCase(Locale.ROOT);
        return holder.startsWith("pid ")
                && !holder.endsWith(" on " + host())
                && SHARED_FILE_SYSTEMS.stream().anyMatch(type::startsWith);
    }

    /** Whether the last writer has not closed the directory; the identity tells whose the control file must be. */
    private static boolean isOpen(LogDirectory directory) throws IOException {
        Identity identity = Identity.read(directory);
        Control control = identity == null ? null : Control.read(directory, identity.installation());
        return control != null && control.isOpen();
    }

    /** Puts down whose log this is, so that a directory that was emptied but for this file does not look new. */
    public void state(UUID installation) throws IOException {
        write(file, channel, installation);
    }

    /** Whose log is or was in the directory, as the file says; null when it does not, or this process has the lock. */
    public static @Nullable UUID installation(LogDirectory directory) throws IOException {
        if (!Files.isRegularFile(directory.lockFile())) {
            return null;
        }
        synchronized (HELD_HERE) {
            if (HELD_HERE.contains(canonical(directory))) {
                return null;
            }
            try (FileChannel channel = Disk.open(directory.lockFile(), StandardOpenOption.READ)) {
                return installation(text(channel));
            }
        }
    }

    private static @Nullable UUID installation(String text) {
        String line =
                text.lines().filter(each -> each.startsWith(OF)).findFirst().orElse("");
        try {
            return line.isEmpty() ? null : UUID.fromString(line.substring(OF.length()));
        } catch (IllegalArgumentException e) {
            return null; // cut off by a full disk, or damaged
        }
    }

    /** Writes over what was there before, which needs no room, as a full disk is no reason not to open. */
    private static void write(Path file, FileChannel channel, @Nullable UUID installation) throws IOException {
        String text = self() + "\n" + (installation == null ? "" : OF + installation + "\n");
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        try {
            Disk.write(channel, file, ByteBuffer.wrap(bytes), 0);
            Disk.truncate(channel, file, bytes.length);
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
        synchronized (HELD_HERE) {
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
    }

    /** Who holds the lock, as the file says; only of use while {@link #isHeld}. */
    public static String holder(LogDirectory directory) throws IOException {
        synchronized (HELD_HERE) {
            if (HELD_HERE.contains(canonical(directory))) {
                return self();
            }
            try (FileChannel channel = Disk.open(directory.lockFile(), StandardOpenOption.READ)) {
                return holder(channel);
            }
        }
    }

    private static String holder(FileChannel channel) throws IOException {
        return text(channel)
                .lines()
                .findFirst()
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .orElse("an unknown process");
    }

    private static String text(FileChannel channel) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(HOLDER_BYTES_MAX);
        channel.read(bytes, 0);
        return new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
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
                release(file);
            }
        }
    }
}
