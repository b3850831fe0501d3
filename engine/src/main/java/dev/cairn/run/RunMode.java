package dev.cairn.run;

/** How snapshots are stored. Both modes read what either wrote. */
public enum RunMode {
    /** Automatic snapshots that change nothing are skipped; states are stored as differences, and compressed. */
    OPTIMISED,
    /** Every snapshot is stored whole, as it was given. */
    STANDARD
}
