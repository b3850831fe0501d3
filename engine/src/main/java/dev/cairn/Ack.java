package dev.cairn;

/** When a write is acknowledged. */
public enum Ack {
    /** In the page cache: survives the death of the process. */
    ACCEPTED,
    /** Forced to disk: survives the loss of power. */
    DURABLE
}
