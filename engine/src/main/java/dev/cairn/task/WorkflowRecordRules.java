package dev.cairn.task;

import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.kind.RecordRules;
import org.jspecify.annotations.Nullable;

/**
 * Follows the workflow while a log is verified, from the standard one on. After a gap none is known until the next is set.
 *
 * <p>Threading: see {@link RecordRules}.
 */
final class WorkflowRecordRules implements RecordRules {
    private @Nullable WorkflowRules inForce = new WorkflowRules(Workflow.standard());

    /** Null while it is not known. */
    @Nullable
    WorkflowRules inForce() {
        return inForce;
    }

    @Override
    public @Nullable String follow(ByteSlab trace, Event event) {
        inForce = new WorkflowRules(Workflow.parse(WorkflowKind.json(event.payload, 0)));
        return null;
    }

    @Override
    public void forget(ByteSlab trace) {
        trace.clear();
    }

    @Override
    public void gap() {
        inForce = null;
    }
}
