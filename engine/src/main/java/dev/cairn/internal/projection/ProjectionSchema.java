package dev.cairn.internal.projection;

import dev.cairn.internal.kind.EntityTable;
import dev.cairn.internal.kind.Kind;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The tables of all projected kinds and a fingerprint of them.
 *
 * <p>Threading: immutable.
 */
final class ProjectionSchema {
    /** Grows whenever the machinery writes rows differently; kinds are covered by the fingerprint. */
    static final int VERSION = 2;

    /** {@code CRNP}, which {@code file} and SQLite's tools show. */
    static final int APPLICATION_ID = 0x43524E50;

    /** Numbers in the header of the file, by their names. */
    private static final List<Mark> MARKS =
            List.of(new Mark("application_id", APPLICATION_ID), new Mark("user_version", VERSION));

    private record Mark(String name, int value) {}

    private static final int FINGERPRINT_BYTES = 16;

    private final Map<Byte, TableSql> tables = new LinkedHashMap<>();
    private final Map<Byte, Kind> kinds = new LinkedHashMap<>();

    ProjectionSchema(List<Kind> all) {
        for (Kind kind : all) {
            EntityTable table = kind.table();
            if (table != null) {
                tables.put(kind.id(), new TableSql(table));
                kinds.put(kind.id(), kind);
            }
        }
    }

    /** The projected kinds. */
    List<Kind> kinds() {
        return List.copyOf(kinds.values());
    }

    List<TableSql> tables() {
        return List.copyOf(tables.values());
    }

    TableSql table(Kind kind) {
        TableSql table = tables.get(kind.id());
        if (table == null) {
            throw new IllegalArgumentException("expected a kind with a table, was " + kind.name());
        }
        return table;
    }

    /** Equal for equal tables and indexes. */
    String fingerprint() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (String statement : statements(true)) {
                digest.update(statement.getBytes(StandardCharsets.UTF_8));
                digest.update((byte) 0);
            }
            return HexFormat.of().formatHex(digest.digest(), 0, FINGERPRINT_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Marks a new file as a projection, and makes its tables. */
    void createTables(Connection connection) throws SQLException {
        List<String> statements = new ArrayList<>();
        MARKS.forEach(mark -> statements.add("PRAGMA " + mark.name + "=" + mark.value));
        statements.addAll(statements(false));
        execute(connection, statements);
    }

    /** Why a file is no projection that this Cairn makes, as its header says; null if it is. */
    static @Nullable String unmarked(Connection connection) throws SQLException {
        for (Mark mark : MARKS) {
            try (Statement statement = connection.createStatement();
                    ResultSet result = statement.executeQuery("PRAGMA " + mark.name)) {
                long found = result.next() ? result.getLong(1) : 0;
                if (found != mark.value) {
                    return "expected " + mark.name + " " + mark.value + ", was " + found;
                }
            }
        }
        return null;
    }

    /** Whether {@code connection} has nothing at all. */
    static boolean isEmpty(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery("SELECT 1 FROM sqlite_schema LIMIT 1")) {
            return !found.next();
        }
    }

    void createIndexes(Connection connection) throws SQLException {
        List<String> indexes = new ArrayList<>();
        for (TableSql table : tables.values()) {
            indexes.addAll(table.createIndexes());
            table.children().forEach(child -> indexes.addAll(child.createIndexes()));
        }
        execute(connection, indexes);
    }

    /** The first table or index that {@code connection} has and should not, or has not and should; null if there is none. */
    @Nullable
    String difference(Connection connection, boolean withIndexes) throws SQLException {
        List<String> missing = statements(withIndexes);
        try (Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL")) {
            while (found.next()) {
                if (!missing.remove(found.getString(1))) {
                    return "expected tables and indexes of this Cairn, was " + found.getString(1);
                }
            }
        }
        return missing.isEmpty() ? null : "expected " + missing.get(0) + ", was none";
    }

    private List<String> statements(boolean withIndexes) {
        List<String> statements = new ArrayList<>();
        statements.add(PositionRow.CREATE);
        for (TableSql table : tables.values()) {
            statements.add(table.createTable());
            if (withIndexes) {
                statements.addAll(table.createIndexes());
            }
            for (ChildSql child : table.children()) {
                statements.add(child.createTable());
                if (withIndexes) {
                    statements.addAll(child.createIndexes());
                }
            }
        }
        return statements;
    }

    private static void execute(Connection connection, List<String> statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }
}
