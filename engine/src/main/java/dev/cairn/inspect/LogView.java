package dev.cairn.inspect;

import dev.cairn.DataDirectoryException;
import dev.cairn.DataDirectoryException.Reason;
import dev.cairn.internal.assembly.DirectoryEvidence;
import dev.cairn.internal.assembly.LogOpening;
import dev.cairn.internal.assembly.TaskSearch;
import dev.cairn.internal.disk.DiskFailure;
import dev.cairn.internal.read.EntityReaders;
import dev.cairn.internal.read.LogPages;
import dev.cairn.internal.segment.ReadOnlyLog;
import dev.cairn.log.From;
import dev.cairn.log.LogFilter;
import dev.cairn.log.LogPage;
import dev.cairn.task.Task;
import dev.cairn.task.Tasks;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The log of a data directory, opened for reading alone: no state is built, so it opens at once however long the log is.
 * Beside a running writer it shows what is durable, and follows it, also into a new opening.
 *
 * <p>Threading: any thread.
 */
public final class LogView {
    private final ReadOnlyLog files;
    private final LogPages log;
    private final EntityReaders records;

    private LogView(ReadOnlyLog files) {
        this.files = files;
        this.log = LogOpening.of(files);
        this.records = TaskSearch.records(files);
    }

    /**
     * Opens the log of {@code directory}.
     *
     * @throws DataDirectoryException when it does not exist, is not Cairn's, or cannot be read
     */
    public static LogView open(Path directory) {
        try {
            return new LogView(DirectoryEvidence.openForReading(directory));
        } catch (IOException | UncheckedIOException e) {
            throw new DataDirectoryException(
                    directory, Reason.INACCESSIBLE, "cannot be read: " + DiskFailure.describe(e), e);
        }
    }

    /**
     * Single tasks and their histories, searched for in the checkpoint and the log: right for one answer, slow for many. Lists,
     * counts and writes are refused.
     */
    public Tasks tasks() {
        return TaskSearch.of(files);
    }

    /**
     * Whether the newest records of a task can be read: what a list says of it may be right all the same.
     *
     * @param recordsMax how many are read, at most
     */
    public boolean isWhole(Task task, int recordsMax) {
        return records.isWhole(task.revision(), recordsMax);
    }

    /** The first record that is still in the log. */
    public long startOffset() {
        return files.catalog().startOffset();
    }

    /** See {@link dev.cairn.log.Log#resolve}. */
    public long resolve(From from) {
        return log.resolve(from);
    }

    /** See {@link dev.cairn.log.Log#read}. */
    public LogPage read(long from, long until, LogFilter filter, int limit) {
        return log.read(from, until, filter, limit);
    }

    /** See {@link dev.cairn.log.Log#awaitDurable}. */
    public boolean awaitDurable(long offset, Duration timeout) {
        return log.awaitDurable(offset, timeout);
    }

    /**
     * Where reading can go on behind damage.
     *
     * @param offset the first offset that cannot be read
     * @return the next offset that can be, or −1 when none can
     */
    public long behindDamage(long offset) {
        return files.cursor().seekBehindDamage(offset, files.through());
    }
}
