package dev.cairn.entity;

import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.codec.SlabCursor;
import dev.cairn.internal.json.JsonWriter;
import dev.cairn.internal.kind.Entity;
import dev.cairn.internal.kind.Micros;

/**
 * Layout of a link's body in the state and of the payload of its events, and what reads and makes them. The body of a deleted link
 * is empty.
 *
 * <pre>
 *  body
 *  0    1           9           17          25          33          41
 *  +----+-----------+-----------+-----------+-----------+-----------+-------------------+----------------+
 *  |vers| created at| updated at| born      | from born | to born   | from, relation, to| JSON to end    |
 *  +----+-----------+-----------+-----------+-----------+-----------+-------------------+----------------+
 *
 *  payload of linked and changed
 *  0    1           9           17          25
 *  +----+-----------+-----------+-----------+-------------------+----------------+
 *  |vers| born      | from born | to born   | from, relation, to| JSON to end    |
 *  +----+-----------+-----------+-----------+-------------------+----------------+
 * </pre>
 *
 * Each of {@code from, relation, to} is a u16 length and UTF-8; {@code from} and {@code to} are keys of entities. {@code from born}
 * and {@code to born} name the life of each end that the link belongs to: when the end is deleted the link is gone, also if an
 * entity of that name is created again.
 *
 * <p>Threading: stateless.
 */
final class LinkBody {
    /** The first layout: all of the above. */
    static final int V1 = 1;

    // Indexes in an entity's slab.
    static final int VERSION_AT = Entity.HEADER_BYTES;
    static final int CREATED_AT = VERSION_AT + 1;
    static final int UPDATED_AT = CREATED_AT + Long.BYTES;
    static final int BORN_AT = UPDATED_AT + Long.BYTES;
    private static final int FROM_BORN_AT = BORN_AT + Long.BYTES;
    private static final int TO_BORN_AT = FROM_BORN_AT + Long.BYTES;
    private static final int NAMES_AT = TO_BORN_AT + Long.BYTES;

    private static final int PAYLOAD_BORN_AT = 1;
    private static final int PAYLOAD_NAMES_AT = PAYLOAD_BORN_AT + 3 * Long.BYTES;

    private LinkBody() {}

    static long born(ByteSlab value) {
        return value.longAt(BORN_AT);
    }

    static long fromBorn(ByteSlab value) {
        return value.longAt(FROM_BORN_AT);
    }

    static long toBorn(ByteSlab value) {
        return value.longAt(TO_BORN_AT);
    }

    /** The key of the entity that the link goes out from. */
    static String fromKey(ByteSlab value) {
        return new SlabCursor(value, NAMES_AT).takeText();
    }

    /** The key of the entity that the link goes to. */
    static String toKey(ByteSlab value) {
        SlabCursor names = new SlabCursor(value, NAMES_AT);
        names.advance(names.takeShort()); // from
        names.advance(names.takeShort()); // relation
        return names.takeText();
    }

    /** The link that {@code entity}, which exists, holds. */
    static EntityLink decode(Entity entity) {
        ByteSlab value = entity.value();
        SlabCursor names = new SlabCursor(value, NAMES_AT);
        EntityRef from = EntityKey.entity(names.takeText());
        String relation = names.takeText();
        EntityRef to = EntityKey.entity(names.takeText());
        return new EntityLink(
                from,
                relation,
                to,
                names.takeUtf8(names.remaining()),
                entity.version(),
                entity.revision(),
                born(value),
                Micros.toInstant(value.longAt(CREATED_AT)),
                Micros.toInstant(value.longAt(UPDATED_AT)),
                entity.incomplete());
    }

    /** Appends a payload. */
    static void payload(ByteSlab payload, long born, long fromBorn, long toBorn, LinkCommand.Link link) {
        payload.putByte(V1);
        payload.putLong(born);
        payload.putLong(fromBorn);
        payload.putLong(toBorn);
        payload.putText(link.from());
        payload.putText(link.relation());
        payload.putText(link.to());
        payload.putBytes(link.properties(), 0, link.properties().length);
    }

    /** Appends a payload as JSON. */
    static void render(ByteSlab payload, JsonWriter json) {
        SlabCursor names = new SlabCursor(payload, PAYLOAD_NAMES_AT);
        json.beginObject();
        end(json, "from", names.takeText(), payload.longAt(PAYLOAD_BORN_AT + Long.BYTES));
        json.name("relation").string(names.takeText());
        end(json, "to", names.takeText(), payload.longAt(PAYLOAD_BORN_AT + 2 * Long.BYTES));
        json.name("properties").raw(payload, names.position(), names.remaining());
        json.endObject();
    }

    private static void end(JsonWriter json, String name, String key, long born) {
        EntityRef entity = EntityKey.entity(key);
        json.name(name).beginObject();
        json.name("type").string(entity.type());
        json.name("id").string(entity.id());
        json.name("born").number(born);
        json.endObject();
    }

    /** Fills the empty body of {@code after} with what {@code linked} says. */
    static void begin(Event linked, long createdAt, Entity after) {
        ByteSlab body = after.value();
        body.putByte(V1);
        body.putLong(createdAt);
        body.putLong(linked.at);
        body.putBytes(linked.payload, PAYLOAD_BORN_AT, linked.payload.length() - PAYLOAD_BORN_AT);
    }
}
