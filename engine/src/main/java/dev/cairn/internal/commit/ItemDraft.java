package dev.cairn.internal.commit;

import dev.cairn.Fence;
import dev.cairn.WriteOptions;
import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.kind.Command;
import dev.cairn.internal.kind.Draft;
import dev.cairn.internal.kind.Entity;
import dev.cairn.internal.kind.Kind;
import dev.cairn.internal.kind.Micros;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The draft of one command: the events that its {@code decide} emitted, in reused objects.
 *
 * <p>Threading: commit lock held.
 */
final class ItemDraft implements Draft {
    private final Entities entities;
    private final Predicate<Kind> staged;
    private final List<Event> events = new ArrayList<>();
    private final Entity other = new Entity();
    private final ByteSlab otherKey = new ByteSlab(64);
    private int used;
    private long at;
    private long nextOffset;
    private Kind kind;
    private Command command;
    private WriteOptions options = WriteOptions.defaults();
    private @Nullable String actor;

    /** Loads the entity under a state key as the earlier items of the batch left it. */
    interface Entities {
        void load(Kind kind, ByteSlab stateKey, Entity into);
    }

    /** @param staged whether the document changes entities of a kind so far */
    ItemDraft(Entities entities, Predicate<Kind> staged, Kind kind, Command command) {
        this.entities = entities;
        this.staged = staged;
        this.kind = kind;
        this.command = command;
    }

    void begin(Kind newKind, Command newCommand, WriteOptions newOptions, long newAt, long offset) {
        kind = newKind;
        command = newCommand;
        options = newOptions;
        actor = newOptions.actor();
        at = newAt;
        nextOffset = offset;
        used = 0;
    }

    int size() {
        return used;
    }

    Event event(int index) {
        return events.get(index);
    }

    @Override
    public long at() {
        return at;
    }

    @Override
    public long nextOffset() {
        return nextOffset + used;
    }

    @Override
    public @Nullable String actor() {
        return actor;
    }

    @Override
    public void defaultActor(String value) {
        if (actor == null) {
            actor = value;
        }
    }

    @Override
    public boolean staged(Kind changed) {
        return staged.test(changed);
    }

    @Override
    public List<Fence> fences() {
        return options.fences();
    }

    @Override
    public Entity entity(Kind otherKind, @Nullable String topic, String key) {
        dev.cairn.internal.kind.StateKey.write(otherKey, otherKind.id(), topic, key);
        entities.load(otherKind, otherKey, other);
        return other;
    }

    @Override
    public Event emit(int type) {
        return emit(kind, command.topic(), command.key(), type);
    }

    @Override
    public Event emit(Kind eventKind, @Nullable String topic, String key, int type) {
        if (used == events.size()) {
            events.add(new Event());
        }
        Event event = events.get(used);
        event.clear();
        event.kind = eventKind.id();
        event.type = (byte) type;
        event.at = at;
        event.offset = nextOffset + used;
        if (topic != null) {
            event.topic.putUtf8(topic);
        }
        event.key.putUtf8(key);
        if (actor != null) {
            event.actor.putUtf8(actor);
        }
        fromOptions(event);
        used++;
        return event;
    }

    private void fromOptions(Event event) {
        Instant occurred = options.occurredAt();
        if (occurred != null) {
            event.occurredAt = Micros.floor(occurred);
        }
        event.item = options.item();
        for (Fence fence : options.fences()) {
            event.fences.putText(fence.lease());
            event.fences.putLong(fence.token());
        }
    }
}
