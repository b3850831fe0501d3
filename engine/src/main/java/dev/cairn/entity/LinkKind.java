package dev.cairn.entity;

import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.json.JsonWriter;
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
 * Links between entities. A link holds as long as both of its ends live the life that they had when it was made: deleting an
 * entity ends all its links by that alone, however many they are.
 *
 * <p>Threading: see {@link Kind}.
 */
final class LinkKind implements Kind {
    static final String NAME = "entity-link";

    static final byte LINKED = 1;
    static final byte CHANGED = 2;
    static final byte UNLINKED = 3;

    private static final long NO_LIFE = 0;
    private static final LinkTable TABLE = new LinkTable();

    private final EntityKind entities;
    private final int jsonBytesMax;

    /** @param jsonBytesMax the largest properties of a link */
    LinkKind(EntityKind entities, int jsonBytesMax) {
        this.entities = entities;
        this.jsonBytesMax = jsonBytesMax;
    }

    @Override
    public byte id() {
        return KindIds.ENTITY_LINK;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public @Nullable Rejection decide(Draft draft, Entity current, Command command) {
        LinkCommand wish = (LinkCommand) command;
        long fromBorn = life(draft.entity(entities, null, wish.from()));
        long toBorn = life(draft.entity(entities, null, wish.to()));
        boolean holds = holds(current, fromBorn, toBorn);
        if (wish instanceof LinkCommand.Link link) {
            return link(draft, current, holds, fromBorn, toBorn, link);
        }
        if (!holds) {
            return new Rejection.NotFound(NAME, wish.key());
        }
        draft.emit(UNLINKED).payload.putByte(LinkBody.V1);
        return null;
    }

    /** Who expects a link to be there, or not, means what reads say: one whose end is gone is not. */
    @Override
    public boolean exists(Draft draft, Entity current) {
        return current.exists()
                && LinkBody.fromBorn(current.value())
                        == life(draft.entity(entities, null, LinkBody.fromKey(current.value())))
                && LinkBody.toBorn(current.value())
                        == life(draft.entity(entities, null, LinkBody.toKey(current.value())));
    }

    private @Nullable Rejection link(
            Draft draft, Entity current, boolean holds, long fromBorn, long toBorn, LinkCommand.Link link) {
        if (fromBorn == NO_LIFE || toBorn == NO_LIFE) {
            return new Rejection.NotFound(EntityKind.NAME, fromBorn == NO_LIFE ? link.from() : link.to());
        }
        if (link.properties().length > jsonBytesMax) {
            return new Rejection.TooLarge("properties", jsonBytesMax, link.properties().length);
        }
        long born = holds ? LinkBody.born(current.value()) : current.version() + 1;
        LinkBody.payload(draft.emit(holds ? CHANGED : LINKED).payload, born, fromBorn, toBorn, link);
        return null;
    }

    /** The life that an entity lives now, {@link #NO_LIFE} when it does not exist. */
    static long life(Entity entity) {
        return entity.exists() ? EntityBody.born(entity.value()) : NO_LIFE;
    }

    /** Whether a link is there between ends that live these lives. */
    static boolean holds(Entity link, long fromBorn, long toBorn) {
        return link.exists() && LinkBody.fromBorn(link.value()) == fromBorn && LinkBody.toBorn(link.value()) == toBorn;
    }

    @Override
    public void evolve(Entity before, Event event, Entity after) {
        switch (event.type) {
            case LINKED -> LinkBody.begin(event, event.at, after);
            case CHANGED -> LinkBody.begin(event, before.value().longAt(LinkBody.CREATED_AT), after);
            case UNLINKED -> after.tombstone(true);
            default -> throw unknown(event);
        }
    }

    @Override
    public boolean isWhole(Event event) {
        return event.type != CHANGED;
    }

    @Override
    public void assume(Event event, Entity into) {
        LinkBody.begin(event, event.at, into);
    }

    @Override
    public String typeName(Event event) {
        return switch (event.type) {
            case LINKED -> "linked";
            case CHANGED -> "changed";
            case UNLINKED -> "unlinked";
            default -> throw unknown(event);
        };
    }

    private static IllegalStateException unknown(Event event) {
        return new IllegalStateException("expected a link event of type up to " + UNLINKED + ", was " + event.type);
    }

    @Override
    public void renderPayload(Event event, ByteSlab json) {
        JsonWriter writer = new JsonWriter(json);
        if (event.type == UNLINKED) {
            writer.beginObject().endObject();
        } else {
            LinkBody.render(event.payload, writer);
        }
    }

    @Override
    public void content(Entity entity, ByteSlab into) {
        ByteSlab value = entity.value();
        if (entity.bodyLength() > 0) {
            into.putByte(value.byteAt(LinkBody.VERSION_AT));
            into.putBytes(value, LinkBody.BORN_AT, value.length() - LinkBody.BORN_AT);
        }
    }

    @Override
    public RecordRules recordRules() {
        // A link whose end is gone is there in the records, and is made anew by the event that begins one.
        return new LifeRules("link", LINKED, true, UNLINKED);
    }

    @Override
    public EntityTable table() {
        return TABLE;
    }
}
