package dev.cairn.internal.projection;

import dev.cairn.NotReadyException;
import dev.cairn.internal.kind.Entity;
import dev.cairn.internal.kind.Kind;
import dev.cairn.internal.kind.RowQuery;
import dev.cairn.internal.kind.RowView;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers questions from the database, each in one read transaction that also says how far the rows are.
 *
 * <p>Threading: any thread; at most {@link ReaderPool#READERS_MAX} answers are made at a time.
 */
final class ProjectionReader implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ProjectionReader.class);
    /** A page of large entities ends before its limit, so that no page takes much memory. */
    private static final long PAGE_BYTES_MAX = 16L << 20;
    /** How long a caller waits for a reader at least. */
    private static final long READER_WAIT_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** Work in a read transaction. */
    private interface Work<T> {
        T run(Reader reader) throws SQLException;
    }

    private final ProjectionSchema schema;
    private final ReaderPool pool;
    private final Consumer<String> onDamage;
    private final int countedRowsMax;

    /**
     * @param onDamage is told why the file has to be made anew
     * @param countedRowsMax see {@link AccessPath#COUNTED_ROWS_MAX}
     */
    ProjectionReader(ProjectionFile file, ProjectionSchema schema, Consumer<String> onDamage, int countedRowsMax) {
        this.countedRowsMax = countedRowsMax;
        this.schema = schema;
        this.pool = new ReaderPool(file);
        this.onDamage = onDamage;
    }

    RowQuery.Page query(Kind kind, RowQuery query) {
        TableSql sql = schema.table(kind);
        PageCursor after = cursor(sql, query);
        return read(query.waitMax(), reader -> {
            long offset = offset(reader);
            return page(reader, sql, query, after, offset);
        });
    }

    private RowQuery.Page page(Reader reader, TableSql sql, RowQuery query, @Nullable PageCursor after, long offset)
            throws SQLException {
        QuerySql page = QuerySql.page(sql, query, after, path(reader, sql, query));
        try (ResultSet result = reader.prepare(page.text(), page.values()).executeQuery()) {
            return page(sql, query, result, offset);
        }
    }

    <T> T view(Duration waitMax, Function<RowView, T> work) {
        return read(waitMax, reader -> {
            long offset = offset(reader);
            return work.apply(new View(reader, offset));
        });
    }

    /** The rows in the transaction of one reader. */
    private final class View implements RowView {
        private final Reader reader;
        private final long offset;

        View(Reader reader, long offset) {
            this.reader = reader;
            this.offset = offset;
        }

        @Override
        public RowQuery.Page query(Kind kind, RowQuery query) {
            TableSql sql = schema.table(kind);
            try {
                return page(reader, sql, query, cursor(sql, query), offset);
            } catch (SQLException e) {
                throw new UncheckedSqlException(e);
            }
        }

        @Override
        public long projectionOffset() {
            return offset;
        }
    }

    private static @Nullable PageCursor cursor(TableSql sql, RowQuery query) {
        String after = query.after();
        return after == null ? null : PageCursor.decode(sql, query, after);
    }

    private AccessPath path(Reader reader, TableSql sql, RowQuery query) throws SQLException {
        return AccessPath.of(sql, query, (conditions, max) -> count(reader, sql, conditions, max), countedRowsMax);
    }

    private static long count(Reader reader, TableSql sql, List<RowQuery.Condition> conditions, long max)
            throws SQLException {
        QuerySql matches = QuerySql.matches(sql, conditions, max);
        try (ResultSet result = reader.prepare(matches.text(), matches.values()).executeQuery()) {
            return result.next() ? result.getLong(1) : 0;
        }
    }

    private static RowQuery.Page page(TableSql sql, RowQuery query, ResultSet result, long offset) throws SQLException {
        List<RowQuery.Row> rows = new ArrayList<>(Math.min(query.limit(), 1_000));
        String next = null;
        int keyAt = sql.columns().size() + 1;
        long bytes = 0;
        while (result.next()) {
            if (rows.size() == query.limit() || bytes >= PAGE_BYTES_MAX) {
                next = "";
                break;
            }
            Entity entity = new Entity();
            RowValues.read(sql, result).toEntity(sql, entity);
            bytes += entity.value().length();
            rows.add(new RowQuery.Row(result.getString(keyAt), entity));
        }
        if (next != null) {
            RowQuery.Row last = rows.get(rows.size() - 1);
            Object value = orderValue(sql, query, last);
            next = PageCursor.encode(sql, query, value, last.key());
        }
        return new RowQuery.Page(rows, next, offset);
    }

    private static Object orderValue(TableSql sql, RowQuery query, RowQuery.Row last) {
        if (query.order().equals(TableSql.KEY)) {
            return last.key();
        }
        return RowValues.of(sql, last.entity()).value(sql.columns().indexOf(sql.column(query.order())));
    }

    RowQuery.Counts count(Kind kind, RowQuery query, String byColumn) {
        TableSql sql = schema.table(kind);
        QuerySql counts = QuerySql.counts(sql, query, byColumn);
        return read(query.waitMax(), reader -> {
            long offset = offset(reader);
            Map<String, Long> byValue = new LinkedHashMap<>();
            try (ResultSet result =
                    reader.prepare(counts.text(), counts.values()).executeQuery()) {
                while (result.next()) {
                    String value = result.getString(1);
                    byValue.merge(value == null ? "" : value, result.getLong(2), Long::sum);
                }
            }
            return new RowQuery.Counts(byValue, offset);
        });
    }

    /** Shows every entity in the order of the keys; the entity is reused. Returns the last offset that the rows include. */
    long forEach(Kind kind, BiConsumer<String, Entity> visitor) {
        TableSql sql = schema.table(kind);
        int keyAt = sql.columns().size() + 1;
        return read(Duration.ZERO, reader -> {
            long offset = offset(reader);
            Entity entity = new Entity();
            try (ResultSet result = reader.prepare(sql.select() + " ORDER BY \"key\"", List.of())
                    .executeQuery()) {
                while (result.next()) {
                    RowValues.read(sql, result).toEntity(sql, entity);
                    visitor.accept(result.getString(keyAt), entity);
                }
            }
            return offset;
        });
    }

    /** The steps by which SQLite would answer, as {@code EXPLAIN QUERY PLAN} names them. */
    List<String> plan(Kind kind, RowQuery query) {
        TableSql sql = schema.table(kind);
        return read(
                Duration.ZERO,
                reader -> plan(reader, QuerySql.page(sql, query, cursor(sql, query), path(reader, sql, query))));
    }

    /** The same for {@link #count}. */
    List<String> plan(Kind kind, RowQuery query, String byColumn) {
        return read(Duration.ZERO, reader -> plan(reader, QuerySql.counts(schema.table(kind), query, byColumn)));
    }

    private static List<String> plan(Reader reader, QuerySql explained) throws SQLException {
        PreparedStatement statement = reader.prepare("EXPLAIN QUERY PLAN " + explained.text(), explained.values());
        List<String> steps = new ArrayList<>();
        try (ResultSet result = statement.executeQuery()) {
            while (result.next()) {
                steps.add(result.getString("detail"));
            }
        }
        return steps;
    }

    /** The position in the reader's transaction, which begins here. */
    private static long offset(Reader reader) throws SQLException {
        try (ResultSet result =
                reader.prepare(PositionRow.SELECT_OFFSET, List.of()).executeQuery()) {
            if (!result.next()) {
                throw new ProjectionDamagedException("expected a position, was none");
            }
            if (!result.getBoolean(2)) {
                throw new NotReadyException("expected the projection to be ready, was being made anew from the log");
            }
            return result.getLong(1);
        }
    }

    private <T> T read(Duration waitMax, Work<T> work) {
        Reader reader = null;
        try {
            reader = pool.acquire(Math.max(PositionGate.nanos(waitMax), READER_WAIT_NANOS));
            T answer = work.run(reader);
            reader.end();
            Reader done = reader;
            reader = null;
            pool.release(done);
            return answer;
        } catch (SQLException | UncheckedSqlException | ProjectionDamagedException e) {
            if (SqlFailures.damaged(e)) {
                onDamage.accept(String.valueOf(e.getMessage()));
            }
            LOG.warn("the projection could not be read: {}", e.getMessage());
            LOG.debug("the projection could not be read", e);
            throw new NotReadyException("expected the projection to answer, was " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NotReadyException("expected a reader of the projection, was interrupted");
        } finally {
            if (reader != null) {
                pool.discard(reader);
            }
        }
    }

    /** Runs {@code action} while no connection reads the file. */
    void whileClosed(Runnable action) {
        pool.whileEmpty(action);
    }

    @Override
    public void close() {
        pool.close();
    }
}
