package dev.cairn.entity;

import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.json.JsonObject;
import dev.cairn.internal.json.JsonWriter;
import dev.cairn.internal.json.MergePatch;
import dev.cairn.internal.kind.Command;
import dev.cairn.internal.kind.Draft;
import dev.cairn.internal.kind.Entity;
import dev.cairn.internal.kind.EntityTable;
import dev.cairn.internal.kind.Kind;
import dev.cairn.internal.kind.KindIds;
import dev.cairn.internal.kind.RecordRules;
import dev.cairn.internal.kind.Rejection;
import org.jspecify.annotations.Nullable;

/**
 * Entities: a type, an id and properties.
 *
 * <p>Threading: see {@link Kind}.
 */
final class EntityKind implements Kind {
    static final String NAME = "entity";

    static final byte CREATED = 1;
    static final byte REPLACED = 2;
    static final byte PATCHED = 3;
    static final byte DELETED = 4;

    private static final PropertyTable TABLE = new PropertyTable();

    private final int jsonBytesMax;

    /** @param jsonBytesMax the largest properties, as given and as merged */
    EntityKind(int jsonBytesMax) {
        this.jsonBytesMax = jsonBytesMax;
    }

    @Override
    public byte id() {
        return KindIds.ENTITY;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public @Nullable Rejection decide(Draft draft, Entity current, Command command) {
        EntityCommand wish = (EntityCommand) command;
        if (wish instanceof EntityCommand.Put put) {
            return put(draft, current, put);
        }
        if (!current.exists()) {
            return new Rejection.NotFound(NAME, wish.key());
        }
        if (wish instanceof EntityCommand.Patch patch) {
            return patch(draft, current, patch);
        }
        draft.emit(DELETED).payload.putByte(EntityBody.V1);
        return null;
    }

    private @Nullable Rejection put(Draft draft, Entity current, EntityCommand.Put put) {
        if (put.properties().length > jsonBytesMax) {
            return tooLarge(put.properties().length);
        }
        boolean exists = current.exists();
        long born = exists ? EntityBody.born(current.value()) : current.version() + 1;
        Event event = draft.emit(exists ? REPLACED : CREATED);
        EntityBody.payload(event.payload, born, put.type(), put.properties());
        return null;
    }

    private @Nullable Rejection patch(Draft draft, Entity current, EntityCommand.Patch patch) {
        if (patch.patch().length > jsonBytesMax) {
            return tooLarge(patch.patch().length);
        }
        boolean empties = MergePatch.isNull(patch.patch());
        byte[] changes = empties ? emptying(current.value()) : patch.patch();
        Rejection refusal = empties ? null : refusalOfMerged(current.value(), ByteSlab.copyOf(changes));
        if (refusal != null) {
            return refusal;
        }
        EntityBody.payload(draft.emit(PATCHED).payload, EntityBody.born(current.value()), patch.type(), changes);
        return null;
    }

    private static byte[] emptying(ByteSlab value) {
        int at = EntityBody.propertiesAt(value);
        return MergePatch.emptying(value, at, value.length() - at);
    }

    /** Merging never makes more of two objects than they are together, so it is tried only where that is too much. */
    private @Nullable Rejection refusalOfMerged(ByteSlab value, ByteSlab patch) {
        int at = EntityBody.propertiesAt(value);
        int bytes = value.length() - at;
        int count = JsonObject.size(value, at, bytes) + JsonObject.size(patch, 0, patch.length());
        if (count <= Properties.COUNT_MAX && (long) bytes + patch.length() <= jsonBytesMax) {
            return null;
        }
        ByteSlab merged = new ByteSlab(bytes + patch.length());
        MergePatch.apply(value, at, bytes, patch, 0, patch.length(), merged);
        int mergedCount = JsonObject.size(merged, 0, merged.length());
        if (mergedCount > Properties.COUNT_MAX) {
            return new Rejection.Invalid(Properties.tooMany(mergedCount), "/properties");
        }
        return merged.length() > jsonBytesMax ? tooLarge(merged.length()) : null;
    }

    private Rejection tooLarge(long bytes) {
        return new Rejection.TooLarge("properties", jsonBytesMax, bytes);
    }

    @Override
    public void evolve(Entity before, Event event, Entity after) {
        switch (event.type) {
            case CREATED -> EntityBody.create(event, after);
            case REPLACED -> EntityBody.replace(before, event, after);
            case PATCHED -> EntityBody.patch(before, event, after);
            case DELETED -> after.tombstone(true);
            default -> throw unknown(event);
        }
    }

    @Override
    public boolean isWhole(Event event) {
        return event.type == CREATED || event.type == DELETED;
    }

    @Override
    public void assume(Event event, Entity into) {
        EntityBody.assume(event, into);
    }

    @Override
    public String typeName(Event event) {
        return switch (event.type) {
            case CREATED -> "created";
            case REPLACED -> "replaced";
            case PATCHED -> "patched";
            case DELETED -> "deleted";
            default -> throw unknown(event);
        };
    }

    private static IllegalStateException unknown(Event event) {
        return new IllegalStateException("expected an entity event of type up to " + DELETED + ", was " + event.type);
    }

    @Override
    public void renderPayload(Event event, ByteSlab json) {
        JsonWriter writer = new JsonWriter(json);
        if (event.type == DELETED) {
            writer.beginObject().endObject();
        } else {
            EntityBody.render(event.payload, writer);
        }
    }

    @Override
    public void content(Entity entity, ByteSlab into) {
        ByteSlab value = entity.value();
        if (entity.bodyLength() > 0) {
            into.putBytes(value, EntityBody.VERSION_AT, EntityBody.CREATED_AT - EntityBody.VERSION_AT);
            into.putBytes(value, EntityBody.TYPE_AT, value.length() - EntityBody.TYPE_AT);
        }
    }

    @Override
    public RecordRules recordRules() {
        return new LifeRules(NAME, CREATED, false, DELETED);
    }

    @Override
    public EntityTable table() {
        return TABLE;
    }
}
