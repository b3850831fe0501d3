package dev.cairn.internal.projection;

import dev.cairn.Ack;
import dev.cairn.Fence;
import dev.cairn.Receipt;
import dev.cairn.WriteOptions;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.follow.MemoryLog;
import dev.cairn.internal.kind.Command;
import dev.cairn.internal.kind.Draft;
import dev.cairn.internal.kind.Entity;
import dev.cairn.internal.kind.Evolution;
import dev.cairn.internal.kind.Kind;
import dev.cairn.internal.kind.RefusingHost;
import dev.cairn.internal.kind.Rejection;
import dev.cairn.internal.kind.RowQuery;
import dev.cairn.internal.kind.RowView;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A host that decides and evolves in memory and projects with SQLite: lets the client of a real kind run without an engine.
 *
 * <p>Threading: one writer.
 */
final class MemoryHost extends RefusingHost implements LogFacts {
    private static final int IMAGE_INTERVAL = 16;

    final MemoryLog log = new MemoryLog();
    /** Every query that a client made, in order. */
    final List<RowQuery> asked = new ArrayList<>();

    private final UUID installation = UUID.randomUUID();
    private final Map<String, Entity> entities = new HashMap<>();
    private @Nullable SqliteProjection projection;
    private long at = 1_767_225_600_000_000L;

    /** Answers queries with {@code newProjection}. */
    void projection(SqliteProjection newProjection) {
        projection = newProjection;
    }

    private static String address(Kind kind, String key) {
        return kind.name() + "/" + key;
    }

    @Override
    public Receipt commit(Kind kind, Command command, WriteOptions options) {
        Entity current = state(kind, command.key());
        List<Event> events = new ArrayList<>();
        at += 7;
        Rejection rejection = kind.decide(new MemoryDraft(kind, command.key(), events), current, command);
        if (rejection != null) {
            throw rejection.toException();
        }
        for (Event event : events) {
            install(kind, event);
        }
        long offset = log.endOffset() - 1;
        return new Receipt(1, offset, state(kind, command.key()).version(), offset, Ack.DURABLE, offset, false);
    }

    private void install(Kind kind, Event event) {
        Entity before = state(kind, event.key.utf8());
        event.epoch = 1;
        event.at = at;
        event.offset = log.endOffset();
        event.version = before.version() + 1;
        event.previous = before.head();
        event.previousImage = before.lastImage();
        Entity after = new Entity();
        Evolution.step(kind, before, event, after);
        if (event.version % IMAGE_INTERVAL == 0 && after.exists()) {
            event.hasImage = true;
            event.image.putBytes(after.value(), Entity.HEADER_BYTES, after.bodyLength());
            after.lastImage(event.offset);
        }
        entities.put(address(kind, event.key.utf8()), after);
        log.append(event);
        kind.installed(event, after);
    }

    private Entity state(Kind kind, String key) {
        return entities.getOrDefault(address(kind, key), new Entity());
    }

    @Override
    public boolean entity(Kind kind, @Nullable String topic, String key, Entity into) {
        into.set(state(kind, key));
        return into.exists();
    }

    @Override
    public RowQuery.Page query(Kind kind, RowQuery query) {
        asked.add(query);
        return projection().query(kind, query);
    }

    @Override
    public <T> T view(long minOffset, Duration waitMax, Function<RowView, T> work) {
        return projection()
                .view(
                        minOffset,
                        waitMax,
                        rows -> work.apply(new RowView() {
                            @Override
                            public RowQuery.Page query(Kind kind, RowQuery query) {
                                asked.add(query);
                                return rows.query(kind, query);
                            }

                            @Override
                            public long projectionOffset() {
                                return rows.projectionOffset();
                            }
                        }));
    }

    @Override
    public RowQuery.Counts count(Kind kind, RowQuery query, String byColumn) {
        return projection().count(kind, query, byColumn);
    }

    private SqliteProjection projection() {
        SqliteProjection open = projection;
        if (open == null) {
            throw new IllegalStateException("expected a projection, was none");
        }
        return open;
    }

    @Override
    public UUID installation() {
        return installation;
    }

    @Override
    public OptionalInt checksumAt(long offset) {
        return log.checksumAt(offset);
    }

    @Override
    public long durableOffset() {
        return log.durableOffset();
    }

    @Override
    public long endOffset() {
        return log.endOffset();
    }

    @Override
    public CompletableFuture<Receipt> commitAsync(Kind kind, Command command, WriteOptions options) {
        return CompletableFuture.completedFuture(commit(kind, command, options));
    }

    @Override
    public List<Receipt> commitAll(Kind kind, List<? extends Command> commands, WriteOptions options) {
        return commands.stream().map(command -> commit(kind, command, options)).toList();
    }

    @Override
    public void still(Runnable work) {
        work.run();
    }

    @Override
    public boolean await(java.util.function.BooleanSupplier condition, Duration timeout) {
        return condition.getAsBoolean();
    }

    @Override
    public Receipt acknowledge(Receipt receipt, @Nullable Ack ack) {
        return receipt;
    }

    @Override
    public List<dev.cairn.Refusal> refusals(Kind kind, @Nullable String topic, String key, long since) {
        return List.of();
    }

    @Override
    public Instant now() {
        return Instant.EPOCH.plusNanos(at * 1_000);
    }

    @Override
    public long appendedOffset() {
        return log.endOffset() - 1;
    }

    private final class MemoryDraft implements Draft {
        private final Kind kind;
        private final String key;
        private final List<Event> events;

        MemoryDraft(Kind kind, String key, List<Event> events) {
            this.kind = kind;
            this.key = key;
            this.events = events;
        }

        @Override
        public long at() {
            return at;
        }

        @Override
        public boolean staged(Kind changed) {
            return false;
        }

        @Override
        public long nextOffset() {
            return log.endOffset() + events.size();
        }

        @Override
        public @Nullable String actor() {
            return null;
        }

        @Override
        public List<Fence> fences() {
            return List.of();
        }

        @Override
        public Entity entity(Kind other, @Nullable String topic, String otherKey) {
            return state(other, otherKey);
        }

        @Override
        public Event emit(int type) {
            return emit(kind, null, key, type);
        }

        @Override
        public Event emit(Kind other, @Nullable String topic, String otherKey, int type) {
            Event event = new Event();
            event.clear();
            event.kind = other.id();
            event.type = (byte) type;
            event.key.putUtf8(otherKey);
            events.add(event);
            return event;
        }

        @Override
        public void defaultActor(String actor) {}
    }
}
