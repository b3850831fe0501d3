package dev.cairn.run;

import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.json.JsonWriter;
import dev.cairn.internal.kind.Command;
import dev.cairn.internal.kind.Draft;
import dev.cairn.internal.kind.Entity;
import dev.cairn.internal.kind.Kind;
import dev.cairn.internal.kind.KindIds;
import dev.cairn.internal.kind.Rejection;
import org.jspecify.annotations.Nullable;

/**
 * Where each snapshot is: one entity for each, under its {@link SnapshotKey}, that holds the offset of the run's record. So any
 * snapshot is found by its id without a walk. It counts only if that offset is not below the run's first: a deleted run leaves
 * its entries behind.
 *
 * <pre>
 *  0    1             9            payload and body alike
 *  +----+-------------+
 *  |vers| offset i64  |
 *  +----+-------------+
 * </pre>
 *
 * <p>Threading: see {@link Kind}.
 */
final class RunSnapshotKind implements Kind {
    static final String NAME = "run-snapshot";
    static final int V1 = 1;
    static final byte FOUND = 1;

    @Override
    public byte id() {
        return KindIds.RUN_SNAPSHOT;
    }

    @Override
    public String name() {
        return NAME;
    }

    /** The offset that {@code entity} holds, −1 when there is none. */
    static long offset(Entity entity) {
        return entity.exists() && entity.bodyLength() > 0 ? offset(entity.value(), Entity.HEADER_BYTES) : -1;
    }

    private static long offset(ByteSlab slab, int from) {
        int version = slab.byteAt(from);
        if (version != V1) {
            throw new IllegalStateException("expected a snapshot's place of version up to " + V1 + ", was " + version);
        }
        return slab.longAt(from + 1);
    }

    static void put(long offset, Event event) {
        event.payload.putByte(V1);
        event.payload.putLong(offset);
    }

    @Override
    public @Nullable Rejection decide(Draft draft, Entity current, Command command) {
        throw new IllegalStateException("expected commands to runs only, was " + command);
    }

    @Override
    public void evolve(Entity before, Event event, Entity after) {
        after.value().putBytes(event.payload);
    }

    @Override
    public String typeName(Event event) {
        return "saved";
    }

    @Override
    public void renderPayload(Event event, ByteSlab json) {
        new JsonWriter(json)
                .beginObject()
                .name("offset")
                .number(offset(event.payload, 0))
                .endObject();
    }

    /** Nothing but that it is there: what it points at is the run's to say. */
    @Override
    public void content(Entity entity, ByteSlab into) {
        into.putByte(V1);
    }
}
