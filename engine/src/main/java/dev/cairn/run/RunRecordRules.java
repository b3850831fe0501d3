package dev.cairn.run;

import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.kind.RecordRules;
import org.jspecify.annotations.Nullable;

/**
 * Holds the records of runs against each other: nothing is deleted that is not there, and no record says that it follows one that
 * is yet to come.
 *
 * <p>The trace is one byte: whether the run exists, or is not known to; empty when it does not.
 *
 * <p>Threading: see {@link RecordRules}.
 */
final class RunRecordRules implements RecordRules {
    private static final int EXISTS = 1;
    private static final int UNKNOWN = 2;

    @Override
    public @Nullable String follow(ByteSlab trace, Event event) {
        if (event.type == RunKind.DELETED) {
            boolean known = !trace.isEmpty();
            trace.clear();
            return known ? null : "expected a run before it is deleted, was none";
        }
        trace.clear();
        trace.putByte(EXISTS);
        SavedPayload saved = SavedPayload.read(event.payload);
        long latest = Math.max(saved.first == event.offset ? -1 : saved.first, Math.max(saved.previous, saved.base));
        return latest < event.offset
                ? null
                : "expected a snapshot to follow one before offset " + event.offset + ", was " + latest;
    }

    @Override
    public void forget(ByteSlab trace) {
        trace.clear();
        trace.putByte(UNKNOWN);
    }

    @Override
    public void gap() {
        // Nothing is remembered across runs.
    }
}
