package dev.cairn.internal.projection;

import dev.cairn.internal.kind.Entity;
import dev.cairn.internal.projection.ChildValues.Values;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the child rows of one kind's entities as their bodies say. Where the row before is known only the child rows that differ
 * are written: a document of a hundred members of which one changed costs one statement.
 *
 * <p>Threading: the follower's thread.
 */
final class ChildWriter implements AutoCloseable {
    /** The statements of one child table. */
    private record Statements(PreparedStatement upsert, PreparedStatement delete, PreparedStatement deleteAll) {}

    private final TableSql sql;
    private final List<Statements> statements = new ArrayList<>();
    private final Entity old = new Entity();

    ChildWriter(TableSql sql, Connection connection) throws SQLException {
        this.sql = sql;
        for (ChildSql child : sql.children()) {
            statements.add(new Statements(
                    connection.prepareStatement(child.upsert()),
                    connection.prepareStatement(child.delete()),
                    connection.prepareStatement(child.deleteAll())));
        }
    }

    /**
     * Writes the child rows of {@code entity}.
     *
     * @param before the entity's row in the database, null when it is not known
     * @param absent whether the database has no row of the entity
     */
    void put(String key, @Nullable RowValues before, boolean absent, Entity entity) throws SQLException {
        List<ChildValues> now = ChildValues.of(sql, entity);
        List<ChildValues> then = null;
        if (before != null) {
            before.toEntity(sql, old);
            then = ChildValues.of(sql, old);
        } else if (!absent) {
            delete(key);
        }
        for (int i = 0; i < now.size(); i++) {
            put(
                    key,
                    statements.get(i),
                    then == null ? Map.of() : then.get(i).rows(),
                    now.get(i).rows());
        }
    }

    private static void put(String key, Statements of, Map<String, Values> then, Map<String, Values> now)
            throws SQLException {
        for (String own : then.keySet()) {
            if (!now.containsKey(own)) {
                of.delete.setString(1, key);
                of.delete.setString(2, own);
                of.delete.executeUpdate();
            }
        }
        for (Map.Entry<String, Values> row : now.entrySet()) {
            if (!row.getValue().sameAs(then.get(row.getKey()))) {
                bind(of.upsert, key, row.getValue());
                of.upsert.executeUpdate();
            }
        }
    }

    private static void bind(PreparedStatement upsert, String key, Values row) throws SQLException {
        upsert.setString(1, key);
        for (int i = 0; i < row.size(); i++) {
            RowValues.bind(upsert, i + 2, row.get(i));
        }
    }

    /** Deletes all child rows of an entity. */
    void delete(String key) throws SQLException {
        for (Statements of : statements) {
            of.deleteAll.setString(1, key);
            of.deleteAll.executeUpdate();
        }
    }

    @Override
    public void close() throws SQLException {
        for (Statements of : statements) {
            of.upsert.close();
            of.delete.close();
            of.deleteAll.close();
        }
    }
}
