package dev.cairn.decision;

import dev.cairn.Write;
import dev.cairn.internal.kind.BoundCommand;
import dev.cairn.internal.kind.CheckCommand;
import dev.cairn.internal.kind.KindIds;

/**
 * Writes of decisions for a {@link dev.cairn.Batch}. Each checks the form of what it is given and throws {@link
 * dev.cairn.InvalidRequestException} with a pointer.
 *
 * <p>Threading: stateless.
 */
public final class DecisionWrites {
    private DecisionWrites() {}

    /** See {@link Decisions#append}. */
    public static Write append(NewDecision decision) {
        return new BoundCommand(KindIds.DECISION, DecisionCommand.of(decision));
    }

    /** Changes nothing; carries the expectation of its options. */
    public static Write check(String id) {
        return new BoundCommand(KindIds.DECISION, new CheckCommand(null, DecisionCommand.checkId(id, "/id")));
    }
}
