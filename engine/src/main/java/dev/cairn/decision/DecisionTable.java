package dev.cairn.decision;

import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.SlabCursor;
import dev.cairn.internal.kind.EntityTable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How decisions lie in the projection.
 *
 * <p>Threading: stateless.
 */
final class DecisionTable implements EntityTable {
    static final String OFFSET = "made_offset";
    static final String AT = "made_at";
    static final String AGENT = "agent";
    static final String TASK = "task";

    @Override
    public String name() {
        return "decision";
    }

    @Override
    public List<Column> columns() {
        return List.of(
                new Column(OFFSET, "INTEGER NOT NULL"),
                new Column(AT, "INTEGER NOT NULL"),
                new Column("occurred_at", "INTEGER NOT NULL"),
                new Column(AGENT, "TEXT NOT NULL"),
                new Column(TASK, "TEXT"),
                new Column("title", "TEXT NOT NULL"),
                new Column("context", "TEXT"),
                new Column("decision", "TEXT NOT NULL"),
                new Column("rationale", "TEXT"),
                new Column("alternatives", "TEXT NOT NULL"));
    }

    @Override
    public List<String> indexes() {
        // Each ends in the order of a list and the key, by which a page goes on.
        return List.of(
                OFFSET + ", key",
                AGENT + ", " + OFFSET + ", key",
                TASK + ", " + OFFSET + ", key",
                AT + ", " + OFFSET + ", key");
    }

    @Override
    public void toRow(SlabCursor body, Row row) {
        DecisionBody.checkVersion(body.takeByte());
        row.integer(body.takeLong());
        row.integer(body.takeLong());
        row.integer(body.takeLong());
        row.text(body.takeText());
        row.text(DecisionBody.orNone(body.takeText()));
        row.text(body.takeText());
        row.text(DecisionBody.orNone(DecisionBody.takeLongText(body)));
        row.text(DecisionBody.takeLongText(body));
        row.text(DecisionBody.orNone(DecisionBody.takeLongText(body)));
        row.text(body.takeUtf8(body.remaining()));
    }

    @Override
    public void fromRow(RowReader row, ByteSlab body) {
        body.putByte(DecisionBody.V1);
        body.putLong(row.integer());
        body.putLong(row.integer());
        body.putLong(row.integer());
        body.putText(orEmpty(row.text()));
        body.putText(orEmpty(row.text()));
        body.putText(orEmpty(row.text()));
        DecisionBody.putLongText(body, row.text());
        DecisionBody.putLongText(body, row.text());
        DecisionBody.putLongText(body, row.text());
        body.putUtf8(orEmpty(row.text()));
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }
}
