package dev.cairn.internal.recovery;

import dev.cairn.internal.codec.FrameView;

/**
 * The last record that is left of a log.
 *
 * <p>Threading: immutable.
 *
 * @param offset its offset, −1 for none
 * @param epoch the opening that wrote it, 0 for none
 * @param checksum of its frame, 0 for none
 */
record LastRecord(long offset, int epoch, int checksum) {
    static final LastRecord NONE = new LastRecord(-1, 0, 0);

    static LastRecord of(FrameView frame) {
        return new LastRecord(frame.offset(), frame.epoch(), frame.checksum());
    }
}
