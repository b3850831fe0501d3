package dev.cairn.internal.checkpoint;

import java.util.UUID;

/**
 * The place in the log that a state checkpoint states the state of.
 *
 * @param installation identity of the directory
 * @param epoch of the record at {@code offset}
 * @param offset last record included, −1 for none
 * @param frameCrc checksum of that record's frame, 0 for none: tells a log that went another way from this one
 */
public record CheckpointPosition(UUID installation, int epoch, long offset, int frameCrc) {}
