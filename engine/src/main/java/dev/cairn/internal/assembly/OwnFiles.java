package dev.cairn.internal.assembly;

import dev.cairn.internal.projection.ProjectionAudit;
import dev.cairn.internal.recovery.RepairJournal;
import dev.cairn.internal.segment.LogDirectory;
import java.nio.file.Path;
import java.util.Set;

/**
 * What Cairn keeps in a data directory.
 *
 * <p>Threading: stateless.
 */
public final class OwnFiles {
    private OwnFiles() {}

    /** Files and directories that may be there, in use or at rest. */
    public static Set<Path> of(LogDirectory directory) {
        Path projection = ProjectionAudit.file(directory.root());
        Path checkpoint = CheckpointFile.path(directory);
        return Set.of(
                directory.lockFile(),
                directory.identityFile(),
                directory.controlFile(),
                directory.watermarkFile(),
                directory.cleanFile(),
                directory.reserveFile(),
                directory.logDirectory(),
                directory.quarantine(),
                checkpoint,
                checkpoint.resolveSibling(""),
                projection,
                projection.resolveSibling(projection.getFileName() + "-wal"),
                projection.resolveSibling(projection.getFileName() + "-shm"),
                projection.resolveSibling(projection.getFileName() + "-journal"));
    }

    /** Whether {@code file}, in the data directory itself, is one of them, or the journal of a repair. */
    static boolean isOwn(LogDirectory directory, Path file) {
        return of(directory).contains(file)
                || file.equals(RepairJournal.begunFile(directory))
                || file.equals(RepairJournal.doneFile(directory));
    }
}
