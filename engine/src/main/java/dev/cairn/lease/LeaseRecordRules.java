package dev.cairn.lease;

import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.kind.RecordRules;
import org.jspecify.annotations.Nullable;

/**
 * Holds the records of leases against each other: at most one holder at any offset, and only a current grant is renewed or
 * ends.
 *
 * <p>The trace is the token of the current grant, −1 for none; of 1 byte when it is not known.
 *
 * <p>Threading: see {@link RecordRules}.
 */
final class LeaseRecordRules implements RecordRules {
    private static final long NOBODY = -1;

    @Override
    public @Nullable String follow(ByteSlab trace, Event event) {
        boolean known = trace.length() != 1;
        long token = trace.length() == Long.BYTES ? trace.longAt(0) : NOBODY;
        String problem = known ? problem(token, event) : null;
        if (event.type == LeasePayload.GRANTED) {
            set(trace, event.offset);
        } else if (event.type == LeasePayload.ENDED) {
            set(trace, NOBODY);
        } else if (known) {
            set(trace, token);
        }
        return problem;
    }

    private static @Nullable String problem(long token, Event event) {
        if (event.type == LeasePayload.GRANTED && token != NOBODY) {
            return "expected a lease that nobody holds to be granted, was held by token " + token;
        }
        if (event.type == LeasePayload.RENEWED && token == NOBODY) {
            return "expected a lease that is held to be renewed, was held by nobody";
        }
        if (event.type == LeasePayload.ENDED) {
            long ended = LeasePayload.open(event).takeLong();
            if (ended != token) {
                return "expected the grant " + token + " to end, was " + ended;
            }
        }
        return null;
    }

    private static void set(ByteSlab trace, long token) {
        trace.clear();
        trace.putLong(token);
    }

    @Override
    public void forget(ByteSlab trace) {
        trace.clear();
        trace.putByte(0);
    }

    @Override
    public void gap() {
        // Each lease is told by itself.
    }
}
