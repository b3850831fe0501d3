package dev.cairn.task;

import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.json.MergePatch;
import dev.cairn.internal.kind.Entity;
import dev.cairn.internal.kind.Micros;

/**
 * Layout of a task's body in the state, and what reads, makes and changes it. The body of a deleted task is empty.
 *
 * <pre>
 *  0    1           9           17      21      25
 *  +----+-----------+-----------+-------+-------+-----------------+----------------+----------------+------------------+
 *  |vers| created at| updated at|  prio |attmpts| status: u16 + n | queue: u16 + n | owner: u16 + n | metadata: to end |
 *  +----+-----------+-----------+-------+-------+-----------------+----------------+----------------+------------------+
 * </pre>
 *
 * Times are microseconds since 1970; an owner of no bytes is none; metadata is compact JSON, an object. The status comes
 * before everything else of variable length, so that the most frequent change moves one block.
 *
 * <p>Threading: stateless.
 */
final class TaskBody {
    /** The first layout: all of the above. */
    static final int V1 = 1;

    static final String QUEUE_DEFAULT = "default";
    /** The status of a task whose records were lost, until one says another. */
    private static final String STATUS_UNKNOWN = "unknown";

    // Indexes in an entity's slab.
    static final int VERSION_AT = Entity.HEADER_BYTES;
    static final int CREATED_AT = VERSION_AT + 1;
    static final int UPDATED_AT = CREATED_AT + Long.BYTES;
    static final int PRIORITY_AT = UPDATED_AT + Long.BYTES;
    static final int ATTEMPTS_AT = PRIORITY_AT + Integer.BYTES;
    static final int STATUS_AT = ATTEMPTS_AT + Integer.BYTES;

    private static final byte[] NO_METADATA = {'{', '}'};

    private TaskBody() {}

    static int queueAt(ByteSlab value) {
        return TaskPayload.textEnd(value, STATUS_AT);
    }

    static int ownerAt(ByteSlab value) {
        return TaskPayload.textEnd(value, queueAt(value));
    }

    static int metadataAt(ByteSlab value) {
        return TaskPayload.textEnd(value, ownerAt(value));
    }

    /** The text whose length is at {@code at}. */
    static String text(ByteSlab value, int at) {
        return value.utf8At(at + Short.BYTES, value.shortAt(at));
    }

    /** The task that {@code entity}, which exists, holds. */
    static Task decode(String id, Entity entity) {
        ByteSlab value = entity.value();
        int queueAt = queueAt(value);
        int ownerAt = TaskPayload.textEnd(value, queueAt);
        int metadataAt = TaskPayload.textEnd(value, ownerAt);
        return new Task(
                id,
                text(value, STATUS_AT),
                value.shortAt(ownerAt) == 0 ? null : text(value, ownerAt),
                text(value, queueAt),
                value.intAt(PRIORITY_AT),
                value.utf8At(metadataAt, value.length() - metadataAt),
                value.intAt(ATTEMPTS_AT),
                entity.version(),
                entity.revision(),
                Micros.toInstant(value.longAt(CREATED_AT)),
                Micros.toInstant(value.longAt(UPDATED_AT)),
                entity.incomplete());
    }

    /** Fills the empty body of {@code into} for a task of which nothing is known before {@code event}. */
    static void assume(Event event, Entity into) {
        ByteSlab body = into.value();
        body.putByte(V1);
        body.putLong(event.at);
        body.putLong(event.at);
        body.putInt(0);
        body.putInt(0);
        body.putText(STATUS_UNKNOWN);
        body.putText(QUEUE_DEFAULT);
        body.putShort(0);
        body.putBytes(NO_METADATA, 0, NO_METADATA.length);
    }

    /** Fills the empty body of {@code after} with what {@code created} says. */
    static void create(Event created, Entity after) {
        TaskPayload fields = new TaskPayload(created.payload);
        ByteSlab body = after.value();
        body.putByte(V1);
        body.putLong(created.at);
        body.putLong(created.at);
        body.putInt(fields.priority);
        body.putInt(0);
        copyText(fields.slab, fields.statusAt, body);
        if (fields.has(TaskPayload.QUEUE)) {
            copyText(fields.slab, fields.queueAt, body);
        } else {
            body.putText(QUEUE_DEFAULT);
        }
        if (fields.has(TaskPayload.OWNER)) {
            copyText(fields.slab, fields.ownerAt, body);
        } else {
            body.putShort(0);
        }
        if (fields.has(TaskPayload.METADATA)) {
            body.putBytes(fields.slab, fields.metadataAt, fields.metadataCount());
        } else {
            body.putBytes(NO_METADATA, 0, NO_METADATA.length);
        }
    }

