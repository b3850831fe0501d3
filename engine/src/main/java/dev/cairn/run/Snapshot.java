package dev.cairn.run;

/**
 * A snapshot that was loaded.
 *
 * @param info what is known about it
 * @param state the JSON value that was saved, without white space between tokens
 */
public record Snapshot(SnapshotInfo info, String state) {
    public String id() {
        return info.id();
    }
}
