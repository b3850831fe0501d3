package dev.cairn.entity;

import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.kind.RecordRules;
import dev.cairn.internal.kind.Recovered;
import org.jspecify.annotations.Nullable;

/**
 * Holds the records of what is created, changed and deleted against each other: nothing changes or ends what does not exist, and
 * nothing begins what does.
 *
 * <p>The trace is one byte, {@link #THERE} or {@link #UNKNOWN}; empty when there is nothing.
 *
 * <p>Threading: see {@link RecordRules}.
 */
final class LifeRules implements RecordRules {
    private static final int THERE = 1;
    private static final int UNKNOWN = 2;

    private final String what;
    private final byte begins;
    private final boolean beginsAgain;
    private final byte ends;

    /**
     * @param begins type of the event that begins it
     * @param beginsAgain whether that event may also follow where it exists
     * @param ends type of the event that ends it; all others change it
     */
    LifeRules(String what, byte begins, boolean beginsAgain, byte ends) {
        this.what = what;
        this.begins = begins;
        this.beginsAgain = beginsAgain;
        this.ends = ends;
    }

    @Override
    public @Nullable String follow(ByteSlab trace, Event event) {
        if (event.type == Recovered.TYPE) {
            forget(trace);
            return null;
        }
        int known = trace.isEmpty() ? 0 : trace.byteAt(0);
        String problem = null;
        if (event.type == begins) {
            problem = known == THERE && !beginsAgain ? "expected no " + what + " before it begins, was one" : null;
        } else if (known == 0) {
            problem = "expected a " + what + " before it " + (event.type == ends ? "ends" : "changes") + ", was none";
        }
        trace.clear();
        if (event.type != ends) {
            trace.putByte(THERE);
        }
        return problem;
    }

    @Override
    public void forget(ByteSlab trace) {
        trace.clear();
        trace.putByte(UNKNOWN);
    }

    @Override
    public void gap() {
        // Each entity's own chain says what is missing of it.
    }
}
