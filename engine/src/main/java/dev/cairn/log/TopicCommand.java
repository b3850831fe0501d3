package dev.cairn.log;

import dev.cairn.ForbiddenException;
import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.json.Json;
import dev.cairn.internal.kind.Command;
import dev.cairn.internal.kind.Names;
import java.util.Set;

/**
 * The wish to append to a topic of the user's own, checked for form.
 *
 * <p>Threading: immutable; {@code payload} is never written to.
 *
 * @param payload compact JSON, any value
 */
record TopicCommand(String topic, String key, String type, byte[] payload) implements Command {
    /** The longest type, in bytes of UTF-8. */
    static final int TYPE_BYTES_MAX = 255;

    /** The built-in topics, those to come included: a user's topic must not be in their way. */
    static final Set<String> BUILT_IN = Set.of(
            "checkpoint",
            "consumer",
            "decision",
            "entity",
            "entity-link",
            "import",
            "lease",
            "run",
            "run-snapshot",
            "session",
            "system",
            "task",
            "task-context",
            "topic",
            "workflow");

    static TopicCommand of(NewRecord record) {
        return new TopicCommand(
                checkTopic(record.topic()),
                Names.check(record.key(), "/key"),
                Names.check(record.type(), TYPE_BYTES_MAX, "/type"),
                Json.value(record.payload(), "/payload"));
    }

    /**
     * Checks the name of a user's topic.
     *
     * @throws ForbiddenException if the topic is built in
     */
    static String checkTopic(String topic) {
        Names.check(topic, "/topic");
        if (BUILT_IN.contains(topic)) {
            throw new ForbiddenException("expected a topic of your own, was the built-in topic " + topic);
        }
        return topic;
    }

    @Override
    public void fingerprint(ByteSlab into) {
        into.putText(type);
        into.putBytes(payload, 0, payload.length);
    }
}
