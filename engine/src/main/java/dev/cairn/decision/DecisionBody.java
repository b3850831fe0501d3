package dev.cairn.decision;

import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.codec.SlabCursor;
import dev.cairn.internal.json.Json;
import dev.cairn.internal.json.JsonWriter;
import dev.cairn.internal.kind.Entity;
import dev.cairn.internal.kind.Micros;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Layout of a decision in its record and in the state, and what reads and makes both.
 *
 * <pre>
 *  0    1                                                                                                       payload
 *  +----+----------------+---------------+----------------+-------------------+--------------------+---------------------+----------------------+
 *  |vers| agent: u16 + n | task: u16 + n | title: u16 + n | context: u32 + n  | decision: u32 + n  | rationale: u32 + n  | alternatives: to end |
 *  +----+----------------+---------------+----------------+-------------------+--------------------+---------------------+----------------------+
 *
 *  0    1           9           17            25                                                                body
 *  +----+-----------+-----------+-------------+-----------------------------------+
 *  |vers| offset    | at        | occurred at | the payload behind its version    |
 *  +----+-----------+-----------+-------------+-----------------------------------+
 * </pre>
 *
 * A text of no bytes is none; alternatives are compact JSON, an array of strings. Times are microseconds since 1970; {@link
 * Event#NO_TIME} where the caller gave none.
 *
 * <p>Threading: stateless.
 */
final class DecisionBody {
    static final int V1 = 1;

    // Indexes in an entity's slab.
    private static final int VERSION_AT = Entity.HEADER_BYTES;
    private static final int OFFSET_AT = VERSION_AT + 1;
    private static final int AT_AT = OFFSET_AT + Long.BYTES;
    static final int OCCURRED_AT = AT_AT + Long.BYTES;

    private DecisionBody() {}

    /** Fills the empty payload of the event that makes {@code decision}. */
    static void putPayload(NewDecision decision, ByteSlab payload) {
        payload.putByte(V1);
        payload.putText(decision.agent());
        payload.putText(decision.task() == null ? "" : decision.task());
        payload.putText(decision.title());
        putLongText(payload, decision.context());
        putLongText(payload, decision.decision());
        putLongText(payload, decision.rationale());
        JsonWriter json = new JsonWriter(payload).beginArray();
        decision.alternatives().forEach(json::string);
        json.endArray();
    }

    static void putLongText(ByteSlab slab, @Nullable String text) {
        int at = slab.length();
        slab.putInt(0);
        slab.setInt(at, slab.putUtf8(text == null ? "" : text));
    }

    static String takeLongText(SlabCursor cursor) {
        return cursor.takeUtf8(cursor.takeInt());
    }

    /** Fills the empty body of {@code after} with what {@code made} says. */
    static void make(Event made, Entity after) {
        checkVersion(made.payload.byteAt(0));
        ByteSlab body = after.value();
        body.putByte(V1);
        body.putLong(made.offset);
        body.putLong(made.at);
        body.putLong(made.occurredAt);
        body.putBytes(made.payload, 1, made.payload.length() - 1);
    }

    static void checkVersion(int version) {
        if (version != V1) {
            throw new IllegalStateException("expected a decision of version up to " + V1 + ", was " + version);
        }
    }

    /** The decision that {@code entity}, which exists, holds. */
    static Decision decode(String id, Entity entity) {
        SlabCursor body = entity.body();
        checkVersion(body.takeByte());
        long offset = body.takeLong();
        long at = body.takeLong();
        long occurredAt = body.takeLong();
        return new Decision(
                id,
                offset,
                Micros.toInstant(at),
                occurredAt == Event.NO_TIME ? null : Micros.toInstant(occurredAt),
                body.takeText(),
                orNone(body.takeText()),
                body.takeText(),
                orNone(takeLongText(body)),
                takeLongText(body),
                orNone(takeLongText(body)),
                alternatives(body.takeUtf8(body.remaining())),
                entity.version(),
                entity.revision(),
                entity.incomplete());
    }

    static @Nullable String orNone(String text) {
        return text.isEmpty() ? null : text;
    }

    private static List<String> alternatives(String json) {
        List<String> alternatives = new ArrayList<>();
        if (Json.tree(json, "/alternatives") instanceof List<?> elements) {
            elements.forEach(element -> alternatives.add(String.valueOf(element)));
        }
        return alternatives;
    }

    /** Appends a payload as JSON, without what the decision has not. */
    static void render(ByteSlab payload, JsonWriter json) {
        SlabCursor cursor = new SlabCursor(payload, 0);
        checkVersion(cursor.takeByte());
        json.beginObject();
        member(json, "agent", cursor.takeText());
        member(json, "task", cursor.takeText());
        member(json, "title", cursor.takeText());
        member(json, "context", takeLongText(cursor));
        member(json, "decision", takeLongText(cursor));
        member(json, "rationale", takeLongText(cursor));
        json.name("alternatives").raw(payload, cursor.position(), cursor.remaining());
        json.endObject();
    }

    private static void member(JsonWriter json, String name, String text) {
        if (!text.isEmpty()) {
            json.name(name).string(text);
        }
    }
}
