package dev.cairn.entity;

import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.json.JsonWriter;
import dev.cairn.internal.json.MergePatch;
import dev.cairn.internal.kind.Entity;
import dev.cairn.internal.kind.Micros;

/**
 * Layout of an entity's body in the state and of the payload of its events, and what reads, makes and changes them. The body of a
 * deleted entity is empty.
 *
 * <pre>
 *  body
 *  0    1           9           17          25
 *  +----+-----------+-----------+-----------+---------------+--------------------------+
 *  |vers| born      | created at| updated at| type: u16 + n | properties: JSON to end  |
 *  +----+-----------+-----------+-----------+---------------+--------------------------+
 *
 *  payload of created, replaced and patched
 *  0    1           9
 *  +----+-----------+---------------+---------------------------------+
 *  |vers| born      | type: u16 + n | properties, or a patch: to end  |
 *  +----+-----------+---------------+---------------------------------+
 * </pre>
 *
 * Times are microseconds since 1970. {@code born} is the version of the record that created the entity: with type and id it names
 * one life of the entity, which links refer to. It is in every payload, so that it is known also where earlier records were lost.
 *
 * <p>Threading: stateless.
 */
final class EntityBody {
    /** The first layout: all of the above. */
    static final int V1 = 1;

    // Indexes in an entity's slab.
    static final int VERSION_AT = Entity.HEADER_BYTES;
    static final int BORN_AT = VERSION_AT + 1;
    static final int CREATED_AT = BORN_AT + Long.BYTES;
    static final int UPDATED_AT = CREATED_AT + Long.BYTES;
    static final int TYPE_AT = UPDATED_AT + Long.BYTES;

    // Indexes in a payload.
    private static final int PAYLOAD_BORN_AT = 1;
    private static final int PAYLOAD_TYPE_AT = PAYLOAD_BORN_AT + Long.BYTES;

    private static final byte[] NOTHING = {'{', '}'};

    private EntityBody() {}

    static long born(ByteSlab value) {
        return value.longAt(BORN_AT);
    }

    static int propertiesAt(ByteSlab value) {
        return behindText(value, TYPE_AT);
    }

    private static int behindText(ByteSlab slab, int at) {
        return at + Short.BYTES + slab.shortAt(at);
    }

    /** The entity that {@code entity}, which exists, holds. */
    static TypedEntity decode(String key, Entity entity) {
        ByteSlab value = entity.value();
        int propertiesAt = propertiesAt(value);
        return new TypedEntity(
                EntityKey.entity(key),
                value.utf8At(propertiesAt, value.length() - propertiesAt),
                entity.version(),
                entity.revision(),
                born(value),
                Micros.toInstant(value.longAt(CREATED_AT)),
                Micros.toInstant(value.longAt(UPDATED_AT)),
                entity.incomplete());
    }

    /** Appends a payload. */
    static void payload(ByteSlab payload, long born, String type, byte[] json) {
        payload.putByte(V1);
        payload.putLong(born);
        payload.putText(type);
        payload.putBytes(json, 0, json.length);
    }

    /** Appends a payload as JSON. */
    static void render(ByteSlab payload, JsonWriter json) {
        int at = behindText(payload, PAYLOAD_TYPE_AT);
        json.beginObject();
        json.name("properties").raw(payload, at, payload.length() - at);
        json.name("born").number(payload.longAt(PAYLOAD_BORN_AT));
        json.endObject();
    }

    /** Fills the empty body of {@code after} with what {@code created} says. */
    static void create(Event created, Entity after) {
        begin(created, created.at, after.value());
        ByteSlab payload = created.payload;
        int at = behindText(payload, PAYLOAD_TYPE_AT);
        after.value().putBytes(payload, at, payload.length() - at);
    }

    /** Fills the empty body of {@code after} with what {@code replaced} says of the entity {@code before}. */
    static void replace(Entity before, Event replaced, Entity after) {
        create(replaced, after);
        after.value().setLong(CREATED_AT, before.value().longAt(CREATED_AT));
    }

    /** Fills the empty body of {@code after} with that of {@code before}, changed as {@code patched} says. */
    static void patch(Entity before, Event patched, Entity after) {
        ByteSlab old = before.value();
        ByteSlab body = after.value();
        int propertiesAt = propertiesAt(old);
        body.putBytes(old, VERSION_AT, propertiesAt - VERSION_AT);
        body.setLong(UPDATED_AT, patched.at);
        int patchAt = behindText(patched.payload, PAYLOAD_TYPE_AT);
        MergePatch.apply(
                old,
                propertiesAt,
                old.length() - propertiesAt,
                patched.payload,
                patchAt,
                patched.payload.length() - patchAt,
                body);
    }

    /** Fills the empty body of {@code into} for an entity of which nothing is known before {@code event}. */
    static void assume(Event event, Entity into) {
        begin(event, event.at, into.value());
        into.value().putBytes(NOTHING, 0, NOTHING.length);
    }

    private static void begin(Event event, long createdAt, ByteSlab body) {
        ByteSlab payload = event.payload;
        body.putByte(V1);
        body.putLong(payload.longAt(PAYLOAD_BORN_AT));
        body.putLong(createdAt);
        body.putLong(event.at);
        body.putBytes(payload, PAYLOAD_TYPE_AT, behindText(payload, PAYLOAD_TYPE_AT) - PAYLOAD_TYPE_AT);
    }
}
