package dev.cairn.run;

import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.SlabCursor;
import dev.cairn.internal.json.JsonWriter;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Payload of the event {@code saved}, and a view of one: a snapshot, and all that the run is after it.
 *
 * <pre>
 *  0    1    2    3     4         8           12         16             20         28     36      44
 *  +----+----+----+-----+---------+-----------+----------+--------------+----------+------+-------+---------+
 *  |vers|kind|form|depth|bytes i32|stored i32 |CRC32C i32|metadata i32  |previous  |base  |first  |created  |
 *  +----+----+----+-----+---------+-----------+----------+--------------+----------+------+-------+---------+
 *  52       60       68             76        80        84           92            100       132
 *  +--------+--------+--------------+---------+---------+------------+-------------+---------+
 *  |number  |chain   |since full    |full i32 |raw i32  |total       |total stored |hash 32  |
 *  +--------+--------+--------------+---------+---------+------------+-------------+---------+
 *  | id: u16 + n | parent: u16 + n | task: u16 + n | metadata: JSON | the state as it is stored |
 *  +-------------+-----------------+---------------+----------------+---------------------------+
 * </pre>
 *
 * <ul>
 *   <li>{@code CRC32C} is over the state as it was given, so that no base but the right one can bring out a state;
 *   <li>{@code previous} is the offset of the snapshot before, {@code base} that of the one that a delta is the difference to,
 *       {@code first} that of the first one since the run was created (last); −1 for none;
 *   <li>{@code number} counts the snapshots since then; {@code total} and {@code total stored} sum up their bytes;
 *   <li>{@code chain} sums up the states that must be made to load this one, itself included; {@code full} and {@code raw} are the
 *       stored and the given bytes of the whole one at its start, {@code since full} sums up what is stored behind it.
 * </ul>
 *
 * <p>Threading: not safe for concurrent use.
 */
final class SavedPayload {
    static final int V1 = 1;
    static final int HASH_BYTES = 32;

    SnapshotKind kind = SnapshotKind.AUTO;
    SnapshotForm form = SnapshotForm.PLAIN;
    int depth;
    int bytes;
    int storedBytes;
    int checksum;
    int metadataBytes;
    long previous = -1;
    long base = -1;
    long first = -1;
    long createdAt;
    long number;
    long chainBytes;
    long sinceFullBytes;
    int fullBytes;
    int fullRawBytes;
    long totalBytes;
    long totalStoredBytes;
    byte[] hash = new byte[HASH_BYTES];
    String id = "";
    /** Empty for none, as the next. */
    String parent = "";

    String task = "";
    /** Where the metadata begins, and behind it the state. */
    int metadataAt;

    /** Reads all but metadata and state. */
    static SavedPayload read(ByteSlab payload) {
        SlabCursor cursor = new SlabCursor(payload, 0);
        int version = cursor.takeByte();
        if (version != V1) {
            throw new IllegalStateException("expected a snapshot of version up to " + V1 + ", was " + version);
        }
        SavedPayload saved = new SavedPayload();
        saved.kind = SnapshotKind.ofWire(cursor.takeByte());
        saved.form = SnapshotForm.ofWire(cursor.takeByte());
        saved.depth = cursor.takeByte();
        saved.bytes = cursor.takeInt();
        saved.storedBytes = cursor.takeInt();
        saved.checksum = cursor.takeInt();
        saved.metadataBytes = cursor.takeInt();
        saved.previous = cursor.takeLong();
        saved.base = cursor.takeLong();
        saved.first = cursor.takeLong();
        saved.createdAt = cursor.takeLong();
        saved.number = cursor.takeLong();
        saved.chainBytes = cursor.takeLong();
        saved.sinceFullBytes = cursor.takeLong();
        saved.fullBytes = cursor.takeInt();
        saved.fullRawBytes = cursor.takeInt();
        saved.totalBytes = cursor.takeLong();
        saved.totalStoredBytes = cursor.takeLong();
        int hashAt = cursor.advance(HASH_BYTES);
        saved.hash = Arrays.copyOfRange(payload.array(), hashAt, hashAt + HASH_BYTES);
        saved.id = cursor.takeText();
        saved.parent = cursor.takeText();
        saved.task = cursor.takeText();
        saved.metadataAt = cursor.position();
        return saved;
    }

    /** Appends the payload. */
    void put(byte[] metadata, byte[] stored, ByteSlab payload) {
        payload.putByte(V1);
        payload.putByte(kind.wire());
        payload.putByte(form.wire());
        payload.putByte(depth);
        payload.putInt(bytes);
        payload.putInt(stored.length);
        payload.putInt(checksum);
        payload.putInt(metadata.length);
        payload.putLong(previous);
        payload.putLong(base);
        payload.putLong(first);
        payload.putLong(createdAt);
        payload.putLong(number);
        payload.putLong(chainBytes);
        payload.putLong(sinceFullBytes);
        payload.putInt(fullBytes);
        payload.putInt(fullRawBytes);
        payload.putLong(totalBytes);
        payload.putLong(totalStoredBytes);
        payload.putBytes(hash, 0, HASH_BYTES);
        payload.putText(id);
        payload.putText(parent);
        payload.putText(task);
        payload.putBytes(metadata, 0, metadata.length);
        payload.putBytes(stored, 0, stored.length);
    }

    String metadata(ByteSlab payload) {
        return payload.utf8At(metadataAt, metadataBytes);
    }

    /** The state as it is stored. */
    byte[] stored(ByteSlab payload) {
        int from = metadataAt + metadataBytes;
        return Arrays.copyOfRange(payload.array(), from, from + storedBytes);
    }

    /** Appends what the audit trail shows: all but the state. */
    void render(ByteSlab payload, JsonWriter json) {
        json.beginObject().name("snapshot").string(id);
        json.name("kind").string(kind.word());
        json.name("parent").string(parent.isEmpty() ? null : parent);
        if (!task.isEmpty()) {
            json.name("task").string(task);
        }
        json.name("metadata").raw(payload, metadataAt, metadataBytes);
        json.name("number").number(number);
        json.name("form").string(form.word());
        json.name("bytes").number(bytes);
        json.name("storedBytes").number(storedBytes);
        json.name("depth").number(depth);
        if (base >= 0) {
            json.name("base").number(base);
        }
        json.name("hash").string(HexFormat.of().formatHex(hash)).endObject();
    }
}
