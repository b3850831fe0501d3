package dev.cairn.internal.recovery;

import dev.cairn.DamagedLogException;
import dev.cairn.GoneException;
import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.commit.CurrentState;
import dev.cairn.internal.kind.Entity;
import dev.cairn.internal.kind.Evolution;
import dev.cairn.internal.kind.Kind;
import dev.cairn.internal.kind.StateKey;

/**
 * Folds records into the state. While records of one entity follow each other it stays at hand, and is loaded and installed
 * once.
 *
 * <p>Threading: one thread at a time, the only writer of its state.
 */
final class EntityFold {
    private final CurrentState state;
    private final ByteSlab key = new ByteSlab(64);
    private final ByteSlab nextKey = new ByteSlab(64);
    private Entity before = new Entity();
    private Entity after = new Entity();

    /** Whether {@link #after} is not yet installed under {@link #key}. */
    private boolean isPending;

    EntityFold(CurrentState state) {
        this.state = state;
    }

    /**
     * Takes the step that {@code event} stands for.
     *
     * @return the entity after it, valid until the next step; {@link #install} makes it the current one
     */
    Entity step(Kind kind, Event event) {
        StateKey.write(nextKey, event);
        if (isPending && nextKey.contentEquals(key)) {
            Entity reached = after;
            after = before;
            before = reached;
        } else {
            install();
            key.set(nextKey);
            loadBefore(kind);
        }
        Evolution.step(kind, before, event, after);
        isPending = true;
        if (!state.keepsWhole(after)) {
            install(); // the next step begins with what the log still says of it, as everybody's who loads it
        }
        return after;
    }

    /** The entity before the event; of a large one whose body is lost, the header without a body. */
    private void loadBefore(Kind kind) {
        try {
            state.load(kind, key, before);
        } catch (DamagedLogException | GoneException e) {
            before.reset();
        }
    }

    /** Makes the entity of the last step the current one. */
    void install() {
        if (isPending) {
            isPending = false;
            state.install(key, after);
        }
    }
}
