package dev.cairn.tools;

/** How results are written. */
enum OutputFormat {
    /** For people. */
    TEXT,
    /** For programs: one JSON value, or one a line where results are a stream. */
    JSON
}
