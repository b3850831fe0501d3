package dev.cairn.session;

import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.SlabCursor;
import dev.cairn.internal.kind.EntityTable;
import java.util.List;

/**
 * How sessions lie in the projection: what is listed, and the roots as text.
 *
 * <p>Threading: stateless.
 */
final class SessionTable implements EntityTable {
    static final String CREATED_AT = "created_at";
    static final String UPDATED_AT = "updated_at";
    static final String TASK = "task";

    private static final char SEPARATOR = ',';

    @Override
    public String name() {
        return "session";
    }

    @Override
    public List<Column> columns() {
        return List.of(
                new Column(CREATED_AT, "INTEGER NOT NULL"),
                new Column(UPDATED_AT, "INTEGER NOT NULL"),
                new Column("messages", "INTEGER NOT NULL"),
                new Column("bytes", "INTEGER NOT NULL"),
                new Column("first_offset", "INTEGER NOT NULL"),
                new Column("roots", "TEXT NOT NULL"),
                new Column(TASK, "TEXT"));
    }

    @Override
    public List<String> indexes() {
        // Each ends in the key, by which a page goes on.
        return List.of(CREATED_AT + ", key", UPDATED_AT + ", key", TASK + ", key");
    }

    @Override
    public void toRow(SlabCursor body, Row row) {
        int version = body.takeByte();
        if (version != SessionBody.V1) {
            throw new IllegalStateException(
                    "expected a session body of version " + SessionBody.V1 + ", was " + version);
        }
        row.integer(body.takeLong());
        row.integer(body.takeLong());
        long messages = body.takeLong();
        row.integer(messages);
        row.integer(body.takeLong());
        row.integer(body.takeLong());
        row.text(roots(body, SkipLinks.roots(messages)));
        String task = body.takeText();
        row.text(task.isEmpty() ? null : task);
    }

    private static String roots(SlabCursor body, int count) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append(i == 0 ? "" : ",").append(body.takeLong());
        }
        return text.toString();
    }

    @Override
    public void fromRow(RowReader row, ByteSlab body) {
        body.putByte(SessionBody.V1);
        for (int i = 0; i < 5; i++) {
            body.putLong(row.integer());
        }
        String roots = row.text();
        if (roots == null) {
            throw new IllegalStateException("expected roots in a session's row, was NULL");
        }
        int from = 0;
        while (from < roots.length()) {
            int comma = roots.indexOf(SEPARATOR, from);
            int end = comma < 0 ? roots.length() : comma;
            body.putLong(Long.parseLong(roots, from, end, 10));
            from = end + 1;
        }
        String task = row.text();
        body.putText(task == null ? "" : task);
    }
}
