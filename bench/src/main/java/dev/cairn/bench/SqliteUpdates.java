package dev.cairn.bench;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Plain SQLite as one would use it for the same: WAL, synchronous=FULL, one checked update in each transaction.
 *
 * <p>Threading: one thread at a time.
 */
final class SqliteUpdates implements AutoCloseable {
    private final Connection connection;
    private final PreparedStatement update;

    SqliteUpdates(Path file, String[] ids, String[] metadata) throws SQLException {
        connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA journal_mode=WAL");
            statement.execute("PRAGMA synchronous=FULL");
            statement.execute("CREATE TABLE task (id TEXT PRIMARY KEY, status TEXT NOT NULL, version INTEGER NOT NULL,"
                    + " updated INTEGER NOT NULL, metadata TEXT NOT NULL) WITHOUT ROWID");
        }
        connection.setAutoCommit(false);
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO task VALUES (?, 'pending', 1, 0, ?)")) {
            for (int i = 0; i < ids.length; i++) {
                insert.setString(1, ids[i]);
                insert.setString(2, metadata[i % metadata.length]);
                insert.executeUpdate();
            }
        }
        connection.commit();
        connection.setAutoCommit(true);
        update = connection.prepareStatement(
                "UPDATE task SET status = ?, version = version + 1, updated = ? WHERE id = ? AND version = ?");
    }

    void transition(String id, long version) throws SQLException {
        update.setString(1, Samples.status(version + 1));
        update.setLong(2, System.currentTimeMillis());
        update.setString(3, id);
        update.setLong(4, version);
        if (update.executeUpdate() != 1) {
            throw new SQLException("expected version " + version + " of " + id + ", was another");
        }
    }

    /** Begins a transaction of more than one change. */
    void begin() throws SQLException {
        connection.setAutoCommit(false);
    }

    void commit() throws SQLException {
        connection.commit();
        connection.setAutoCommit(true);
    }

    /** The sum of all versions. */
    long versions() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet sum = statement.executeQuery("SELECT sum(version) FROM task")) {
            return sum.next() ? sum.getLong(1) : -1;
        }
    }

    @Override
    public void close() throws SQLException {
        update.close();
        connection.close();
    }
}
