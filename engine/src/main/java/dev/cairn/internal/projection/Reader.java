package dev.cairn.internal.projection;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A read-only connection with its prepared statements.
 *
 * <p>Threading: one thread at a time.
 */
final class Reader implements AutoCloseable {
    private static final int STATEMENTS_MAX = 64;

    private final Connection connection;
    private final Map<String, PreparedStatement> statements = new LinkedHashMap<>(16, 0.75f, true);

    private final int generation;

    Reader(Connection connection, int generation) {
        this.connection = connection;
        this.generation = generation;
    }

    /** Of the file that it reads, see {@link ReaderPool}. */
    int generation() {
        return generation;
    }

    /** The statement of {@code sql} with {@code values} bound, prepared at most once while it is in use. */
    PreparedStatement prepare(String sql, List<Object> values) throws SQLException {
        PreparedStatement statement = statements.get(sql);
        if (statement == null) {
            evict();
            statement = connection.prepareStatement(sql);
            statements.put(sql, statement);
        }
        for (int i = 0; i < values.size(); i++) {
            RowValues.bind(statement, i + 1, values.get(i));
        }
        return statement;
    }

    private void evict() throws SQLException {
        if (statements.size() >= STATEMENTS_MAX) {
            var eldest = statements.entrySet().iterator();
            PreparedStatement statement = eldest.next().getValue();
            eldest.remove();
            statement.close();
        }
    }

    /** Ends the transaction that the first statement began. */
    void end() throws SQLException {
        connection.rollback();
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
