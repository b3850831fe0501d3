package dev.cairn.session;

import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.kind.RecordRules;
import org.jspecify.annotations.Nullable;

/**
 * Holds the records of sessions against their order: messages are numbered from 1 without a gap, all with the offset of the
 * same first one, and only a session that has messages is deleted.
 *
 * <p>The trace is the number of the last message and the offset of the first, each i64; empty when there is no session, a zero
 * number when nothing is known.
 *
 * <p>Threading: see {@link RecordRules}.
 */
final class SessionRecordRules implements RecordRules {
    @Override
    public @Nullable String follow(ByteSlab trace, Event event) {
        if (event.type == SessionKind.APPENDED) {
            return appended(trace, event);
        }
        if (event.type == SessionKind.DELETED) {
            boolean known = !trace.isEmpty();
            trace.clear();
            return known ? null : "expected a session before it is deleted, was none";
        }
        forget(trace); // what a repair made of it
        return null;
    }

    private static @Nullable String appended(ByteSlab trace, Event event) {
        boolean begins = trace.isEmpty();
        boolean unknown = !begins && trace.longAt(0) == 0;
        long number = SessionPayload.number(event);
        long first = SessionPayload.first(event);
        long expected = begins ? 1 : trace.longAt(0) + 1;
        long expectedFirst = begins ? event.offset : trace.longAt(Long.BYTES);
        trace.clear();
        trace.putLong(number);
        trace.putLong(first);
        if (unknown) {
            return null;
        }
        if (number != expected) {
            return "expected message " + expected + ", was " + number;
        }
        return first == expectedFirst
                ? null
                : "expected a message of the session from " + expectedFirst + ", was of that from " + first;
    }

    @Override
    public void forget(ByteSlab trace) {
        trace.clear();
        trace.putLong(0);
        trace.putLong(0);
    }

    @Override
    public void gap() {
        // Each entity is forgotten where its own chain is broken.
    }
}
