package dev.cairn.internal.assembly;

import dev.cairn.internal.projection.ProjectionAudit;
import dev.cairn.internal.recovery.RepairJournal;
import dev.cairn.internal.segment.LogDirectory;
import dev.cairn.internal.segment.Quarantine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What Cairn keeps in a data directory.
 *
 * <p>Threading: stateless.
 */
public final class OwnFiles {
    private static final Logger LOG = LoggerFactory.getLogger(OwnFiles.class);

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

    /**
     * Moves directories that came to lie in the places of files which an opening makes anew, with whatever is in them, to
     * {@code quarantine/}. The directory is locked, and its log is accepted.
     */
    static void freeNames(LogDirectory directory) throws IOException {
        Path projection = ProjectionAudit.file(directory.root());
        for (Path file : List.of(
                directory.controlFile(),
                directory.watermarkFile(),
                directory.cleanFile(),
                directory.reserveFile(),
                CheckpointFile.path(directory),
                projection,
                projection.resolveSibling(projection.getFileName() + "-wal"),
                projection.resolveSibling(projection.getFileName() + "-shm"))) {
            if (Files.isDirectory(file)) {
                LOG.warn("{}: expected a file, was a directory; it is moved to quarantine/", file);
                new Quarantine(directory).take(file);
            }
        }
    }

    /** Whether {@code file}, in the data directory itself, is one of them, or the journal of a repair. */
    static boolean isOwn(LogDirectory directory, Path file) {
        return of(directory).contains(file)
                || file.equals(RepairJournal.begunFile(directory))
                || file.equals(RepairJournal.doneFile(directory));
    }
}
