package dev.cairn.consumer;

import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.codec.SlabCursor;
import dev.cairn.internal.json.JsonWriter;
import dev.cairn.internal.kind.Command;
import dev.cairn.internal.kind.Draft;
import dev.cairn.internal.kind.Entity;
import dev.cairn.internal.kind.EntityTable;
import dev.cairn.internal.kind.Kind;
import dev.cairn.internal.kind.KindIds;
import dev.cairn.internal.kind.RecordRules;
import dev.cairn.internal.kind.Rejection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Consumer groups: a position and a filter each. Who reads at the moment is no state of the log; see {@link ActiveReaders}.
 *
 * <p>Threading: see {@link Kind}.
 */
final class ConsumerKind implements Kind {
    static final String NAME = "consumer";

    static final byte CREATED = 1;
    static final byte CONFIGURED = 2;
    static final byte COMMITTED = 3;
    static final byte RESET = 4;
    static final byte DELETED = 5;

    private static final ConsumerTable TABLE = new ConsumerTable();

    @Override
    public byte id() {
        return KindIds.CONSUMER;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public @Nullable Rejection decide(Draft draft, Entity current, Command command) {
        ConsumerCommand wish = (ConsumerCommand) command;
        if (wish instanceof ConsumerCommand.Configure configure) {
            return configure(draft, current, configure);
        }
        if (wish instanceof ConsumerCommand.Move move) {
            return move(draft, current, move);
        }
        if (!current.exists()) {
            return new Rejection.NotFound(NAME, wish.key());
        }
        draft.emit(DELETED).payload.putByte(ConsumerBody.V1);
        return null;
    }

    private static @Nullable Rejection configure(Draft draft, Entity current, ConsumerCommand.Configure wish) {
        boolean stays = current.exists() && wish.asked() == null;
        Rejection refusal = stays ? null : refusal(draft, wish.offset(), wish.refusal(), "/from");
        if (refusal == null) {
            putWhole(draft, current, stays ? ConsumerBody.offset(current) : wish.offset(), wish.topics(), wish.types());
        }
        return refusal;
    }

    private static @Nullable Rejection move(Draft draft, Entity current, ConsumerCommand.Move wish) {
        Rejection refusal = refusal(draft, wish.offset(), wish.refusal(), "/offset");
        if (refusal != null) {
            return refusal;
        }
        if (!current.exists()) {
            putWhole(draft, current, wish.offset(), List.of(), List.of());
        } else {
            // The same once more is accepted and recorded, as with every write of Cairn.
            byte type = wish.offset() < ConsumerBody.offset(current) ? RESET : COMMITTED;
            ConsumerBody.putMove(draft.emit(type).payload, wish.offset());
        }
        return null;
    }

    private static void putWhole(Draft draft, Entity current, long offset, List<String> topics, List<String> types) {
        boolean exists = current.exists();
        ConsumerBody.putWhole(
                draft.emit(exists ? CONFIGURED : CREATED).payload,
                offset,
                exists ? ConsumerBody.createdAt(current) : draft.at(),
                topics,
                types);
    }

    /** A group may be before any record there is, or right behind the last. */
    private static @Nullable Rejection refusal(Draft draft, long offset, @Nullable Rejection known, String where) {
        if (known != null || offset <= draft.nextOffset()) {
            return known;
        }
        return new Rejection.Invalid("expected an offset from 0 to " + draft.nextOffset() + ", was " + offset, where);
    }

    @Override
    public void evolve(Entity before, Event event, Entity after) {
        switch (event.type) {
            case COMMITTED, RESET -> ConsumerBody.setMoved(before, event, after);
            case CREATED, CONFIGURED -> ConsumerBody.setWhole(event, after);
            case DELETED -> after.tombstone(true);
            default -> throw unknown(event);
        }
    }

    @Override
    public boolean isWhole(Event event) {
        return event.type != COMMITTED && event.type != RESET;
    }

    @Override
    public void assume(Event event, Entity into) {
        ConsumerBody.assume(event, into);
    }

    @Override
    public String typeName(Event event) {
        return switch (event.type) {
            case CREATED -> "created";
            case CONFIGURED -> "configured";
            case COMMITTED -> "committed";
            case RESET -> "reset";
            case DELETED -> "deleted";
            default -> throw unknown(event);
        };
    }

    @Override
    public void renderPayload(Event event, ByteSlab json) {
        JsonWriter writer = new JsonWriter(json).beginObject();
        if (event.type != DELETED) {
            writer.name("offset").number(ConsumerBody.offset(event.payload, 0));
        }
        if (event.type == CREATED || event.type == CONFIGURED) {
            SlabCursor filter = ConsumerBody.filterOf(event.payload);
            renderNames(writer.name("topics"), ConsumerBody.takeNames(filter));
            renderNames(writer.name("types"), ConsumerBody.takeNames(filter));
        }
        writer.endObject();
    }

    private static void renderNames(JsonWriter writer, List<String> names) {
        writer.beginArray();
        names.forEach(writer::string);
        writer.endArray();
    }

    private static IllegalStateException unknown(Event event) {
        return new IllegalStateException("expected a consumer event of type up to " + DELETED + ", was " + event.type);
    }

    @Override
    public void content(Entity entity, ByteSlab into) {
        ConsumerBody.content(entity, into);
    }

    @Override
    public RecordRules recordRules() {
        return new ConsumerRecordRules();
    }

    @Override
    public EntityTable table() {
        return TABLE;
    }
}