    /** Fills the empty body of {@code after} with that of {@code before}, changed as {@code patched} says. */
    static void patch(Entity before, Event patched, Entity after) {
        ByteSlab old = before.value();
        ByteSlab body = after.value();
        body.putBytes(old, VERSION_AT, STATUS_AT - VERSION_AT);
        body.setLong(UPDATED_AT, patched.at);
        if (TaskPayload.mask(patched.payload) == TaskPayload.STATUS) {
            body.putBytes(patched.payload, TaskPayload.FIELDS_AT, patched.payload.length() - TaskPayload.FIELDS_AT);
            int rest = queueAt(old);
            body.putBytes(old, rest, old.length() - rest);
        } else {
            patchFields(old, new TaskPayload(patched.payload), body);
        }
    }

    /** Fills the empty body of {@code after} with that of {@code before} in the hands of who claimed it. */
    static void claim(Entity before, Event claimed, Entity after) {
        ByteSlab payload = claimed.payload;
        int owner = ClaimPayload.restAt(payload);
        ByteSlab body = move(before, claimed, after);
        copyText(payload, owner, body);
        copyMetadata(before.value(), body);
    }

    /** Fills the empty body of {@code after} with that of {@code before} in nobody's hands. */
    static void giveBack(Entity before, Event returned, Entity after) {
        ByteSlab body = move(before, returned, after);
        body.setInt(ATTEMPTS_AT, ClaimPayload.attempts(returned.payload));
        body.putShort(0);
        copyMetadata(before.value(), body);
    }

    /** Everything before the owner, with the status of {@code event}. */
    private static ByteSlab move(Entity before, Event event, Entity after) {
        ByteSlab old = before.value();
        ByteSlab body = after.value();
        body.putBytes(old, VERSION_AT, STATUS_AT - VERSION_AT);
        body.setLong(UPDATED_AT, event.at);
        copyText(event.payload, ClaimPayload.STATUS_AT, body);
        copyText(old, queueAt(old), body);
        return body;
    }

    private static void copyMetadata(ByteSlab old, ByteSlab body) {
        int metadataAt = metadataAt(old);
        body.putBytes(old, metadataAt, old.length() - metadataAt);
    }

    private static void patchFields(ByteSlab old, TaskPayload fields, ByteSlab body) {
        int queueAt = queueAt(old);
        int ownerAt = TaskPayload.textEnd(old, queueAt);
        int metadataAt = TaskPayload.textEnd(old, ownerAt);
        if (fields.has(TaskPayload.PRIORITY)) {
            body.setInt(PRIORITY_AT, fields.priority);
        }
        if (fields.has(TaskPayload.NO_ATTEMPTS)) {
            body.setInt(ATTEMPTS_AT, 0);
        }
        patchText(old, STATUS_AT, fields, TaskPayload.STATUS, fields.statusAt, body);
        patchText(old, queueAt, fields, TaskPayload.QUEUE, fields.queueAt, body);
        if (fields.has(TaskPayload.NO_OWNER)) {
            body.putShort(0);
        } else {
            patchText(old, ownerAt, fields, TaskPayload.OWNER, fields.ownerAt, body);
        }
        if (fields.has(TaskPayload.METADATA)) {
            MergePatch.apply(
                    old,
                    metadataAt,
                    old.length() - metadataAt,
                    fields.slab,
                    fields.metadataAt,
                    fields.metadataCount(),
                    body);
        } else {
            body.putBytes(old, metadataAt, old.length() - metadataAt);
        }
    }

    private static void patchText(ByteSlab old, int oldAt, TaskPayload fields, int field, int at, ByteSlab body) {
        if (fields.has(field)) {
            copyText(fields.slab, at, body);
        } else {
            copyText(old, oldAt, body);
        }
    }

    private static void copyText(ByteSlab source, int at, ByteSlab into) {
        into.putBytes(source, at, Short.BYTES + source.shortAt(at));
    }
}
