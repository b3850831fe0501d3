package dev.cairn.run;

import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.codec.SlabCursor;
import dev.cairn.internal.kind.Entity;
import dev.cairn.internal.kind.Micros;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A run in the state: small, of a size that does not grow, whatever its snapshots hold.
 *
 * <pre>
 *  0    1    2     3     4          8          12        16         24         32      40
 *  +----+----+-----+-----+----------+----------+---------+----------+----------+-------+--------+
 *  |vers|kind|depth|  0  |bytes i32 |full i32  |raw i32  |created   |updated   |first  |latest  |
 *  +----+----+-----+-----+----------+----------+---------+----------+----------+-------+--------+
 *  48       56       64           72       80             88        120
 *  +--------+--------+------------+--------+--------------+---------+-------------+---------------+
 *  |number  |chain   |since full  |total   |total stored  |hash 32  |id: u16 + n  |task: u16 + n  |
 *  +--------+--------+------------+--------+--------------+---------+-------------+---------------+
 * </pre>
 *
 * {@code latest} is the offset of the newest snapshot, the other fields are those of its {@link SavedPayload}.
 *
 * <p>Threading: immutable; the hash is never written to.
 */
record RunBody(
        SnapshotKind kind,
        int depth,
        int bytes,
        int fullBytes,
        int fullRawBytes,
        long createdAt,
        long updatedAt,
        long first,
        long latest,
        long number,
        long chainBytes,
        long sinceFullBytes,
        long totalBytes,
        long totalStoredBytes,
        byte[] hash,
        String id,
        String task) {
    static final int V1 = 1;

    /** The run in {@code entity}, or null when it does not exist. */
    static @Nullable RunBody of(Entity entity) {
        return entity.exists() && entity.bodyLength() > 0 ? read(entity.body()) : null;
    }

    static RunBody read(SlabCursor body) {
        int version = body.takeByte();
        if (version != V1) {
            throw new IllegalStateException("expected a run of version up to " + V1 + ", was " + version);
        }
        SnapshotKind kind = SnapshotKind.ofWire(body.takeByte());
        int depth = body.takeByte();
        body.advance(1);
        return new RunBody(
                kind,
                depth,
                body.takeInt(),
                body.takeInt(),
                body.takeInt(),
                body.takeLong(),
                body.takeLong(),
                body.takeLong(),
                body.takeLong(),
                body.takeLong(),
                body.takeLong(),
                body.takeLong(),
                body.takeLong(),
                body.takeLong(),
                takeHash(body),
                body.takeText(),
                body.takeText());
    }

    private static byte[] takeHash(SlabCursor body) {
        byte[] hash = new byte[SavedPayload.HASH_BYTES];
        for (int i = 0; i < hash.length; i++) {
            hash[i] = (byte) body.takeByte();
        }
        return hash;
    }

    /** What a run is after {@code event}, which says it all. */
    static RunBody after(Event event) {
        SavedPayload saved = SavedPayload.read(event.payload);
        return new RunBody(
                saved.kind,
                saved.depth,
                saved.bytes,
                saved.fullBytes,
                saved.fullRawBytes,
                saved.createdAt,
                event.at,
                saved.first,
                event.offset,
                saved.number,
                saved.chainBytes,
                saved.sinceFullBytes,
                saved.totalBytes,
                saved.totalStoredBytes,
                saved.hash,
                saved.id,
                saved.task);
    }

    void put(ByteSlab body) {
        body.putByte(V1);
        body.putByte(kind.wire());
        body.putByte(depth);
        body.putByte(0);
        body.putInt(bytes);
        body.putInt(fullBytes);
        body.putInt(fullRawBytes);
        body.putLong(createdAt);
        body.putLong(updatedAt);
        body.putLong(first);
        body.putLong(latest);
        body.putLong(number);
        body.putLong(chainBytes);
        body.putLong(sinceFullBytes);
        body.putLong(totalBytes);
        body.putLong(totalStoredBytes);
        body.putBytes(hash, 0, hash.length);
        body.putText(id);
        body.putText(task);
    }

    /** Appends what does not depend on when, where and in which mode the run was written. */
    void putContent(ByteSlab into) {
        into.putByte(V1);
        into.putByte(kind.wire());
        into.putInt(bytes);
        into.putLong(number);
        into.putLong(totalBytes);
        into.putBytes(hash, 0, hash.length);
        into.putText(id);
        into.putText(task);
    }

    boolean means(byte[] otherHash) {
        return Arrays.equals(hash, otherHash);
    }

    Run toRun(String run, Entity entity) {
        return new Run(
                run,
                id,
                kind,
                task.isEmpty() ? null : task,
                number,
                totalBytes,
                totalStoredBytes,
                entity.version(),
                entity.revision(),
                Micros.toInstant(createdAt),
                Micros.toInstant(updatedAt),
                entity.incomplete());
    }
}
