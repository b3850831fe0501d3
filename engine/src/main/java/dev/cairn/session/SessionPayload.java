package dev.cairn.session;

import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.Event;

/**
 * Payload of the event {@code appended}, and a view of one: a message, and its place among those of its session.
 *
 * <pre>
 *  0    1           9           17          25          33
 *  +----+-----------+-----------+-----------+-----------+---------------+---------------+----------------------+
 *  |vers| number    | first     | link      | bytes     | role: u16 + n | task: u16 + n | message: JSON to end |
 *  +----+-----------+-----------+-----------+-----------+---------------+---------------+----------------------+
 * </pre>
 *
 * {@code number} counts the messages from 1; {@code first} is the offset of number 1, so that messages of a session that was
 * deleted and begun again are told apart; {@code link} is the offset of the message before the {@link SkipLinks#span} that ends
 * here, −1 for none; {@code bytes} are those of all messages up to this one, which is included. A task of no bytes is none. The
 * message is compact JSON, an object, with role and task in it once more.
 *
 * <p>Threading: not safe for concurrent use.
 */
final class SessionPayload {
    /** The first layout: all of the above. */
    static final int V1 = 1;

    private static final int NUMBER_AT = 1;
    private static final int FIRST_AT = NUMBER_AT + Long.BYTES;
    private static final int LINK_AT = FIRST_AT + Long.BYTES;
    private static final int BYTES_AT = LINK_AT + Long.BYTES;
    private static final int ROLE_AT = BYTES_AT + Long.BYTES;

    private SessionPayload() {}

    /** Appends the payload that says that {@code message} is number {@code number}. */
    static void put(ByteSlab payload, long number, long first, long link, long bytes, NewMessage message) {
        payload.putByte(V1);
        payload.putLong(number);
        payload.putLong(first);
        payload.putLong(link);
        payload.putLong(bytes);
        payload.putText(message.role());
        String task = message.task();
        payload.putText(task == null ? "" : task);
        byte[] json = message.utf8();
        payload.putBytes(json, 0, json.length);
    }

    static long number(Event event) {
        int version = event.payload.byteAt(0);
        if (version != V1) {
            throw new IllegalStateException("expected a message of version up to " + V1 + ", was " + version);
        }
        return event.payload.longAt(NUMBER_AT);
    }

    static long first(Event event) {
        return event.payload.longAt(FIRST_AT);
    }

    static long link(Event event) {
        return event.payload.longAt(LINK_AT);
    }

    static long bytes(Event event) {
        return event.payload.longAt(BYTES_AT);
    }

    static String role(Event event) {
        return event.payload.utf8At(ROLE_AT + Short.BYTES, event.payload.shortAt(ROLE_AT));
    }

    /** Where the length of the task stands; the text follows. */
    static int taskAt(Event event) {
        return ROLE_AT + Short.BYTES + event.payload.shortAt(ROLE_AT);
    }

    static int jsonAt(Event event) {
        int taskAt = taskAt(event);
        return taskAt + Short.BYTES + event.payload.shortAt(taskAt);
    }

    static int jsonBytes(Event event) {
        return event.payload.length() - jsonAt(event);
    }
}
