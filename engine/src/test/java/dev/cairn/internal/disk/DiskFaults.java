package dev.cairn.internal.disk;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/**
 * Lets file operations below one directory fail as a bad or a full disk lets them fail. At most one is in force at a time.
 *
 * <p>Threading: any thread.
 */
public final class DiskFaults implements AutoCloseable {
    /** The operations that a fault can strike. */
    public enum On {
        OPEN(Disk.Operation.OPEN),
        WRITE(Disk.Operation.WRITE, Disk.Operation.MAP),
        FORCE(Disk.Operation.FORCE),
        MOVE(Disk.Operation.MOVE, Disk.Operation.DELETE, Disk.Operation.MAKE_DIRECTORY),
        RESIZE(Disk.Operation.RESIZE),
        ANY(Disk.Operation.values());

        private final Set<Disk.Operation> operations;

        On(Disk.Operation... operations) {
            this.operations = Set.of(operations);
        }
    }

    /** What the operating system says. */
    public enum Fault {
        EIO("Input/output error"),
        ENOSPC("No space left on device");

        private final String words;

        Fault(String words) {
            this.words = words;
        }
    }

    private final Path directory;
    private final Set<Disk.Operation> operations;
    private final Predicate<Path> files;
    private final long nth;
    private final boolean sticky;
    private final Fault fault;
    private final AtomicLong seen = new AtomicLong();
    private volatile String struck = "";

    private DiskFaults(Path directory, On on, Predicate<Path> files, long nth, boolean sticky, Fault fault) {
        this.directory = directory.toAbsolutePath();
        this.operations = on.operations;
        this.files = files;
        this.nth = nth;
        this.sticky = sticky;
        this.fault = fault;
    }

    /** From now on the {@code nth} operation (from 1) below {@code directory} fails, and if {@code sticky} all after it. */
    public static DiskFaults fail(Path directory, On on, long nth, boolean sticky, Fault fault) {
        return install(new DiskFaults(directory, on, file -> true, nth, sticky, fault));
    }

    /** From now on every such operation on one of {@code files} below {@code directory} fails. */
    public static DiskFaults failEach(Path directory, On on, Predicate<Path> files, Fault fault) {
        return install(new DiskFaults(directory, on, files, 1, true, fault));
    }

    private static DiskFaults install(DiskFaults faults) {
        Disk.intercept(faults::before);
        return faults;
    }

    private void before(Disk.Operation operation, Path file) throws IOException {
        Path absolute = file.toAbsolutePath();
        if (!operations.contains(operation) || !absolute.startsWith(directory) || !files.test(absolute)) {
            return;
        }
        long number = seen.incrementAndGet();
        if (number == nth || sticky && number > nth) {
            if (struck.isEmpty()) {
                struck = operation + " of " + directory.relativize(absolute);
            }
            throw new FileSystemException(file.toString(), null, fault.words);
        }
    }

    /** How many such operations there were so far. */
    public long seen() {
        return seen.get();
    }

    /** Whether an operation has failed. */
    public boolean hasStruck() {
        return !struck.isEmpty();
    }

    /** The first operation that failed, for messages. */
    public String struck() {
        return struck;
    }

    /** No operation fails any more. */
    @Override
    public void close() {
        Disk.intercept(null);
    }
}
