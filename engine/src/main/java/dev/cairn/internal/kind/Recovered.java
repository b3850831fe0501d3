package dev.cairn.internal.kind;

import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.Event;

/**
 * The event that every kind has: a repair of the log found that records of the entity are lost, and this is what it is now. It
 * carries the whole entity as its image, so the entity's chain is sound again from here on.
 *
 * <pre>
 *  0         1         2                       10                      18
 *  +---------+---------+-----------------------+-----------------------+
 *  | version | flags   | last version known    | last revision known   |   payload
 *  +---------+---------+-----------------------+-----------------------+
 * </pre>
 *
 * Flag bit 0: the entity is deleted, and there is no image. The entity's next version is above the last one known, which no
 * record in the log need show any more.
 *
 * <p>Threading: stateless.
 */
public final class Recovered {
    /** Wire id of the event in every kind. */
    public static final byte TYPE = 127;

    private static final String TYPE_NAME = "recovered";

    private static final byte V1 = 1;
    private static final int FLAG_DELETED = 1;
    private static final int FLAGS_AT = 1;
    private static final int VERSION_AT = 2;
    private static final int REVISION_AT = VERSION_AT + Long.BYTES;

    private Recovered() {}

    /**
     * Fills an event that was just emitted.
     *
     * @param entity as it is to be; its header's version and revision are the last ones known
     */
    public static void fill(Event event, Entity entity) {
        event.payload.putByte(V1);
        event.payload.putByte(entity.tombstone() ? FLAG_DELETED : 0);
        event.payload.putLong(entity.version());
        event.payload.putLong(entity.revision());
        event.version = entity.version();
        if (!entity.tombstone()) {
            event.hasImage = true;
            event.image.putBytes(entity.value(), Entity.HEADER_BYTES, entity.bodyLength());
        }
    }

    /** Whether {@code event} is one of these, whatever its kind. */
    public static boolean is(Event event) {
        return event.type == TYPE;
    }

    /** The highest version that anything knew of when {@code event} was written. */
    public static long lastVersion(Event event) {
        return event.payload.longAt(VERSION_AT);
    }

    static void evolve(Event event, Entity after) {
        boolean deleted = (event.payload.byteAt(FLAGS_AT) & FLAG_DELETED) != 0;
        after.tombstone(deleted);
        if (!deleted) {
            after.value().putBytes(event.image);
        }
    }

    /** The name of the event's type in the audit trail. */
    public static String typeName(Kind kind, Event event) {
        return is(event) ? TYPE_NAME : kind.typeName(event);
    }

    /** Whether a record of the audit trail says that nothing is left of its entity. */
    public static boolean saysDeleted(String type, String payload) {
        return type.equals(TYPE_NAME) && payload.startsWith("{\"deleted\":true");
    }

    /** Appends the payload as JSON. */
    public static void renderPayload(Kind kind, Event event, ByteSlab json) {
        if (is(event)) {
            json.putUtf8("{\"deleted\":" + ((event.payload.byteAt(FLAGS_AT) & FLAG_DELETED) != 0) + ",\"lastVersion\":"
                    + lastVersion(event) + ",\"lastRevision\":" + event.payload.longAt(REVISION_AT)
                    + "}");
        } else {
            kind.renderPayload(event, json);
        }
    }
}
