package dev.cairn.task;

import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.json.JsonWriter;

/**
 * Payload of the events {@code created} and {@code patched}, and a view of one: the fields that were set.
 *
 * <pre>
 *  0    1    2
 *  +----+----+-----------------+----------------+----------------+--------------+---------------------------+
 *  |vers|mask| status: u16 + n | owner: u16 + n | queue: u16 + n | priority i32 | metadata: JSON to the end |
 *  +----+----+-----------------+----------------+----------------+--------------+---------------------------+
 * </pre>
 *
 * Only the fields whose bit is in {@code mask} are there. In {@code created} an absent field has its default; the metadata is
 * the whole there, and a merge patch in {@code patched}.
 *
 * <p>Threading: not safe for concurrent use.
 */
final class TaskPayload {
    /** The first layout: all of the above. */
    static final int V1 = 1;

    static final int STATUS = 1;
    static final int OWNER = 2;
    static final int QUEUE = 4;
    static final int PRIORITY = 8;
    static final int METADATA = 16;
    /** The owner is taken away; nothing follows. */
    static final int NO_OWNER = 32;
    /** The attempts are counted from none again; nothing follows. */
    static final int NO_ATTEMPTS = 64;

    private static final int MASK_AT = 1;

    /** Where the first field begins. */
    static final int FIELDS_AT = MASK_AT + 1;

    final ByteSlab slab;
    private final int mask;
    /** Index of the length of each text; the text follows. */
    int statusAt;

    int ownerAt;
    int queueAt;
    int priority;
    int metadataAt;

    TaskPayload(ByteSlab payload) {
        slab = payload;
        mask = mask(payload);
        int at = FIELDS_AT;
        if (has(STATUS)) {
            statusAt = at;
            at = textEnd(payload, at);
        }
        if (has(OWNER)) {
            ownerAt = at;
            at = textEnd(payload, at);
        }
        if (has(QUEUE)) {
            queueAt = at;
            at = textEnd(payload, at);
        }
        if (has(PRIORITY)) {
            priority = payload.intAt(at);
            at += Integer.BYTES;
        }
        metadataAt = at;
    }

    /** Which fields a payload holds. */
    static int mask(ByteSlab payload) {
        int version = payload.byteAt(0);
        if (version != V1) {
            throw new IllegalStateException("expected a task payload of version up to " + V1 + ", was " + version);
        }
        return payload.byteAt(MASK_AT);
    }

    static void markNoAttempts(ByteSlab payload) {
        payload.setByte(MASK_AT, payload.byteAt(MASK_AT) | NO_ATTEMPTS);
    }

    boolean has(int field) {
        return (mask & field) != 0;
    }

    int metadataCount() {
        return slab.length() - metadataAt;
    }

    /** Appends the payload that says {@code fields}. */
    static void put(ByteSlab payload, TaskFields fields) {
        payload.putByte(V1);
        int maskAt = payload.length();
        payload.putByte(0);
        int mask = fields.noOwner() ? NO_OWNER : 0;
        if (fields.status() != null) {
            mask |= STATUS;
            payload.putText(fields.status());
        }
        if (fields.owner() != null) {
            mask |= OWNER;
            payload.putText(fields.owner());
        }
        if (fields.queue() != null) {
            mask |= QUEUE;
            payload.putText(fields.queue());
        }
        if (fields.priority() != null) {
            mask |= PRIORITY;
            payload.putInt(fields.priority());
        }
        byte[] metadata = fields.metadata();
        if (metadata != null) {
            mask |= METADATA;
            payload.putBytes(metadata, 0, metadata.length);
        }
        payload.setByte(maskAt, mask);
    }

    /** Appends the fields as members of a JSON object; with {@code defaults}, absent ones too. */
    void render(JsonWriter json, boolean defaults) {
        json.beginObject();
        if (has(STATUS)) {
            text(json, "status", statusAt);
        }
        if (has(OWNER)) {
            text(json, "owner", ownerAt);
        } else if (defaults || has(NO_OWNER)) {
            json.name("owner").string(null);
        }
        if (has(QUEUE)) {
            text(json, "queue", queueAt);
        } else if (defaults) {
            json.name("queue").string(TaskBody.QUEUE_DEFAULT);
        }
        if (defaults || has(PRIORITY)) {
            json.name("priority").number(priority);
        }
        if (has(NO_ATTEMPTS)) {
            json.name("attempts").number(0);
        }
        if (has(METADATA)) {
            json.name("metadata").raw(slab, metadataAt, metadataCount());
        } else if (defaults) {
            json.name("metadata").beginObject().endObject();
        }
        json.endObject();
    }

    private void text(JsonWriter json, String name, int at) {
        json.name(name).string(slab, at + Short.BYTES, slab.shortAt(at));
    }

    /** Index behind the text whose length is at {@code at}. */
    static int textEnd(ByteSlab slab, int at) {
        return at + Short.BYTES + slab.shortAt(at);
    }
}
