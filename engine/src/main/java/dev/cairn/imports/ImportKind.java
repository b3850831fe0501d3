package dev.cairn.imports;

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
 * The progress of imports: one entity for each source, one event {@code advanced}.
 *
 * <pre>
 *  0    1           9            payload and body alike
 *  +----+-----------+
 *  |vers| rows i64  |
 *  +----+-----------+
 * </pre>
 *
 * <p>Threading: see {@link Kind}.
 */
final class ImportKind implements Kind {
    static final int V1 = 1;
    static final byte ADVANCED = 1;

    @Override
    public byte id() {
        return KindIds.IMPORT;
    }

    @Override
    public String name() {
        return "import";
    }

    /** The rows that {@code entity} says were taken in. */
    static long rows(Entity entity) {
        return entity.exists() ? rows(entity.value(), Entity.HEADER_BYTES) : 0;
    }

    private static long rows(ByteSlab slab, int from) {
        int version = slab.byteAt(from);
        if (version != V1) {
            throw new IllegalStateException("expected an import of version up to " + V1 + ", was " + version);
        }
        return slab.longAt(from + 1);
    }

    @Override
    public @Nullable Rejection decide(Draft draft, Entity current, Command command) {
        ImportCommand wish = (ImportCommand) command;
        long rows = rows(current);
        // Not even the same number again: a batch that arrives twice must not be taken twice.
        if (current.exists() && wish.rows() <= rows) {
            return new Rejection.Backward(
                    name(), wish.key(), "rows", rows + 1, wish.rows(), current.version(), current.revision());
        }
        ByteSlab payload = draft.emit(ADVANCED).payload;
        payload.putByte(V1);
        payload.putLong(wish.rows());
        return null;
    }

    @Override
    public void evolve(Entity before, Event event, Entity after) {
        after.value().putBytes(event.payload);
    }

    @Override
    public String typeName(Event event) {
        return "advanced";
    }

    @Override
    public void renderPayload(Event event, ByteSlab json) {
        new JsonWriter(json)
                .beginObject()
                .name("rows")
                .number(rows(event.payload, 0))
                .endObject();
    }

    @Override
    public void content(Entity entity, ByteSlab into) {
        into.putBytes(entity.value(), Entity.HEADER_BYTES, entity.bodyLength());
    }
}
