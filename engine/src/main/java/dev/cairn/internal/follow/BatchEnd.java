package dev.cairn.internal.follow;

/**
 * The last record of a batch: what identifies a position in the log.
 *
 * @param epoch epoch of the record
 * @param offset offset of the record
 * @param checksum checksum of its frame
 * @param durableOffset the durable offset when the batch was read: how far there is to go
 */
public record BatchEnd(int epoch, long offset, int checksum, long durableOffset) {}
