package dev.cairn.decision;

import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.kind.RecordRules;
import dev.cairn.internal.kind.Recovered;
import org.jspecify.annotations.Nullable;

/**
 * Holds the records of decisions against the one rule they have: each is made once.
 *
 * <p>The trace is empty before the decision is made, then one byte: 1, or 0 when it is not known whether it was.
 *
 * <p>Threading: see {@link RecordRules}.
 */
final class DecisionRecordRules implements RecordRules {
    private static final byte UNKNOWN = 0;
    private static final byte MADE = 1;

    @Override
    public @Nullable String follow(ByteSlab trace, Event event) {
        if (event.type == Recovered.TYPE) {
            forget(trace);
            return null;
        }
        boolean again = !trace.isEmpty() && trace.byteAt(0) == MADE;
        trace.clear();
        trace.putByte(MADE);
        return again ? "expected a decision to be made once, was twice" : null;
    }

    @Override
    public void forget(ByteSlab trace) {
        trace.clear();
        trace.putByte(UNKNOWN);
    }

    @Override
    public void gap() {
        // Nothing is known but what the traces say.
    }
}
