package dev.cairn;

/**
 * What an accepted write returns.
 *
 * @param epoch the writable opening in which the record was written
 * @param offset the record's address in the log
 * @param version how many records have changed the entity, with this one
 * @param revision offset of the last record that changed the entity; what compare-and-set compares
 * @param ack how durable the write was when the receipt was made
 * @param durableOffset every record up to this offset was on disk then; −1 for none
 * @param replayed whether this is the first result of a repeated operation
 */
public record Receipt(
        int epoch, long offset, long version, long revision, Ack ack, long durableOffset, boolean replayed) {}
