package dev.cairn.internal.projection;

import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.codec.SlabCursor;
import dev.cairn.internal.kind.Command;
import dev.cairn.internal.kind.Draft;
import dev.cairn.internal.kind.Entity;
import dev.cairn.internal.kind.EntityTable;
import dev.cairn.internal.kind.Kind;
import dev.cairn.internal.kind.Rejection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A small kind for tests: notes with a status, an owner, a rank and a JSON object.
 *
 * <p>Threading: stateless.
 */
final class NoteKind implements Kind {
    static final byte ID = 99;
    static final byte CREATED = 1;
    static final byte MOVED = 2;
    static final byte DELETED = 3;

    private final List<String> indexes;

    NoteKind() {
        this("status, updated_at, key", "updated_at, key", "owner, key", "rank, key");
    }

    NoteKind(String... indexes) {
        this.indexes = List.of(indexes);
    }

    @Override
    public byte id() {
        return ID;
    }

    @Override
    public String name() {
        return "note";
    }

    @Override
    public @Nullable Rejection decide(Draft draft, Entity current, Command command) {
        throw new UnsupportedOperationException("notes are only replayed");
    }

    @Override
    public void evolve(Entity before, Event event, Entity after) {
        SlabCursor payload = new SlabCursor(event.payload, 0);
        ByteSlab body = after.value();
        if (event.type == CREATED) {
            body.putLong(event.at);
            body.putBytes(event.payload);
        } else if (event.type == MOVED) {
            SlabCursor old = before.body();
            body.putLong(event.at);
            old.takeLong();
            body.putLong(old.takeLong());
            body.putText(payload.takeText());
            old.takeText();
            int rest = old.remaining();
            body.putBytes(before.value(), old.advance(rest), rest);
        } else {
            after.tombstone(true);
        }
    }

    /** The payload of {@link #CREATED}. */
    static void created(ByteSlab payload, long rank, String status, String owner, String json) {
        payload.putLong(rank);
        payload.putText(status);
        payload.putText(owner);
        payload.putUtf8(json);
    }

    @Override
    public String typeName(Event event) {
        return "t" + event.type;
    }

    @Override
    public void renderPayload(Event event, ByteSlab json) {
        json.putUtf8("{}");
    }

    @Override
    public void content(Entity entity, ByteSlab into) {
        into.putBytes(entity.value(), Entity.HEADER_BYTES, entity.bodyLength());
    }

    @Override
    public EntityTable table() {
        return new Table();
    }

    private final class Table implements EntityTable {
        @Override
        public String name() {
            return "note";
        }

        @Override
        public List<Column> columns() {
            return List.of(
                    new Column("updated_at", "INTEGER NOT NULL"),
                    new Column("rank", "INTEGER NOT NULL"),
                    new Column("status", "TEXT NOT NULL"),
                    new Column("owner", "TEXT"),
                    new Column("json", "TEXT NOT NULL"));
        }

        @Override
        public List<String> indexes() {
            return indexes;
        }

        @Override
        public void toRow(SlabCursor body, Row row) {
            row.integer(body.takeLong());
            row.integer(body.takeLong());
            row.text(body.takeText());
            String owner = body.takeText();
            row.text(owner.isEmpty() ? null : owner);
            row.text(body.takeUtf8(body.remaining()));
        }

        @Override
        public void fromRow(RowReader row, ByteSlab body) {
            body.putLong(row.integer());
            body.putLong(row.integer());
            body.putText(String.valueOf(row.text()));
            String owner = row.text();
            body.putText(owner == null ? "" : owner);
            body.putUtf8(String.valueOf(row.text()));
        }
    }
}
