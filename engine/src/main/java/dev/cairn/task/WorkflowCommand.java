package dev.cairn.task;

import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.kind.Command;

/**
 * The wish that {@code workflow} be in force.
 *
 * <p>Threading: immutable.
 */
record WorkflowCommand(Workflow workflow) implements Command {
    @Override
    public String key() {
        return WorkflowKind.KEY;
    }

    @Override
    public void fingerprint(ByteSlab into) {
        into.putUtf8(workflow.toJson());
    }
}
