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
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Claims: which task comes next, moved and leased in one step, and what becomes of it when its lease ends.
 *
 * <p>The index is filled when somebody first claims, and kept from then on: an engine in which nobody claims pays nothing for
 * it. Tasks in a final status are not in it; those whose lease is held are, but not on offer. While it is being filled, by {@link
 * ClaimFill}, claims are refused.
 *
 * <p>Threading: commit lock held.
 */
final class TaskClaims implements LeaseLedger.Endings, LeaseLedger.Holdings {
    private static final String GUARD = TaskKind.NAME + ":";

    private final Kind tasks;
    private final WorkflowKind workflow;
    private final LeaseLedger leases;
    private final ByteSlab key = new ByteSlab(64);
    private final ByteSlab queue = new ByteSlab(64);
    private final ByteSlab status = new ByteSlab(64);
    private final WorkAwaited awaited = new WorkAwaited();
    private @Nullable ClaimIndex index;
    /** The rules that the index was filled by: it knows by them which statuses are final. */
    private @Nullable WorkflowRules filledBy;

    /** Whether every task is in the index that has to be. */
    private boolean isWhole;

    /** Tasks that were written to since the filling began. */
    private final Set<String> touched = new HashSet<>();

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

    /** Whether the index is whole and knows which statuses are final by the workflow in force. */
    boolean isCurrent() {
        return isWhole && isByRulesInForce();
    }

    private boolean isByRulesInForce() {
        WorkflowRules known = filledBy;
        WorkflowRules inForce = workflow.rulesInstalled();
        return known != null && inForce != null && (known == inForce || known.hasFinalsOf(inForce));
    }

    /** Who waits for work. Any thread. */
    WorkAwaited awaited() {
        return awaited;
    }

    /** Begins a new index, which is told of every change from now on; all that is there has to be {@link #found}. */
    void begin(WorkflowRules rules, ClaimIndex empty) {
        index = empty;
        filledBy = rules;
        isWhole = false;
        touched.clear();
    }

    /** Whether {@code filling} still has to be filled. */
    boolean isFilling(@Nullable ClaimIndex filling) {
        return index == filling && !isWhole && isByRulesInForce();
    }

    /** Whether somebody wrote to the task since the filling began: what was copied before is not what it is now. */
    boolean isTouched(ByteSlab taskKey) {
        return !touched.isEmpty() && touched.contains(taskKey.utf8());
    }

    /** A task that nobody touched was met while the index is filled. */
    void found(FoundTasks task) {
        ClaimIndex claims = index;
        if (claims != null) {
            put(claims, task.key, task.queue, task.status, task.priority, task.createdOffset);
        }
    }

    /**
     * A task was met while the index is filled.
     *
     * @param task as it is now
     * @param createdOffset when it was created, unless that was after the beginning
     */
    void found(ByteSlab taskKey, Entity task, long createdOffset) {
        ClaimIndex claims = index;
        if (claims != null) {
            long known = claims.createdOffset(taskKey);
            put(claims, taskKey, task, known < 0 ? createdOffset : known);
        }
    }

    /** All that is there was found. */
    void end() {
        isWhole = true;
        touched.clear();
        awaited.offered();
    }

    /** Forgets {@code filling} if it did not become whole. */
    void giveUp(@Nullable ClaimIndex filling) {
        if (index == filling && !isWhole) {
            forget();
        }
    }

    private void put(ClaimIndex claims, ByteSlab taskKey, Entity task, long createdOffset) {
        if (!belongs(task)) {
            claims.remove(taskKey);
            return;
        }
        ByteSlab value = task.value();
        text(value, TaskBody.STATUS_AT, status);
        text(value, TaskBody.queueAt(value), queue);
        put(claims, taskKey, queue, status, value.intAt(TaskBody.PRIORITY_AT), createdOffset);
    }

    /** Whether the index has to have the task. */
    private boolean belongs(Entity task) {
        return task.exists() && !Objects.requireNonNull(filledBy).isFinal(task.value(), TaskBody.STATUS_AT);
    }

