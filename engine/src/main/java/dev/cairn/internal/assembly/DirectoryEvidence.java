package dev.cairn.internal.assembly;

import dev.cairn.internal.checkpoint.StateCheckpoint;
import dev.cairn.internal.projection.SqliteProjection;
import dev.cairn.internal.recovery.Evidence;
import dev.cairn.internal.segment.CleanMarker;
import dev.cairn.internal.segment.Control;
import dev.cairn.internal.segment.LogDirectory;
import dev.cairn.internal.segment.ReadOnlyLog;
import dev.cairn.internal.segment.Watermark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Asks every file beside the segments what it knows of the log.
 *
 * <p>Threading: stateless.
 */
public final class DirectoryEvidence {
    private DirectoryEvidence() {}

    /** For somebody who has the directory for writing. */
    public static Evidence of(LogDirectory directory, UUID installation) throws IOException {
        return of(directory, installation, SqliteProjection.storedOffset(directory.root(), installation, true));
    }

    /**
     * The same without a file being made.
     *
     * @param live whether a writer has the directory
     */
    public static Evidence untouched(LogDirectory directory, UUID installation, boolean live) throws IOException {
        return of(directory, installation, SqliteProjection.storedOffset(directory.root(), installation, live));
    }

    /** The same without the projection, to ask which takes longer than to read many records. */
    public static Evidence withoutProjection(LogDirectory directory, UUID installation) throws IOException {
        return of(directory, installation, -1);
    }

    /**
     * Opens a log for reading, which then misses what any file knew at that moment to have been durable.
     *
     * @throws dev.cairn.DataDirectoryException when there is no directory, it is not Cairn's, or its log is another's
     */
    public static ReadOnlyLog openForReading(Path root) throws IOException {
        ReadOnlyLog log = ReadOnlyLog.open(root);
        ForeignLog.refuse(log.directory(), log.identity().installation(), log.catalog());
        return log.isLive()
                ? log
                : log.expectThrough(durable(log.directory(), log.identity().installation()));
    }

    /** To ask the projection takes long, and only after a crash can it know more than the watermark, which rests while there is work. */
    private static long durable(LogDirectory directory, UUID installation) throws IOException {
        Evidence others = withoutProjection(directory, installation);
        boolean closed =
                !others.clean().equals(Evidence.CleanEnd.NONE) && Watermark.read(directory, installation) != null;
        return closed
                ? others.durable()
                : untouched(directory, installation, false).durable();
    }

    /** What is to be said where an identity is left and nothing tells of a log; null where something does. */
    public static @Nullable String emptied(LogDirectory directory, UUID installation) throws IOException {
        return Files.exists(directory.watermarkFile())
                        || directory.highestNumber() > 0
                        || untouched(directory, installation, false).ofRecords()
                ? null
                : "expected the log and the watermark beside the file "
                        + directory.identityFile().getFileName()
                        + ", was neither; put them back from a copy; to begin an empty log here, delete "
                        + directory.identityFile();
    }

    private static Evidence of(LogDirectory directory, UUID installation, long projected) throws IOException {
        Watermark.@Nullable Mark mark = Watermark.read(directory, installation);
        @Nullable Control control = Control.read(directory, installation);
        @Nullable CleanMarker clean = CleanMarker.read(directory, installation);
        long durable = Math.max(
                mark == null ? -1 : mark.durableOffset(),
                Math.max(StateCheckpoint.offset(CheckpointFile.path(directory), installation), projected));
        long highest = Math.max(durable, control == null ? -1 : control.endOffset() - 1);
        int epoch = mark == null ? 0 : mark.epoch();
        Evidence.CleanEnd end = clean == null
                ? Evidence.CleanEnd.NONE
                : new Evidence.CleanEnd(clean.epoch(), clean.endOffset(), clean.lastChecksum(), clean.lastOffset());
        return new Evidence(durable, highest, epoch, mark == null ? 0 : mark.unforcedRecordsMax(), end);
    }
}
