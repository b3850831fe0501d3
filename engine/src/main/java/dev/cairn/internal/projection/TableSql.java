package dev.cairn.internal.projection;

import dev.cairn.internal.kind.EntityTable;
import dev.cairn.internal.kind.EntityTable.Column;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The statements of one kind's table. Its columns are the kind's own and then the machinery's, which is also the order of a
 * {@link RowValues}; the key comes last.
 *
 * <p>An ordinary table with an index on the key, not one {@code WITHOUT ROWID}: rows hold a JSON document, and inside the key's
 * B-tree they would leave it a handful of entries a page and scatter new rows over the whole file.
 *
 * <p>Threading: immutable.
 */
final class TableSql {
    static final String KEY = "key";
    static final String HEAD = "head";
    static final String VERSION = "version";
    private static final List<Column> MACHINERY = List.of(
            new Column(VERSION, "INTEGER NOT NULL"),
            new Column("revision", "INTEGER NOT NULL"),
            new Column(HEAD, "INTEGER NOT NULL"),
            new Column("last_image", "INTEGER NOT NULL"),
            new Column("incomplete", "INTEGER NOT NULL"));

    private final EntityTable table;
    private final List<Column> columns;
    private final String names;
    private final List<List<String>> indexes = new ArrayList<>();
    private final List<ChildSql> children;

    TableSql(EntityTable table) {
        this.table = table;
        this.columns = new ArrayList<>(table.columns());
        columns.addAll(MACHINERY);
        indexes.add(List.of(KEY));
        table.indexes().forEach(index -> indexes.add(List.of(index.split(",\\s*"))));
        this.children = table.children().stream().map(ChildSql::new).toList();
        this.names = columns.stream().map(column -> quote(column.name())).collect(Collectors.joining(", "));
    }

    EntityTable table() {
        return table;
    }

    /** The table's name, quoted. */
    String name() {
        return quote(table.name());
    }

    /** The tables of what follows from a row; empty for most. */
    List<ChildSql> children() {
        return children;
    }

    /** The child called {@code name}. */
    ChildSql child(String name) {
        for (ChildSql child : children) {
            if (child.child().name().equals(name)) {
                return child;
            }
        }
        throw new IllegalArgumentException("expected a child of " + table.name() + ", was " + name);
    }

    /** Columns of a row without the key. */
    List<Column> columns() {
        return columns;
    }

    static boolean isText(Column column) {
        return column.type().startsWith("TEXT");
    }

    /** The column called {@code name}, the key included. */
    Column column(String name) {
        if (name.equals(KEY)) {
            return new Column(KEY, "TEXT NOT NULL");
        }
        for (Column column : columns) {
            if (column.name().equals(name)) {
                return column;
            }
        }
        throw new IllegalArgumentException("expected a column of " + table.name() + ", was " + name);
    }

    /** The columns of each index, that of the key included. */
    List<List<String>> indexes() {
        return indexes;
    }

    String createTable() {
        String declared = columns.stream()
                .map(column -> quote(column.name()) + " " + column.type())
                .collect(Collectors.joining(", "));
        return "CREATE TABLE " + name() + " (" + declared + ", \"key\" TEXT NOT NULL UNIQUE) STRICT";
    }

    List<String> createIndexes() {
        List<String> statements = new ArrayList<>();
        List<String> lists = table.indexes();
        for (int i = 0; i < lists.size(); i++) {
            statements.add("CREATE INDEX " + quote(table.name() + "_" + (i + 1)) + " ON " + name() + " (" + lists.get(i)
                    + ")");
        }
        return statements;
    }

    /** Binds the row's values and then the key. */
    String upsert() {
        String marks = "?, ".repeat(columns.size()) + "?";
        String set = columns.stream()
                .map(column -> quote(column.name()) + " = excluded." + quote(column.name()))
                .collect(Collectors.joining(", "));
        return "INSERT INTO " + name() + " (" + names + ", \"key\") VALUES (" + marks
                + ") ON CONFLICT (\"key\") DO UPDATE SET " + set;
    }

    /** Binds the values of the changed columns and then the key; leaves alone every index over other columns. */
    String update(BitSet changed) {
        String set = changed.stream()
                .mapToObj(i -> quote(columns.get(i).name()) + " = ?")
                .collect(Collectors.joining(", "));
        return "UPDATE " + name() + " SET " + set + " WHERE \"key\" = ?";
    }

    String delete() {
        return "DELETE FROM " + name() + " WHERE \"key\" = ?";
    }

    /** Gives the row's values and then the key. */
    String select() {
        return "SELECT " + names + ", \"key\" FROM " + name();
    }

    /** The same for one key. */
    String selectByKey() {
        return select() + " WHERE \"key\" = ?";
    }

    static String quote(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }
}
