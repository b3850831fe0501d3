package dev.cairn.bench;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Plain SQLite as one would use it for entities with properties: the JSON in a table, the values to be found by in another.
 *
 * <p>Threading: one thread at a time.
 */
final class SqliteEntities implements AutoCloseable {
    private final Connection connection;
    private final PreparedStatement find;

    SqliteEntities(Path file) throws SQLException {
        connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA journal_mode=WAL");
            statement.execute("CREATE TABLE entity (id TEXT PRIMARY KEY, properties TEXT NOT NULL) WITHOUT ROWID");
            statement.execute("CREATE TABLE property (name TEXT, value TEXT, id TEXT, PRIMARY KEY (name, value, id))"
                    + " WITHOUT ROWID");
        }
        find = connection.prepareStatement("SELECT e.id, e.properties FROM property p JOIN entity e ON e.id = p.id"
                + " WHERE p.name = 'group' AND p.value = ? ORDER BY p.id LIMIT 101");
    }

    /** Fills both tables, five values for each entity; returns how many rows that are. */
    long fill(int entities, int each, String[] properties) throws SQLException {
        connection.setAutoCommit(false);
        try (PreparedStatement entity = connection.prepareStatement("INSERT INTO entity VALUES (?, ?)");
                PreparedStatement property = connection.prepareStatement("INSERT INTO property VALUES (?, ?, ?)")) {
            for (int i = 0; i < entities; i++) {
                entity.setString(1, Samples.id(i));
                entity.setString(2, properties[i]);
                entity.executeUpdate();
                property.setString(3, Samples.id(i));
                for (int value = 0; value < 5; value++) {
                    property.setString(1, value == 0 ? "group" : "other-" + value);
                    property.setString(2, value == 0 ? "group-" + i / each : "value-" + i * 7_919L % 10_007);
                    property.executeUpdate();
                }
            }
        }
        connection.commit();
        connection.setAutoCommit(true);
        return entities * 6L;
    }

    /** How many entities are of a group; their ids and properties are read. */
    int find(String group) throws SQLException {
        find.setString(1, group);
        int found = 0;
        try (ResultSet rows = find.executeQuery()) {
            while (rows.next()) {
                found += rows.getString(1).isEmpty() || rows.getString(2).isEmpty() ? 0 : 1;
            }
        }
        return found;
    }

    @Override
    public void close() throws SQLException {
        find.close();
        connection.close();
    }
}