    private void put(ClaimIndex claims, ByteSlab taskKey, ByteSlab in, ByteSlab as, int priority, long createdOffset) {
        boolean known = claims.knows(taskKey);
        int offeredBefore = awaited.isEmpty() ? 0 : claims.size(in, as);
        claims.put(taskKey, in, as, priority, createdOffset);
        if (!known && leases.isGuarded(tasks, taskKey.utf8())) {
            claims.suspend(taskKey);
        }
        if (!awaited.isEmpty() && claims.size(in, as) > offeredBefore) {
            awaited.offered(in);
        }
    }

    private static void text(ByteSlab value, int at, ByteSlab into) {
        into.clear();
        into.putBytes(value, at + Short.BYTES, value.shortAt(at));
    }

    /** A task was changed by {@code event}. */
    void installed(Event event, Entity after) {
        ClaimIndex claims = index;
        if (claims == null) {
            return;
        }
        if (!isWhole) {
            touched.add(event.key.utf8());
        }
        if (event.type == TaskKind.CREATED) {
            put(claims, event.key, after, event.offset);
            return;
        }
        long known = claims.createdOffset(event.key);
        if (known >= 0) {
            put(claims, event.key, after, known);
        } else if (isWhole && belongs(after)) {
            // It was in a status that another workflow calls final, so the index does not know when it was created.
            forget();
            awaited.offered();
        }
        // Else the filling has yet to meet it, and finds out when it was created.
    }

    private void forget() {
        index = null;
        filledBy = null;
        isWhole = false;
        touched.clear();
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
        } else if (claims.resume(key) && !awaited.isEmpty()) {
            awaited.offered();
        }
    }

    /** Whether it is certain that {@code wish} would find nothing to take, and would not be refused for another reason. */
    boolean hasNothing(TaskCommand.Claim wish) {
        ClaimIndex claims = index;
        WorkflowRules rules = workflow.rulesInstalled();
        if (claims == null || rules == null || !isCurrent()) {
            return false;
        }
        ClaimPolicy policy = rules.workflow().claim();
        String from = from(rules, wish);
        return refusal(rules, policy, from) == null && !peek(claims, wish.queue(), from);
    }

    private boolean peek(ClaimIndex claims, String wantedQueue, String from) {
        queue.clear();
        queue.putUtf8(wantedQueue);
        status.clear();
        status.putUtf8(from);
        return claims.peek(queue, status, key);
    }

    // Decisions

    private static String from(WorkflowRules rules, TaskCommand.Claim wish) {
        return wish.status() == null ? rules.workflow().first() : wish.status();
    }

    @Nullable
    Rejection claim(Draft draft, TaskCommand.Claim wish) {
        WorkflowRules rules = workflow.rules(draft);
        ClaimPolicy policy = rules.workflow().claim();
        String from = from(rules, wish);
        Rejection refusal = refusal(rules, policy, from);
        if (refusal != null) {
            return refusal;
        }
        ClaimIndex claims = index;
        if (claims == null || !isCurrent() || draft.staged(tasks)) {
            return new Rejection.Overloaded("expected what can be claimed to be known, is being looked through");
        }
        if (!peek(claims, wish.queue(), from)) {
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
        return rules.refusal(from, policy.status());
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
        if (rules.isFinal(now) || !now.equals(policy.status()) && goesItsWay(rules, policy, now, end)) {
            return;
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

    /**
     * Whether a task that its holder has moved on stays where it is now: always, when nothing went wrong. When the holder did not
     * come back, if the task has failed already, or if no status says that it is done.
     */
    private static boolean goesItsWay(WorkflowRules rules, ClaimPolicy policy, String now, End end) {
        return switch (end) {
            case FAILED, POISONED -> false;
            case EXPIRED -> rules.workflow().open() || now.equals(policy.failed());
            default -> true;
        };
    }
}
