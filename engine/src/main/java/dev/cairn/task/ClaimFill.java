package dev.cairn.task;

import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.KeyHash;
import dev.cairn.internal.index.ClaimIndex;
import dev.cairn.internal.kind.Entity;
import dev.cairn.internal.kind.KindHost;
import dev.cairn.internal.kind.StateKey;
import java.util.Objects;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * One filling of the index with every task there is, while others go on writing.
 *
 * <p>State is copied piece by piece, the log is asked when the tasks of the copy were created, and they are put in the order of
 * that: all of it without the commit lock. Then some tasks at a time are put into the index under the lock: as they were copied,
 * or as they are at that moment if somebody wrote to them since the beginning. From the first moment on the index is
 * told of every write as well, so it does not matter which of the two comes first. Tasks in a final status stay there: they
 * are passed over.
 *
 * <p>Threading: one thread; takes the commit lock for some tenths of a millisecond at a time.
 */
final class ClaimFill {
    private static final int PUT_MAX = 256;

    private final KindHost host;
    private final TaskKind kind;
    private final WorkflowKind workflow;
    private final CreationOffsets creation;

    private final FoundTasks found = new FoundTasks();
    private final int putMax;
    private final ByteSlab key = new ByteSlab();
    private final ByteSlab topic = new ByteSlab();
    private final Entity current = new Entity();
    private @Nullable ClaimIndex filling;
    private @Nullable WorkflowRules rules;
    private boolean isWanted;
    private boolean isDrained;

    ClaimFill(KindHost host, TaskKind kind, WorkflowKind workflow) {
        this(host, kind, workflow, PUT_MAX);
    }

    /** @param putMax so many tasks are put while the lock is held once */
    ClaimFill(KindHost host, TaskKind kind, WorkflowKind workflow, int putMax) {
        this.host = host;
        this.kind = kind;
        this.workflow = workflow;
        this.creation = new CreationOffsets(host);
        this.putMax = putMax;
    }

    /**
     * Fills the index unless it is whole; given up when the workflow changes meanwhile.
     *
     * @return whether there was anything to do
     */
    boolean run() {
        host.still(this::begin);
        if (filling == null) {
            return false;
        }
        try {
            KindHost.Pieces pieces = host.pieces(kind);
            while (isWanted && pieces.advance()) {
                pieces.forEach(this::met);
            }
            drain();
            host.inTurn(this::end);
        } finally {
            host.still(this::giveUp);
        }
        return true;
    }

    private TaskClaims claims() {
        return kind.claims();
    }

    private void begin() {
        host.entity(workflow, null, WorkflowKind.KEY, current);
        WorkflowRules inForce = workflow.rules(current);
        rules = inForce;
        if (!claims().isCurrent()) {
            long seed = new SplittableRandom().nextLong();
            ClaimIndex empty = new ClaimIndex(slab -> KeyHash.of(slab.array(), slab.length(), seed));
            claims().begin(inForce, empty);
            filling = empty;
            isWanted = true;
        }
    }

    private void met(ByteSlab stateKey, Entity copied) {
        if (Objects.requireNonNull(rules).isFinal(copied.value(), TaskBody.STATUS_AT)) {
            return;
        }
        StateKey.read(stateKey, topic, key);
        found.add(key, copied.value(), creation.of(copied));
        if (found.isFull()) {
            drain();
        }
    }

    private void drain() {
        found.sort();
        isDrained = false;
        while (!isDrained) {
            host.inTurn(this::put);
        }
        found.clear();
    }

    private void put() {
        // Once it was given up it stays so, whatever workflow is in force by now: tasks were left out.
        isWanted = isWanted && claims().isFilling(filling);
        isDrained = !isWanted;
        for (int i = 0; i < putMax && !isDrained; i++) {
            isDrained = !found.next();
            if (!isDrained) {
                putOne();
            }
        }
    }

    private void putOne() {
        if (claims().isTouched(found.key)) {
            host.entity(kind, null, found.key.utf8(), current);
            claims().found(found.key, current, found.createdOffset);
        } else {
            claims().found(found);
        }
    }

    private void end() {
        if (isWanted && claims().isFilling(filling)) {
            claims().end();
        }
    }

    private void giveUp() {
        claims().giveUp(filling);
    }
}
