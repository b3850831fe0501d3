package dev.cairn.log;

import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.kind.Command;
import dev.cairn.internal.kind.Draft;
import dev.cairn.internal.kind.Entity;
import dev.cairn.internal.kind.Kind;
import dev.cairn.internal.kind.KindIds;
import dev.cairn.internal.kind.Rejection;
import org.jspecify.annotations.Nullable;

/**
 * Topics of the user's own: an entity for each topic and key, which has records but no body, and one event that carries the
 * user's type and payload.
 *
 * <pre>
 *  0    1
 *  +----+---------------+--------------------------+
 *  |vers| type: u16 + n | payload: JSON to the end |
 *  +----+---------------+--------------------------+
 * </pre>
 *
 * <p>Threading: see {@link Kind}.
 */
final class TopicKind implements Kind {
    static final int V1 = 1;
    static final byte APPENDED = 1;

    private static final int TYPE_AT = 1;

    private final int jsonBytesMax;

    /** @param jsonBytesMax the largest payload */
    TopicKind(int jsonBytesMax) {
        this.jsonBytesMax = jsonBytesMax;
    }

    @Override
    public byte id() {
        return KindIds.TOPIC;
    }

    @Override
    public String name() {
        return "topic";
    }

    @Override
    public @Nullable Rejection decide(Draft draft, Entity current, Command command) {
        TopicCommand wish = (TopicCommand) command;
        byte[] json = wish.payload();
        if (json.length > jsonBytesMax) {
            return new Rejection.TooLarge("payload", jsonBytesMax, json.length);
        }
        ByteSlab payload = draft.emit(APPENDED).payload;
        payload.putByte(V1);
        payload.putText(wish.type());
        payload.putBytes(json, 0, json.length);
        return null;
    }

    /** The header counts; there is nothing else to keep. */
    @Override
    public void evolve(Entity before, Event event, Entity after) {}

    @Override
    public String typeName(Event event) {
        return event.payload.utf8At(TYPE_AT + Short.BYTES, typeBytes(event));
    }

    @Override
    public void renderPayload(Event event, ByteSlab json) {
        int from = TYPE_AT + Short.BYTES + typeBytes(event);
        json.putBytes(event.payload, from, event.payload.length() - from);
    }

    private static int typeBytes(Event event) {
        int version = event.payload.byteAt(0);
        if (version != V1) {
            throw new IllegalStateException("expected a topic payload of version up to " + V1 + ", was " + version);
        }
        return event.payload.shortAt(TYPE_AT);
    }

    @Override
    public void content(Entity entity, ByteSlab into) {}
}
