package dev.cairn.lease;

import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.SlabCursor;
import dev.cairn.internal.json.Json;
import dev.cairn.internal.json.JsonWriter;
import dev.cairn.internal.kind.EntityTable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How leases that are held lie in the projection; the queue is one column.
 *
 * <p>Threading: stateless.
 */
final class LeaseTable implements EntityTable {
    static final String TOKEN = "token";
    static final String HOLDER = "holder";

    /** Columns of numbers, which come first. */
    private static final int NUMBERS = 6;

    @Override
    public String name() {
        return "lease";
    }

    @Override
    public List<Column> columns() {
        return List.of(
                new Column(TOKEN, "INTEGER NOT NULL"),
                new Column("granted_at", "INTEGER NOT NULL"),
                new Column("renewed_at", "INTEGER NOT NULL"),
                new Column("term", "INTEGER NOT NULL"),
                new Column("ttl_millis", "INTEGER NOT NULL"),
                new Column("place", "INTEGER NOT NULL"),
                new Column(HOLDER, "TEXT NOT NULL"),
                new Column("origin", "TEXT NOT NULL"),
                new Column("progress", "TEXT"),
                new Column("queue", "TEXT NOT NULL"));
    }

    @Override
    public List<String> indexes() {
        return List.of(TOKEN + ", key", HOLDER + ", " + TOKEN + ", key");
    }

    @Override
    public void toRow(SlabCursor body, Row row) {
        int version = body.takeByte();
        if (version != LeaseBody.V1) {
            throw new IllegalStateException("expected a lease body of version " + LeaseBody.V1 + ", was " + version);
        }
        for (int i = 0; i < NUMBERS; i++) {
            row.integer(body.takeLong());
        }
        row.text(body.takeText());
        row.text(body.takeText());
        int progress = body.takeInt();
        row.text(progress == 0 ? null : body.takeUtf8(progress));
        row.text(queue(body));
    }

    /** The places as an array of {@code [offset,ttl,wait,holder]}. */
    private static String queue(SlabCursor body) {
        int count = body.takeShort();
        ByteSlab text = new ByteSlab(count * 64 + 2);
        JsonWriter json = new JsonWriter(text).beginArray();
        for (int i = 0; i < count; i++) {
            json.beginArray();
            json.number(body.takeLong()).number(body.takeLong()).number(body.takeLong());
            json.string(body.takeText()).endArray();
        }
        json.endArray();
        return text.utf8();
    }

    @Override
    public void fromRow(RowReader row, ByteSlab body) {
        body.putByte(LeaseBody.V1);
        for (int i = 0; i < NUMBERS; i++) {
            body.putLong(row.integer());
        }
        body.putText(required(row.text()));
        body.putText(required(row.text()));
        String progress = row.text();
        int at = body.length();
        body.putInt(0);
        if (progress != null) {
            body.setInt(at, body.putUtf8(progress));
        }
        List<?> places = (List<?>) required(Json.tree(required(row.text()), ""));
        body.putShort(places.size());
        for (Object place : places) {
            List<?> values = (List<?>) required(place);
            for (int i = 0; i < 3; i++) {
                body.putLong(((Number) required(values.get(i))).longValue());
            }
            body.putText((String) required(values.get(3)));
        }
    }

    private static <T> T required(@Nullable T value) {
        if (value == null) {
            throw new IllegalStateException("expected a value in a lease's row, was NULL");
        }
        return value;
    }
}
