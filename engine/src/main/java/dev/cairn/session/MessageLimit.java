package dev.cairn.session;

import dev.cairn.internal.codec.Event;
import dev.cairn.internal.kind.Micros;
import org.jspecify.annotations.Nullable;

/**
 * A cut through the messages of a session: all that are at or before it, in each respect, are within. What grows with every
 * message can be cut anywhere, so the newest message within is found by halving.
 *
 * <p>Threading: immutable.
 *
 * @param offset the last offset within
 * @param at the last time within, in microseconds since 1970
 * @param number the last number within
 * @param bytes the last sum of bytes within
 */
record MessageLimit(long offset, long at, long number, long bytes) {
    /** Every message is within. */
    static final MessageLimit NONE = new MessageLimit(Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE);

    static MessageLimit through(long offset) {
        return new MessageLimit(offset, NONE.at, NONE.number, NONE.bytes);
    }

    /** Up to {@code bound}, which is within. */
    static MessageLimit through(MessageQuery.Bound bound) {
        if (bound instanceof MessageQuery.Bound.Time time) {
            return NONE.upTo(Micros.floor(time.time()));
        }
        return bound instanceof MessageQuery.Bound.Boundary boundary
                ? through(boundary.next() - 1)
                : through(((MessageQuery.Bound.Offset) bound).offset());
    }

    /** Up to {@code bound}, which is not within. */
    static MessageLimit before(MessageQuery.@Nullable Bound bound) {
        if (bound == null) {
            return NONE;
        }
        if (bound instanceof MessageQuery.Bound.Time time) {
            return NONE.upTo(Micros.ceiling(time.time()) - 1);
        }
        return bound instanceof MessageQuery.Bound.Boundary boundary
                ? through(boundary.next() - 1)
                : through(((MessageQuery.Bound.Offset) bound).offset() - 1);
    }

    private MessageLimit upTo(long lastAt) {
        return new MessageLimit(offset, lastAt, number, bytes);
    }

    /** What is within both. */
    MessageLimit and(MessageLimit other) {
        return new MessageLimit(
                Math.min(offset, other.offset),
                Math.min(at, other.at),
                Math.min(number, other.number),
                Math.min(bytes, other.bytes));
    }

    boolean within(Event message) {
        return message.offset <= offset
                && message.at <= at
                && SessionPayload.number(message) <= number
                && SessionPayload.bytes(message) <= bytes;
    }

    /** Whether a message of which only this much is known is certainly within. */
    boolean certainlyWithin(long messageOffset, long messageNumber) {
        return messageOffset <= offset && messageNumber <= number && at == Long.MAX_VALUE && bytes == Long.MAX_VALUE;
    }
}
