package dev.cairn.task;

import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.KeyHash;
import dev.cairn.internal.index.ClaimIndex;
import dev.cairn.internal.kind.Entity;
import dev.cairn.internal.kind.KindHost;
import dev.cairn.internal.kind.StateKey;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * One filling of the index with every task there is, while others go on writing.
 *
 * <p>State is copied piece by piece, and the log is asked when the tasks of the copy were created: all of that without the
 * commit lock. Then some tasks at a time are put into the index under the lock, as they are at that moment and not as they
 * were copied. From the first moment on the index is told of every write as well, so it does not matter which of
 * the two comes first: a task that is met is put as it is now, and what it becomes later is told.
 *
 * <p>Threading: one thread; takes the commit lock for some tenths of a millisecond at a time.
 */
final class ClaimFill {
    private static final int PUT_MAX = 256;

    private final KindHost host;
    private final TaskKind kind;
    private final WorkflowKind workflow;
    private final CreationOffsets creation;

    private final ByteSlab[] keys;
    private final long[] created;
    private final ByteSlab topic = new ByteSlab();
    private final Entity current = new Entity();
    private int count;
    private @Nullable ClaimIndex filling;
    private boolean isWanted;

    ClaimFill(KindHost host, TaskKind kind, WorkflowKind workflow) {
        this(host, kind, workflow, PUT_MAX);
    }

    /** @param putMax so many tasks are put while the lock is held once */
    ClaimFill(KindHost host, TaskKind kind, WorkflowKind workflow, int putMax) {
        this.host = host;
        this.kind = kind;
        this.workflow = workflow;
        this.creation = new CreationOffsets(host);
        this.keys = new ByteSlab[putMax];
        this.created = new long[putMax];
        for (int i = 0; i < putMax; i++) {
            keys[i] = new ByteSlab();
        }
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
                host.inTurn(this::put);
            }
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
        WorkflowRules rules = workflow.rules(current);
        if (!claims().isCurrent()) {
            long seed = new SplittableRandom().nextLong();
            ClaimIndex empty = new ClaimIndex(slab -> KeyHash.of(slab.array(), slab.length(), seed));
            claims().begin(rules, empty);
            filling = empty;
            isWanted = true;
        }
    }

    private void met(ByteSlab stateKey, Entity copied) {
        StateKey.read(stateKey, topic, keys[count]);
        created[count] = creation.of(copied);
        count++;
        if (count == keys.length) {
            host.inTurn(this::put);
        }
    }

    private void put() {
        // Once it was given up it stays so, whatever workflow is in force by now: tasks were left out.
        isWanted = isWanted && claims().isFilling(filling);
        if (isWanted) {
            for (int i = 0; i < count; i++) {
                host.entity(kind, null, keys[i].utf8(), current);
                claims().found(keys[i], current, created[i]);
            }
        }
        count = 0;
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
