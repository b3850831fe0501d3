package dev.cairn.entity;

import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.SlabCursor;
import dev.cairn.internal.kind.EntityTable;
import java.util.List;

/**
 * How links lie in the projection: found from either end, by relation. A row whose {@code from_born} or {@code to_born} is not the
 * {@code born} of the entity is a link that is gone.
 *
 * <p>Threading: stateless.
 */
final class LinkTable implements EntityTable {
    static final String FROM_KEY = "from_key";
    static final String FROM_BORN = "from_born";
    static final String RELATION = "relation";
    static final String TO_KEY = "to_key";
    static final String TO_BORN = "to_born";

    @Override
    public String name() {
        return "entity_link";
    }

    @Override
    public List<Column> columns() {
        return List.of(
                new Column("created_at", "INTEGER NOT NULL"),
                new Column("updated_at", "INTEGER NOT NULL"),
                new Column("born", "INTEGER NOT NULL"),
                new Column(FROM_BORN, "INTEGER NOT NULL"),
                new Column(TO_BORN, "INTEGER NOT NULL"),
                new Column(FROM_KEY, "TEXT NOT NULL"),
                new Column(RELATION, "TEXT NOT NULL"),
                new Column(TO_KEY, "TEXT NOT NULL"),
                new Column("properties", "TEXT NOT NULL"));
    }

    @Override
    public List<String> indexes() {
        return List.of(FROM_KEY + ", " + RELATION + ", key", TO_KEY + ", " + RELATION + ", key");
    }

    @Override
    public void toRow(SlabCursor body, Row row) {
        int version = body.takeByte();
        if (version != LinkBody.V1) {
            throw new IllegalStateException("expected a link body of version " + LinkBody.V1 + ", was " + version);
        }
        for (int i = 0; i < 5; i++) {
            row.integer(body.takeLong());
        }
        row.text(body.takeText());
        row.text(body.takeText());
        row.text(body.takeText());
        row.text(body.takeUtf8(body.remaining()));
    }

    @Override
    public void fromRow(RowReader row, ByteSlab body) {
        body.putByte(LinkBody.V1);
        for (int i = 0; i < 5; i++) {
            body.putLong(row.integer());
        }
        body.putText(required(row));
        body.putText(required(row));
        body.putText(required(row));
        body.putUtf8(required(row));
    }

    static String required(RowReader row) {
        String text = row.text();
        if (text == null) {
            throw new IllegalStateException("expected a text in a row, was NULL");
        }
        return text;
    }
}
