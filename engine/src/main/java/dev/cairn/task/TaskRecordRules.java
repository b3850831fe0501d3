package dev.cairn.task;

import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.kind.RecordRules;
import dev.cairn.internal.kind.Rejection;
import org.jspecify.annotations.Nullable;

/**
 * Holds the records of tasks against the workflow that was in force: {@code created} before anything else, statuses in an order
 * that the workflow allows, {@code returned} only behind {@code claimed}, nothing behind {@code deleted}.
 *
 * <p>The trace is the task's status as u16 and text, and a byte more while the task may be claimed and has not been returned;
 * empty when there is no task, of length 0 when the status is not known.
 *
 * <p>Threading: see {@link RecordRules}.
 */
final class TaskRecordRules implements RecordRules {
    private final WorkflowKind workflow;

    TaskRecordRules(WorkflowKind workflow) {
        this.workflow = workflow;
    }

    @Override
    public @Nullable String follow(ByteSlab trace, Event event) {
        boolean known = !trace.isEmpty();
        boolean unknown = known && trace.shortAt(0) == 0;
        if (event.type == TaskKind.DELETED) {
            trace.clear();
            return known ? null : "expected a task before it is deleted, was none";
        }
        if (event.type == TaskKind.CLAIMED || event.type == TaskKind.RETURNED) {
            return followClaim(trace, event, known, unknown);
        }
        TaskPayload payload = new TaskPayload(event.payload);
        boolean created = event.type == TaskKind.CREATED;
        String problem = null;
        if (!unknown && created == known) {
            problem = created
                    ? "expected no task before it is created, was one with status " + TaskBody.text(trace, 0)
                    : "expected a task before it is patched, was none";
        }
        if (payload.has(TaskPayload.STATUS)) {
            String status = TaskBody.text(event.payload, payload.statusAt);
            if (problem == null && !unknown) {
                problem = transitionProblem(trace, created, status);
            }
            boolean mayBeClaimed = !created && (unknown || known && isClaimed(trace)) && !isFinal(status);
            set(trace, status, mayBeClaimed);
        } else if (!known) {
            forget(trace);
        }
        return problem;
    }

    /** A claim moves as the workflow allows; a return is the engine's own and goes anywhere. */
    private @Nullable String followClaim(ByteSlab trace, Event event, boolean known, boolean unknown) {
        String status = TaskBody.text(event.payload, ClaimPayload.STATUS_AT);
        String problem = null;
        if (!known) {
            problem = "expected a task before it is claimed or returned, was none";
        } else if (!unknown && event.type == TaskKind.CLAIMED) {
            problem = transitionProblem(trace, false, status);
        } else if (!unknown && !isClaimed(trace)) {
            problem = "expected a task to be claimed before it is returned, was one with status "
                    + TaskBody.text(trace, 0);
        }
        set(trace, status, event.type == TaskKind.CLAIMED);
        return problem;
    }

    private static boolean isClaimed(ByteSlab trace) {
        return trace.length() > TaskPayload.textEnd(trace, 0);
    }

    /** A final status ends the lease, and with it what the claim has to do with the task. */
    private boolean isFinal(String status) {
        WorkflowRules rules = workflow.rulesInForce();
        return rules != null && rules.isFinal(status);
    }

    private static void set(ByteSlab trace, String status, boolean claimed) {
        trace.clear();
        trace.putText(status);
        if (claimed) {
            trace.putByte(1);
        }
    }

    private @Nullable String transitionProblem(ByteSlab trace, boolean created, String status) {
        WorkflowRules rules = workflow.rulesInForce();
        if (rules == null) {
            return null;
        }
        Rejection refusal = created ? rules.refusalOfFirst(status) : rules.refusal(trace, 0, status);
        if (refusal == null) {
            return null;
        }
        if (refusal instanceof Rejection.InvalidTransition transition) {
            return "expected a status of " + transition.allowed()
                    + (created ? " for a new task" : " after " + TaskBody.text(trace, 0)) + ", was " + status;
        }
        return String.valueOf(refusal.toException().getMessage());
    }

    @Override
    public void forget(ByteSlab trace) {
        trace.clear();
        trace.putShort(0);
    }

    @Override
    public void gap() {
        // The workflow's own rules forget what was in force.
    }
}
