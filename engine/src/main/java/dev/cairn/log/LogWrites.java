package dev.cairn.log;

import dev.cairn.Write;
import dev.cairn.internal.kind.BoundCommand;
import dev.cairn.internal.kind.CheckCommand;
import dev.cairn.internal.kind.KindIds;
import dev.cairn.internal.kind.Names;

/**
 * Writes to topics of the user's own for a {@link dev.cairn.Batch}. Each checks the form of what it is given.
 *
 * <p>Threading: stateless.
 */
public final class LogWrites {
    private LogWrites() {}

    /**
     * See {@link Log#append(NewRecord)}.
     *
     * @throws dev.cairn.ForbiddenException when the topic is built in
     * @throws dev.cairn.InvalidRequestException with a pointer, when a name or the payload is not well formed
     */
    public static Write append(NewRecord record) {
        return new BoundCommand(KindIds.TOPIC, TopicCommand.of(record));
    }

    /** Changes nothing; carries the expectation of its options about the newest record of a topic and key. */
    public static Write check(String topic, String key) {
        return new BoundCommand(
                KindIds.TOPIC, new CheckCommand(TopicCommand.checkTopic(topic), Names.check(key, "/key")));
    }
}
