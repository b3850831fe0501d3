package dev.cairn.internal.kind;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.CairnException;
import dev.cairn.Fence;
import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.codec.Frame;
import dev.cairn.internal.codec.FrameView;
import dev.cairn.internal.codec.SlabCursor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A host of kinds in memory, for their tests: takes commands through decide and evolve, and after every event checks what any
 * kind must keep:
 *
 * <ul>
 *   <li>an event that went through its frame makes the same entity again;
 *   <li>the row in the projection gives back the body;
 *   <li>the content for the state root knows neither offset nor time;
 *   <li>payload and type can be shown.
 * </ul>
 *
 * <p>Threading: one test.
 */
public final class KindHarness {
    private static final long FIRST_AT = 1_767_225_600_000_000L; // 2026-01-01T00:00:00Z

    private final Map<Byte, Kind> kinds = new HashMap<>();
    private final Map<Address, Entity> entities = new HashMap<>();
    private final List<Event> log = new ArrayList<>();
    private final List<@Nullable String> actors = new ArrayList<>();
    private @Nullable String actor;
    private List<Fence> fences = List.of();
    private @Nullable FenceCheck fenceCheck;
    private long at = FIRST_AT;

    private record Address(byte kind, @Nullable String topic, String key) {}

    public KindHarness(List<Kind> kinds) {
        kinds.forEach(kind -> this.kinds.put(kind.id(), kind));
    }

    /** Says who acts in the commands to come. */
    public KindHarness actor(@Nullable String name) {
        actor = name;
        return this;
    }

    /** Says which leases the commands to come present. */
    public KindHarness fences(Fence... presented) {
        fences = List.of(presented);
        return this;
    }

    /** Holds fences against {@code leases} before each command to come, as the commit path does. */
    public KindHarness checking(FenceCheck leases) {
        fenceCheck = leases;
        return this;
    }

    /** What the check of fences says of a command. */
    public @Nullable Rejection checked(BoundCommand bound) {
        Command command = bound.command();
        return checked(new TestDraft(new Address(bound.kind(), command.topic(), command.key())), bound);
    }

    private @Nullable Rejection checked(Draft draft, BoundCommand bound) {
        Kind kind = kind(bound.kind());
        boolean concerned = fenceCheck != null && (!fences.isEmpty() || kind.guarded());
        return concerned ? fenceCheck.check(draft, kind, bound.command()) : null;
    }

    /** Takes a command through decide and evolve; the refusal, or null when it was accepted. */
    public @Nullable Rejection apply(BoundCommand bound) {
        Kind kind = kind(bound.kind());
        Command command = bound.command();
        TestDraft draft = new TestDraft(new Address(bound.kind(), command.topic(), command.key()));
        Rejection fenced = checked(draft, bound);
        Rejection rejection =
                fenced != null ? fenced : kind.decide(draft, entity(kind, command.topic(), command.key()), command);
        if (rejection == null) {
            assertThat(draft.emitted).as("events of an accepted command").isNotEmpty();
            while (!draft.emitted.isEmpty()) {
                install(draft.emitted.remove(), draft.targets.remove(), draft.actor);
            }
        } else {
            assertThat(draft.emitted).as("events of a refused command").isEmpty();
        }
        at += 1_000_000;
        return rejection;
    }

    /** {@link #apply}, and it must be accepted. */
    public KindHarness accept(BoundCommand bound) {
        assertThat(apply(bound)).as("refusal of " + bound).isNull();
        return this;
    }

    /** {@link #apply}, and it must be refused; the exception that a caller would get. */
    public CairnException refuse(BoundCommand bound) {
        Rejection rejection = apply(bound);
        assertThat(rejection).as("refusal of " + bound).isNotNull();
        return rejection.toException();
    }

    /** A copy of the current state. */
    public Entity entity(Kind kind, @Nullable String topic, String key) {
        Entity copy = new Entity();
        Entity current = entities.get(new Address(kind.id(), topic, key));
        if (current != null) {
            copy.set(current);
        }
        return copy;
    }

    public Event event(int offset) {
        return log.get(offset);
    }

    public Event lastEvent() {
        return log.get(log.size() - 1);
    }

    public int events() {
        return log.size();
    }

    /** Who acted in the last event, as the kind or the caller said. */
    public @Nullable String lastActor() {
        return actors.get(actors.size() - 1);
    }

    /** The payload of the last event as the audit trail shows it. */
    public String lastPayload() {
        return payload(lastEvent());
    }

    private String payload(Event event) {
        ByteSlab json = new ByteSlab();
        kind(event.kind).renderPayload(event, json);
        return json.utf8();
    }

    private Kind kind(byte id) {
        Kind kind = kinds.get(id);
        assertThat(kind).as("kind " + id).isNotNull();
        return kind;
    }

