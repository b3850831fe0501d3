package dev.cairn.internal.projection;

import dev.cairn.internal.kind.EntityTable.Child;
import dev.cairn.internal.kind.EntityTable.Column;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The statements of one child table. Its rows lie in the order of the entity's key and the column that tells them apart: they are
 * small, and those of one entity are written and read together.
 *
 * <p>Threading: immutable.
 */
final class ChildSql {
    private final Child child;
    private final String name;
    private final String own;
    private final String names;

    ChildSql(Child child) {
        this.child = child;
        this.name = TableSql.quote(child.name());
        this.own = TableSql.quote(child.columns().get(0).name());
        this.names = child.columns().stream()
                .map(column -> TableSql.quote(column.name()))
                .collect(Collectors.joining(", "));
    }

    Child child() {
        return child;
    }

    /** The table's name, quoted. */
    String name() {
        return name;
    }

    /** The kind's own columns. */
    List<Column> columns() {
        return child.columns();
    }

    /** The column called {@code column}, with the table before it. */
    String qualified(String column) {
        for (Column known : columns()) {
            if (known.name().equals(column)) {
                return name + "." + TableSql.quote(column);
            }
        }
        throw new IllegalArgumentException("expected a column of " + child.name() + ", was " + column);
    }

    /** Whether {@code column} tells the rows of one entity apart. */
    boolean isOwn(String column) {
        return columns().get(0).name().equals(column);
    }

    String createTable() {
        String declared = columns().stream()
                .map(column -> TableSql.quote(column.name()) + " " + column.type())
                .collect(Collectors.joining(", "));
        return "CREATE TABLE " + name + " (\"key\" TEXT NOT NULL, " + declared + ", PRIMARY KEY (\"key\", " + own
                + ")) STRICT, WITHOUT ROWID";
    }

    List<String> createIndexes() {
        List<String> statements = new ArrayList<>();
        List<String> lists = child.indexes();
        for (int i = 0; i < lists.size(); i++) {
            statements.add("CREATE INDEX " + TableSql.quote(child.name() + "_" + (i + 1)) + " ON " + name + " ("
                    + lists.get(i) + ")");
        }
        return statements;
    }

    /** Binds the key and then the row's values. */
    String upsert() {
        String set = columns().stream()
                .skip(1)
                .map(column -> TableSql.quote(column.name()) + " = excluded." + TableSql.quote(column.name()))
                .collect(Collectors.joining(", "));
        return "INSERT INTO " + name + " (\"key\", " + names + ") VALUES (?"
                + ", ?".repeat(columns().size()) + ") ON CONFLICT (\"key\", " + own + ") DO UPDATE SET " + set;
    }

    /** Binds the key and the value of the row's first column. */
    String delete() {
        return "DELETE FROM " + name + " WHERE \"key\" = ? AND " + own + " = ?";
    }

    /** Binds the key. */
    String deleteAll() {
        return "DELETE FROM " + name + " WHERE \"key\" = ?";
    }

    /** Gives the rows of one key. */
    String select() {
        return "SELECT " + names + " FROM " + name + " WHERE \"key\" = ?";
    }

    /** Gives keys that {@code parent} has no row of; binds how many at most. */
    String orphans(TableSql parent) {
        return "SELECT DISTINCT \"key\" FROM " + name + " WHERE NOT EXISTS (SELECT 1 FROM " + parent.name() + " WHERE "
                + parent.name() + ".\"key\" = " + name + ".\"key\") LIMIT ?";
    }
}
