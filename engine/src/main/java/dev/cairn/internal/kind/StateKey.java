package dev.cairn.internal.kind;

import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.codec.FrameView;
import org.jspecify.annotations.Nullable;

/**
 * The key of an entity in the state store: kind (1 byte), then for a user's topic its name and a zero byte, then the key.
 * Names hold no control characters, so the zero byte ends the topic for certain.
 *
 * <p>Threading: stateless.
 */
public final class StateKey {
    /** The longest key of an entity: five names of 512 bytes and what joins them. */
    public static final int KEY_BYTES_MAX = 2_600;

    /** The longest state key of an entity that can exist. */
    public static final int BYTES_MAX = 1 + KEY_BYTES_MAX;

    private StateKey() {}

    /** Replaces the content of {@code into}. */
    public static void write(ByteSlab into, byte kind, @Nullable String topic, String key) {
        into.clear();
        into.putByte(kind);
        if (topic != null) {
            into.putUtf8(topic);
            into.putByte(0);
        }
        into.putUtf8(key);
    }

    /** Replaces the content of {@code into} with the key of the entity that {@code event} is about. */
    public static void write(ByteSlab into, Event event) {
        into.clear();
        into.putByte(event.kind);
        if (!event.topic.isEmpty()) {
            into.putBytes(event.topic);
            into.putByte(0);
        }
        into.putBytes(event.key);
    }

    /** The same for the entity that the record in {@code frame} is about. */
    public static void write(ByteSlab into, FrameView frame) {
        into.clear();
        into.putByte(frame.kind());
        if (frame.topicLength() > 0) {
            frame.appendTopic(into);
            into.putByte(0);
        }
        frame.appendKey(into);
    }

    /** Takes the key of an entity apart: the user's topic, empty for a built-in kind, and the entity's own key. */
    public static void read(ByteSlab stateKey, ByteSlab topic, ByteSlab key) {
        int from = 1;
        int end = stateKey.length();
        topic.clear();
        key.clear();
        for (int at = from; at < end; at++) {
            if (stateKey.byteAt(at) == 0) {
                topic.putBytes(stateKey, from, at - from);
                from = at + 1;
                break;
            }
        }
        key.putBytes(stateKey, from, end - from);
    }
}
