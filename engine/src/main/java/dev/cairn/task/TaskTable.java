package dev.cairn.task;

import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.SlabCursor;
import dev.cairn.internal.kind.EntityTable;
import java.util.List;

/**
 * How tasks lie in the projection.
 *
 * <p>Threading: stateless.
 */
final class TaskTable implements EntityTable {
    static final String STATUS = "status";
    static final String OWNER = "owner";
    static final String QUEUE = "queue";
    static final String PRIORITY = "priority";
    static final String METADATA = "metadata";
    static final String CREATED_AT = "created_at";
    static final String UPDATED_AT = "updated_at";

    @Override
    public String name() {
        return "task";
    }

    @Override
    public List<Column> columns() {
        return List.of(
                new Column(CREATED_AT, "INTEGER NOT NULL"),
                new Column(UPDATED_AT, "INTEGER NOT NULL"),
                new Column(PRIORITY, "INTEGER NOT NULL"),
                new Column("attempts", "INTEGER NOT NULL"),
                new Column(STATUS, "TEXT NOT NULL"),
                new Column(QUEUE, "TEXT NOT NULL"),
                new Column(OWNER, "TEXT"),
                new Column(METADATA, "TEXT NOT NULL"));
    }

    @Override
    public List<String> indexes() {
        // Each ends in the key, by which a page goes on.
        return List.of(
                STATUS + ", " + CREATED_AT + ", key",
                CREATED_AT + ", key",
                UPDATED_AT + ", key",
                PRIORITY + ", key",
                OWNER + ", key",
                QUEUE + ", " + STATUS + ", " + PRIORITY + ", key");
    }

    @Override
    public void toRow(SlabCursor body, Row row) {
        expectVersion(body.takeByte());
        row.integer(body.takeLong());
        row.integer(body.takeLong());
        row.integer(body.takeInt());
        row.integer(body.takeInt());
        row.text(body.takeText());
        row.text(body.takeText());
        String owner = body.takeText();
        row.text(owner.isEmpty() ? null : owner);
        row.text(body.takeUtf8(body.remaining()));
    }

    private static void expectVersion(int version) {
        if (version != TaskBody.V1) {
            throw new IllegalStateException("expected a task body of version " + TaskBody.V1 + ", was " + version);
        }
    }

    @Override
    public void fromRow(RowReader row, ByteSlab body) {
        body.putByte(TaskBody.V1);
        body.putLong(row.integer());
        body.putLong(row.integer());
        body.putInt((int) row.integer());
        body.putInt((int) row.integer());
        body.putText(required(row));
        body.putText(required(row));
        String owner = row.text();
        body.putText(owner == null ? "" : owner);
        body.putUtf8(required(row));
    }

    private static String required(RowReader row) {
        String text = row.text();
        if (text == null) {
            throw new IllegalStateException("expected a text in a task's row, was NULL");
        }
        return text;
    }
}
