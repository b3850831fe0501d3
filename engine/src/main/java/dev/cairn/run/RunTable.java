package dev.cairn.run;

import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.SlabCursor;
import dev.cairn.internal.kind.EntityTable;
import java.util.HexFormat;
import java.util.List;

/**
 * How runs lie in the projection.
 *
 * <p>Threading: stateless.
 */
final class RunTable implements EntityTable {
    static final String TASK = "task";
    static final String UPDATED_AT = "updated_at";

    private static final String INTEGER = "INTEGER NOT NULL";
    private static final String TEXT = "TEXT NOT NULL";

    @Override
    public String name() {
        return "run";
    }

    @Override
    public List<Column> columns() {
        return List.of(
                new Column("created_at", INTEGER),
                new Column(UPDATED_AT, INTEGER),
                new Column("first", INTEGER),
                new Column("latest", INTEGER),
                new Column("number", INTEGER),
                new Column("kind", INTEGER),
                new Column("depth", INTEGER),
                new Column("bytes", INTEGER),
                new Column("full_bytes", INTEGER),
                new Column("full_raw_bytes", INTEGER),
                new Column("chain_bytes", INTEGER),
                new Column("since_full_bytes", INTEGER),
                new Column("total_bytes", INTEGER),
                new Column("total_stored_bytes", INTEGER),
                new Column("hash", TEXT),
                new Column("snapshot", TEXT),
                new Column(TASK, "TEXT"));
    }

    @Override
    public List<String> indexes() {
        return List.of(UPDATED_AT + ", key", TASK + ", " + UPDATED_AT + ", key");
    }

    @Override
    public void toRow(SlabCursor body, Row row) {
        RunBody run = RunBody.read(body);
        row.integer(run.createdAt());
        row.integer(run.updatedAt());
        row.integer(run.first());
        row.integer(run.latest());
        row.integer(run.number());
        row.integer(run.kind().wire());
        row.integer(run.depth());
        row.integer(run.bytes());
        row.integer(run.fullBytes());
        row.integer(run.fullRawBytes());
        row.integer(run.chainBytes());
        row.integer(run.sinceFullBytes());
        row.integer(run.totalBytes());
        row.integer(run.totalStoredBytes());
        row.text(HexFormat.of().formatHex(run.hash()));
        row.text(run.id());
        row.text(run.task().isEmpty() ? null : run.task());
    }

    @Override
    public void fromRow(RowReader row, ByteSlab body) {
        long createdAt = row.integer();
        long updatedAt = row.integer();
        long first = row.integer();
        long latest = row.integer();
        long number = row.integer();
        SnapshotKind kind = SnapshotKind.ofWire((int) row.integer());
        int depth = (int) row.integer();
        int bytes = (int) row.integer();
        int fullBytes = (int) row.integer();
        int fullRawBytes = (int) row.integer();
        long chainBytes = row.integer();
        long sinceFullBytes = row.integer();
        long totalBytes = row.integer();
        long totalStoredBytes = row.integer();
        byte[] hash = HexFormat.of().parseHex(required(row));
        String id = required(row);
        String task = row.text();
        new RunBody(
                        kind,
                        depth,
                        bytes,
                        fullBytes,
                        fullRawBytes,
                        createdAt,
                        updatedAt,
                        first,
                        latest,
                        number,
                        chainBytes,
                        sinceFullBytes,
                        totalBytes,
                        totalStoredBytes,
                        hash,
                        id,
                        task == null ? "" : task)
                .put(body);
    }

    private static String required(RowReader row) {
        String text = row.text();
        if (text == null) {
            throw new IllegalStateException("expected a text in a run's row, was NULL");
        }
        return text;
    }
}