    private void install(Event event, Address address, @Nullable String who) {
        Kind kind = kind(address.kind());
        Entity before = entity(kind, address.topic(), address.key());
        complete(event, address, before, who);
        Entity after = evolved(kind, before, event);
        Event decoded = throughFrame(event);
        assertThat(evolved(kind, before, decoded).value().contentEquals(after.value()))
                .as("the entity of a replayed " + kind.typeName(event))
                .isTrue();
        assertThat(payload(decoded)).isEqualTo(payload(event)).isNotEmpty();
        assertThat(kind.typeName(decoded)).isEqualTo(kind.typeName(event)).isNotEmpty();
        checkContent(kind, before, decoded, after);
        checkRow(kind, after);
        entities.put(address, after);
        log.add(decoded);
        actors.add(who);
        if (kind.indexed()) {
            kind.installed(event, after);
        }
    }

    private void complete(Event event, Address address, Entity before, @Nullable String who) {
        event.offset = log.size();
        event.at = at;
        event.previous = before.head();
        event.version = before.version() + 1;
        if (who != null) {
            event.actor.putUtf8(who);
        }
        if (address.topic() != null) {
            event.topic.putUtf8(address.topic());
        }
        event.key.putUtf8(address.key());
    }

    private static Entity evolved(Kind kind, Entity before, Event event) {
        Entity after = new Entity();
        Evolution.step(kind, before, event, after);
        return after;
    }

    private static Event throughFrame(Event event) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(Frame.encodedBytes(event)).order(ByteOrder.LITTLE_ENDIAN);
        int length = new Frame().encode(event, buffer, 0);
        FrameView view = new FrameView().wrap(buffer, 0);
        assertThat(view.problem(length)).isNull();
        Event decoded = new Event();
        decoded.clear();
        view.copyTo(decoded);
        return decoded;
    }

    private static void checkContent(Kind kind, Entity before, Event event, Entity after) {
        Event later = throughFrame(event);
        later.at += 12_345_678;
        later.offset += 1_000;
        later.previous += 1_000;
        ByteSlab content = new ByteSlab();
        kind.content(after, content);
        ByteSlab contentLater = new ByteSlab();
        kind.content(evolved(kind, before, later), contentLater);
        assertThat(contentLater.toByteArray()).as("content at another time").isEqualTo(content.toByteArray());
    }

    private static void checkRow(Kind kind, Entity entity) {
        EntityTable table = kind.table();
        if (table != null && entity.exists()) {
            TestRow row = new TestRow();
            table.toRow(new SlabCursor(entity.value(), Entity.HEADER_BYTES), row);
            assertThat(row.values).as("values of a row").hasSize(table.columns().size());
            Entity back = new Entity();
            back.set(entity);
            back.clearBody();
            table.fromRow(row, back.value());
            assertThat(row.values).as("values that were not read").isEmpty();
            assertThat(back.value().toByteArray())
                    .as("body from its row")
                    .isEqualTo(entity.value().toByteArray());
        }
    }

    private final class TestDraft implements Draft {
        private final Address own;
        private final Deque<Event> emitted = new ArrayDeque<>();
        private final Deque<Address> targets = new ArrayDeque<>();
        private @Nullable String actor = KindHarness.this.actor;

        TestDraft(Address own) {
            this.own = own;
        }

        @Override
        public long at() {
            return at;
        }

        @Override
        public long nextOffset() {
            return log.size() + (long) emitted.size();
        }

        @Override
        public @Nullable String actor() {
            return actor;
        }

        @Override
        public List<Fence> fences() {
            return fences;
        }

        @Override
        public boolean staged(Kind kind) {
            return false;
        }

        @Override
        public Entity entity(Kind kind, @Nullable String topic, String key) {
            return KindHarness.this.entity(kind, topic, key);
        }

        @Override
        public Event emit(int type) {
            return emit(own, type);
        }

        @Override
        public Event emit(Kind kind, @Nullable String topic, String key, int type) {
            return emit(new Address(kind.id(), topic, key), type);
        }

        private Event emit(Address address, int type) {
            Event event = new Event();
            event.clear();
            event.kind = address.kind();
            event.type = (byte) type;
            emitted.add(event);
            targets.add(address);
            return event;
        }

        @Override
        public void defaultActor(String name) {
            if (actor == null) {
                actor = name;
            }
        }
    }

    private static final class TestRow implements EntityTable.Row, EntityTable.RowReader {
        private static final Object NULL = new Object();

        private final Deque<Object> values = new ArrayDeque<>();

        @Override
        public void text(@Nullable String value) {
            values.add(value == null ? NULL : value);
        }

        @Override
        public void integer(long value) {
            values.add(value);
        }

        @Override
        public @Nullable String text() {
            Object value = values.remove();
            return value == NULL ? null : (String) value;
        }

        @Override
        public long integer() {
            return (Long) values.remove();
        }
    }
}
