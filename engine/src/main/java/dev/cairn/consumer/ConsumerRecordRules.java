package dev.cairn.consumer;

import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.kind.RecordRules;
import dev.cairn.internal.kind.Recovered;
import org.jspecify.annotations.Nullable;

/**
 * Holds the records of groups against one another: {@code created} before anything else, {@code committed} never back, {@code
 * reset} never forward, nothing behind {@code deleted}, and no position behind the record that states it.
 *
 * <p>The trace is the offset of a group as i64; empty when there is no group, −1 when its offset is not known, −2 when not even
 * that it exists is.
 *
 * <p>Threading: see {@link RecordRules}.
 */
final class ConsumerRecordRules implements RecordRules {
    private static final long OFFSET_UNKNOWN = -1;
    private static final long UNKNOWN = -2;

    @Override
    public @Nullable String follow(ByteSlab trace, Event event) {
        if (event.type == Recovered.TYPE) {
            forget(trace);
            return null;
        }
        boolean known = !trace.isEmpty();
        long before = known ? trace.longAt(0) : OFFSET_UNKNOWN;
        boolean created = event.type == ConsumerKind.CREATED;
        String problem = null;
        if (before != UNKNOWN && created == known) {
            problem = created ? "expected no group before it is created, was one" : "expected a group, was none";
        }
        trace.clear();
        if (event.type == ConsumerKind.DELETED) {
            return problem;
        }
        long offset = ConsumerBody.offset(event.payload, 0);
        trace.putLong(offset);
        if (problem != null) {
            return problem;
        }
        if (offset > event.offset) {
            return "expected a position up to " + event.offset + ", was " + offset;
        }
        boolean back = before >= 0 && offset < before;
        if (event.type == ConsumerKind.COMMITTED && back) {
            return "expected a commit from " + before + ", was " + offset;
        }
        return event.type == ConsumerKind.RESET && before >= 0 && !back
                ? "expected a reset below " + before + ", was " + offset
                : null;
    }

    @Override
    public void forget(ByteSlab trace) {
        trace.clear();
        trace.putLong(UNKNOWN);
    }

    @Override
    public void gap() {
        // Every group's own trace says what is known of it.
    }
}
