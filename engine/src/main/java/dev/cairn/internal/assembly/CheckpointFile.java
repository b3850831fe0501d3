package dev.cairn.internal.assembly;

import dev.cairn.DamagedLogException;
import dev.cairn.internal.checkpoint.CheckpointPosition;
import dev.cairn.internal.segment.LogCursor;
import dev.cairn.internal.segment.LogDirectory;
import dev.cairn.internal.segment.SegmentCatalog;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Where the state checkpoint of a clean close lies, and whether it fits the log. Threading: stateless. */
public final class CheckpointFile {
    private CheckpointFile() {}

    public static Path path(LogDirectory directory) {
        return directory.root().resolve("checkpoint").resolve("state.checkpoint");
    }

    /**
     * Why the checkpoint does not fit this log, or null: the record that it was made at must be in it, or be one that a repair
     * gave up, or that is damaged. In these cases the checkpoint still knows what the log has lost.
     *
     * @param lastOffset of the log
     */
    static @Nullable String objection(SegmentCatalog catalog, CheckpointPosition position, long lastOffset) {
        if (position.offset() > lastOffset) {
            return "expected an offset up to " + lastOffset + ", was " + position.offset();
        }
        if (catalog.resumeFrom(position.offset()) != position.offset()) {
            return null;
        }
        LogCursor cursor = new LogCursor(catalog);
        boolean found;
        try {
            found = cursor.read(position.offset(), lastOffset)
                    && cursor.frame().epoch() == position.epoch()
                    && cursor.frame().checksum() == position.frameCrc();
        } catch (DamagedLogException e) {
            return null; // the log did reach so far, and the checkpoint knows what its damaged record said
        }
        return found ? null : "expected the record at offset " + position.offset() + " in the log, was another";
    }
}
