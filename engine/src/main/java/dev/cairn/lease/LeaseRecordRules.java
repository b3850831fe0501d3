package dev.cairn.lease;

import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.kind.RecordRules;
import dev.cairn.internal.kind.Recovered;
import org.jspecify.annotations.Nullable;

/**
 * Holds the records of leases against each other: at most one holder at any offset, and each record names the grant that is
 * current.
 *
 * <p>The trace is the token of the current grant, −1 for none; of 1 byte when it is not known.
 *
 * <p>Threading: see {@link RecordRules}.
 */
final class LeaseRecordRules implements RecordRules {
    private static final long NOBODY = -1;

    @Override
    public @Nullable String follow(ByteSlab trace, Event event) {
        if (event.type == Recovered.TYPE) {
            forget(trace); // a repair says what it is now
            return null;
        }
        boolean known = trace.length() != 1;
        long token = trace.length() == Long.BYTES ? trace.longAt(0) : NOBODY;
        if (event.type == LeasePayload.GRANTED) {
            set(trace, event.offset);
            return token == NOBODY
                    ? null
                    : "expected a lease that nobody holds to be granted, was held by token " + token;
        }
        long named = LeasePayload.open(event).takeLong();
        if (event.type == LeasePayload.ENDED) {
            set(trace, NOBODY);
        } else if (known) {
            set(trace, token);
        }
        return !known || named == token ? null : "expected the current token " + token + ", was " + named;
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
