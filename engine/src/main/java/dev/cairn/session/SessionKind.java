package dev.cairn.session;

import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.json.JsonWriter;
import dev.cairn.internal.kind.Command;
import dev.cairn.internal.kind.Draft;
import dev.cairn.internal.kind.Entity;
import dev.cairn.internal.kind.EntityTable;
import dev.cairn.internal.kind.Kind;
import dev.cairn.internal.kind.KindIds;
import dev.cairn.internal.kind.RecordRules;
import dev.cairn.internal.kind.Rejection;
import dev.cairn.internal.kind.TaskLinks;
import dev.cairn.internal.kind.TaskLinks.What;
import org.jspecify.annotations.Nullable;

/**
 * Sessions: an entity for each, and a record for each of its messages. The state knows how many there are and where the way
 * back to each begins, the log has the messages.
 *
 * <p>Threading: see {@link Kind}.
 */
final class SessionKind implements Kind {
    static final String NAME = "session";

    static final byte APPENDED = 1;
    static final byte DELETED = 2;

    private static final SessionTable TABLE = new SessionTable();
    private static final SessionRecordRules RULES = new SessionRecordRules();

    private final int messageBytesMax;
    private final TaskLinks links;

    /** @param messageBytesMax the largest message, as compact JSON */
    SessionKind(int messageBytesMax, TaskLinks links) {
        this.links = links;
        this.messageBytesMax = messageBytesMax;
    }

    @Override
    public byte id() {
        return KindIds.SESSION;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public @Nullable Rejection decide(Draft draft, Entity current, Command command) {
        SessionCommand wish = (SessionCommand) command;
        if (wish instanceof SessionCommand.Append append) {
            return append(draft, wish.key(), current, append.message());
        }
        if (!current.exists()) {
            return new Rejection.NotFound(NAME, wish.key());
        }
        draft.emit(DELETED).payload.putByte(SessionPayload.V1);
        return null;
    }

    private @Nullable Rejection append(Draft draft, String session, Entity current, NewMessage message) {
        int bytes = message.utf8().length;
        if (bytes > messageBytesMax) {
            return new Rejection.TooLarge("a message", messageBytesMax, bytes);
        }
        ByteSlab body = current.value();
        boolean goesOn = current.exists();
        long number = goesOn ? body.longAt(SessionBody.MESSAGES_AT) + 1 : 1;
        long first = goesOn ? body.longAt(SessionBody.FIRST_AT) : draft.nextOffset();
        long link = goesOn ? SessionBody.link(body, number) : SessionBody.UNKNOWN;
        long total = (goesOn ? body.longAt(SessionBody.BYTES_AT) : 0) + bytes;
        SessionPayload.put(draft.emit(APPENDED).payload, number, first, link, total, message);
        String task = message.task();
        if (task != null && !(goesOn && task.equals(SessionBody.task(body)))) {
            links.link(draft, task, What.SESSION, session);
        }
        return null;
    }

    @Override
    public void evolve(Entity before, Event event, Entity after) {
        switch (event.type) {
            case APPENDED -> SessionBody.append(before, event, after);
            case DELETED -> after.tombstone(true);
            default -> throw unknown(event);
        }
    }

    /** A message says all about its session but what only the first one knows: the time, and perhaps the task. */
    @Override
    public boolean isWhole(Event event) {
        return event.type != APPENDED || SessionPayload.number(event) == 1;
    }

    @Override
    public String typeName(Event event) {
        return switch (event.type) {
            case APPENDED -> "appended";
            case DELETED -> "deleted";
            default -> throw unknown(event);
        };
    }

    @Override
    public void renderPayload(Event event, ByteSlab json) {
        if (event.type == DELETED) {
            new JsonWriter(json).beginObject().endObject();
        } else {
            json.putBytes(event.payload, SessionPayload.jsonAt(event), SessionPayload.jsonBytes(event));
        }
    }

    private static IllegalStateException unknown(Event event) {
        return new IllegalStateException("expected a session event of type up to " + DELETED + ", was " + event.type);
    }

    @Override
    public void content(Entity entity, ByteSlab into) {
        ByteSlab value = entity.value();
        if (entity.bodyLength() > 0) {
            into.putByte(value.byteAt(SessionBody.VERSION_AT));
            into.putBytes(value, SessionBody.MESSAGES_AT, SessionBody.FIRST_AT - SessionBody.MESSAGES_AT);
            int taskAt = SessionBody.taskAt(value);
            into.putBytes(value, taskAt, value.length() - taskAt);
        }
    }

    @Override
    public RecordRules recordRules() {
        return RULES;
    }

    @Override
    public EntityTable table() {
        return TABLE;
    }
}
