package dev.cairn.task;

import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.index.ClaimIndex;
import dev.cairn.internal.kind.Draft;
import dev.cairn.internal.kind.Entity;
import dev.cairn.internal.kind.Kind;
import dev.cairn.internal.kind.LeaseLedger;
import dev.cairn.internal.kind.LeaseLedger.End;
import dev.cairn.internal.kind.Rejection;
import org.jspecify.annotations.Nullable;

/**
 * Claims: which task comes next, moved and leased in one step, and what becomes of it when its lease ends.
 *
 * <p>The index is filled when somebody first claims, and kept from then on: an engine in which nobody claims pays nothing for
 * it. Tasks in a final status are not in it; those whose lease is held are, but not on offer.
 *
 * <p>Threading: commit lock held, except for {@link #offers}.
 */
final class TaskClaims implements LeaseLedger.Endings, LeaseLedger.Holdings {
    private static final String GUARD = TaskKind.NAME + ":";

    private final Kind tasks;
    private final WorkflowKind workflow;
    private final LeaseLedger leases;
    private final ByteSlab key = new ByteSlab(64);
    private final ByteSlab queue = new ByteSlab(64);
    private final ByteSlab status = new ByteSlab(64);
    private @Nullable ClaimIndex index;
    /** The rules that the index was filled by: it knows by them which statuses are final. */
    private @Nullable WorkflowRules filledBy;

    private volatile long offers;

    TaskClaims(Kind tasks, WorkflowKind workflow, LeaseLedger leases) {
        this.tasks = tasks;
        this.workflow = workflow;
        this.leases = leases;
        leases.endings(this);
        leases.holdings(this);
    }

    // The index

    /** Whether tasks that change have to be told. */
    boolean isFilled() {
        return index != null;
    }

    /** Whether the index says what the workflow in force says. */
    boolean isCurrent() {
        return index != null && filledBy == workflow.rulesInstalled();
    }

    /** How often tasks came on offer: who waits for work looks again when it has changed. Any thread. */
    long offers() {
        return offers;
    }

    /** Begins a new index; every task has to be {@linkplain #put put} into it under the same hold of the lock. */
    void begin(WorkflowRules rules, ClaimIndex empty) {
        index = empty;
        filledBy = rules;
    }

    /** Says how a task is now. */
    void put(ByteSlab taskKey, Entity task, long createdOffset) {
        ClaimIndex claims = index;
        WorkflowRules rules = filledBy;
        if (claims == null || rules == null) {
            return;
        }
        ByteSlab value = task.value();
        if (!task.exists() || rules.isFinal(value, TaskBody.STATUS_AT)) {
            claims.remove(taskKey);
            return;
        }
        boolean known = claims.knows(taskKey);
        text(value, TaskBody.STATUS_AT, status);
        text(value, TaskBody.queueAt(value), queue);
        claims.put(taskKey, queue, status, value.intAt(TaskBody.PRIORITY_AT), createdOffset);
        if (!known && leases.isGuarded(tasks, taskKey.utf8())) {
            claims.suspend(taskKey);
        }
        offered();
    }

    private static void text(ByteSlab value, int at, ByteSlab into) {
        into.clear();
        into.putBytes(value, at + Short.BYTES, value.shortAt(at));
    }

    /** A task was changed by {@code event}. */
    void installed(Event event, Entity after) {
        ClaimIndex claims = index;
        if (claims != null) {
            boolean created = event.type == TaskKind.CREATED;
            long known = created ? -1 : claims.createdOffset(event.key);
            put(event.key, after, known < 0 ? event.offset : known);
        }
    }

    @Override
    public void changed(String lease, boolean held) {
        ClaimIndex claims = index;
        if (claims == null || !lease.startsWith(GUARD)) {
            return;
        }
        key.clear();
        key.putUtf8(lease.substring(GUARD.length()));
        if (held) {
            claims.suspend(key);
        } else if (claims.resume(key)) {
            offered();
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer at a time
    private void offered() {
        offers++;
    }

    // Decisions

    @Nullable
    Rejection claim(Draft draft, TaskCommand.Claim wish) {
        WorkflowRules rules = workflow.rules(draft);
        ClaimPolicy policy = rules.workflow().claim();
        String from = wish.status() == null ? rules.workflow().first() : wish.status();
        Rejection refusal = refusal(rules, policy, from);
        if (refusal != null) {
            return refusal;
        }
        ClaimIndex claims = index;
        if (claims == null || filledBy != rules || draft.staged(tasks)) {
            return new Rejection.Overloaded("expected what can be claimed to be known, is being looked through");
        }
        queue.clear();
        queue.putUtf8(wish.queue());
        status.clear();
        status.putUtf8(from);
        if (!claims.peek(queue, status, key)) {
            return new Rejection.NotFound(TaskKind.NAME, wish.queue() + "/" + from);
        }
        String id = key.utf8();
        draft.defaultActor(wish.agent());
        ClaimPayload.claimed(draft.emit(tasks, null, id, TaskKind.CLAIMED).payload, policy.status(), wish.agent());
        leases.grant(draft, GUARD + id, wish.agent(), wish.ttlMillis(), from);
        return null;
    }

    private static @Nullable Rejection refusal(WorkflowRules rules, ClaimPolicy policy, String from) {
        if (!rules.knows(from) || rules.isFinal(from)) {
            return new Rejection.Invalid("expected a status that tasks leave, was " + from, "/status");
        }
        if (!rules.knows(policy.failed())) {
            return new Rejection.Invalid(
                    "expected a workflow that says with a claim policy what becomes of tasks that fail, was one without "
                            + policy.failed(),
                    "/status");
        }
        ByteSlab before = new ByteSlab(from.length() + Short.BYTES);
        before.putText(from);
        return rules.refusal(before, 0, policy.status());
    }

    /** Adds what follows for the task when the lease of its claim ends. */
    @Override
    public void ended(Draft draft, String lease, String origin, End end) {
        if (lease.startsWith(GUARD)) {
            WorkflowRules rules = workflow.rules(draft);
            String id = lease.substring(GUARD.length());
            Entity task = draft.entity(tasks, null, id);
            if (task.exists()) {
                returned(draft, rules, id, task, origin, end);
            }
        }
    }

    private void returned(Draft draft, WorkflowRules rules, String id, Entity task, String origin, End end) {
        ClaimPolicy policy = rules.workflow().claim();
        String now = TaskBody.text(task.value(), TaskBody.STATUS_AT);
        boolean counts = end == End.FAILED || end == End.EXPIRED || end == End.POISONED;
        if (rules.isFinal(now) || !counts && !now.equals(policy.status())) {
            return; // it has gone on its way under the lease
        }
        int attempts = task.value().intAt(TaskBody.ATTEMPTS_AT) + (counts ? 1 : 0);
        boolean fails = end == End.POISONED
                || counts && attempts >= policy.attemptsMax()
                || end == End.EXPIRED && policy.failsOnExpiry();
        ClaimPayload.returned(
                draft.emit(tasks, null, id, TaskKind.RETURNED).payload,
                fails && rules.knows(policy.failed()) ? policy.failed() : origin,
                end,
                attempts);
    }
}
