package dev.cairn.run;

import java.util.List;

/**
 * Some snapshots of a run, newest first.
 *
 * @param snapshots without their states
 * @param next what to give as {@code before} to go on; −1 at the end
 */
public record SnapshotPage(List<SnapshotInfo> snapshots, long next) {
    public SnapshotPage {
        snapshots = List.copyOf(snapshots);
    }
}
