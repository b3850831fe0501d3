package dev.cairn;

/**
 * Where the log stands.
 *
 * @param epoch the current writable opening
 * @param startOffset the first record that is still in the log
 * @param endOffset the offset that the next record will get, at the earliest
 * @param durableOffset the last record known to be on disk, −1 for none
 * @param projectionOffset the last record that the projection includes, −1 for none
 * @param segments number of segment files
 * @param bytes bytes of frames in all segments
 */
public record Watermarks(
        int epoch,
        long startOffset,
        long endOffset,
        long durableOffset,
        long projectionOffset,
        int segments,
        long bytes) {}
