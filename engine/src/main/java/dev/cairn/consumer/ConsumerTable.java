package dev.cairn.consumer;

import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.SlabCursor;
import dev.cairn.internal.kind.EntityTable;
import java.util.List;

/**
 * How groups lie in the projection: names of topics and types one a line, as no name holds a line's end.
 *
 * <p>Threading: stateless.
 */
final class ConsumerTable implements EntityTable {
    private static final String BETWEEN = "\n";

    @Override
    public String name() {
        return "consumer";
    }

    @Override
    public List<Column> columns() {
        return List.of(
                new Column("next_offset", "INTEGER NOT NULL"),
                new Column("created_at", "INTEGER NOT NULL"),
                new Column("updated_at", "INTEGER NOT NULL"),
                new Column("topics", "TEXT"),
                new Column("types", "TEXT"));
    }

    @Override
    public List<String> indexes() {
        return List.of();
    }

    @Override
    public void toRow(SlabCursor body, Row row) {
        ConsumerBody.expectVersion(body.takeByte());
        row.integer(body.takeLong());
        row.integer(body.takeLong());
        row.integer(body.takeLong());
        putNames(ConsumerBody.takeNames(body), row);
        putNames(ConsumerBody.takeNames(body), row);
    }

    private static void putNames(List<String> names, Row row) {
        row.text(names.isEmpty() ? null : String.join(BETWEEN, names));
    }

    @Override
    public void fromRow(RowReader row, ByteSlab body) {
        body.putByte(ConsumerBody.V1);
        body.putLong(row.integer());
        body.putLong(row.integer());
        body.putLong(row.integer());
        ConsumerBody.putNames(names(row), body);
        ConsumerBody.putNames(names(row), body);
    }

    private static List<String> names(RowReader row) {
        String text = row.text();
        return text == null ? List.of() : List.of(text.split(BETWEEN, -1));
    }
}
