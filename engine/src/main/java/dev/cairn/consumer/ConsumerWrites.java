package dev.cairn.consumer;

import dev.cairn.InvalidRequestException;
import dev.cairn.Write;
import dev.cairn.internal.kind.BoundCommand;
import dev.cairn.internal.kind.CheckCommand;
import dev.cairn.internal.kind.KindIds;

/**
 * Writes of consumer groups for a {@link dev.cairn.Batch}: in an atomic batch the position moves together with what came of the
 * records before it, or neither does.
 *
 * <p>Threading: stateless.
 */
public final class ConsumerWrites {
    private ConsumerWrites() {}

    /**
     * See {@link Consumers#commit}.
     *
     * @throws InvalidRequestException with a pointer, when the group is no name or the offset below 0
     */
    public static Write commit(String group, long offset) {
        if (offset < 0) {
            throw new InvalidRequestException("expected an offset from 0, was " + offset, "/offset");
        }
        return new BoundCommand(
                KindIds.CONSUMER,
                new ConsumerCommand.Move(ConsumerCommand.checkGroup(group, "/group"), offset, "", null));
    }

    /** Changes nothing; carries the expectation of its options. */
    public static Write check(String group) {
        return new BoundCommand(KindIds.CONSUMER, new CheckCommand(null, ConsumerCommand.checkGroup(group, "/group")));
    }
}
