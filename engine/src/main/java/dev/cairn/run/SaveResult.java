package dev.cairn.run;

import dev.cairn.Receipt;
import org.jspecify.annotations.Nullable;

/**
 * What became of a save.
 *
 * @param snapshot the one that was saved, or the one that says the same already
 * @param receipt of the record; null when the save was skipped
 */
public record SaveResult(SnapshotInfo snapshot, @Nullable Receipt receipt) {
    /** Whether nothing was written, because nothing meaningful had changed. */
    public boolean skipped() {
        return receipt == null;
    }
}
