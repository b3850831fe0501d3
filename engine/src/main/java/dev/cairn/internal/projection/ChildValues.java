package dev.cairn.internal.projection;

import dev.cairn.internal.codec.SlabCursor;
import dev.cairn.internal.kind.Entity;
import dev.cairn.internal.kind.EntityTable.Child;
import dev.cairn.internal.kind.EntityTable.ChildRows;
import dev.cairn.internal.kind.EntityTable.Row;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one child table for one entity, by the value of their first column.
 *
 * <p>Threading: not safe for concurrent use.
 */
final class ChildValues {
    /** A row: each value a String, a Long, a Double or null. */
    static final class Values implements Row {
        private final @Nullable Object[] values;
        private int at;

        private Values(int columns) {
            values = new Object[columns];
        }

        int size() {
            return values.length;
        }

        @Nullable
        Object get(int column) {
            return values[column];
        }

        private String own() {
            return String.valueOf(values[0]);
        }

        @Override
        public void text(@Nullable String value) {
            values[at++] = value;
        }

        @Override
        public void integer(long value) {
            values[at++] = value;
        }

        @Override
        public void real(double value) {
            values[at++] = value;
        }

        boolean sameAs(@Nullable Values other) {
            return other != null && Arrays.equals(values, other.values);
        }
    }

    private final ChildSql sql;
    private final Map<String, Values> rows = new LinkedHashMap<>();

    private ChildValues(ChildSql sql) {
        this.sql = sql;
    }

    /** The rows that follow from {@code entity}, a value for each child of {@code parent}. */
    static List<ChildValues> of(TableSql parent, Entity entity) {
        List<ChildValues> all = new ArrayList<>();
        for (ChildSql child : parent.children()) {
            all.add(new ChildValues(child));
        }
        Collector collector = new Collector(all);
        parent.table().toChildRows(new SlabCursor(entity.value(), Entity.HEADER_BYTES), collector);
        collector.end();
        return all;
    }

    /** The rows that {@code result} gives. */
    static ChildValues read(ChildSql sql, ResultSet result) throws SQLException {
        ChildValues read = new ChildValues(sql);
        while (result.next()) {
            Values row = new Values(sql.columns().size());
            for (int i = 0; i < row.values.length; i++) {
                Object value = result.getObject(i + 1);
                row.values[i] = value instanceof Integer number ? (Object) number.longValue() : value;
            }
            read.rows.put(row.own(), row);
        }
        return read;
    }

    private static final class Collector implements ChildRows {
        private final List<ChildValues> all;
        private @Nullable ChildValues table;
        private @Nullable Values open;

        Collector(List<ChildValues> all) {
            this.all = all;
        }

        @Override
        public Row add(Child child) {
            end();
            for (ChildValues values : all) {
                if (values.sql.child().equals(child)) {
                    Values row = new Values(child.columns().size());
                    table = values;
                    open = row;
                    return row;
                }
            }
            throw new IllegalArgumentException("expected a child of the table, was " + child.name());
        }

        void end() {
            Values row = open;
            ChildValues of = table;
            if (row != null && of != null) {
                if (row.at != row.values.length) {
                    throw new IllegalStateException("expected " + row.values.length + " values for a row of "
                            + of.sql.name() + ", was " + row.at);
                }
                if (of.rows.put(row.own(), row) != null) {
                    throw new IllegalStateException(
                            "expected one row of " + of.sql.name() + " for " + row.own() + ", was another");
                }
            }
            open = null;
        }
    }

    ChildSql sql() {
        return sql;
    }

    Map<String, Values> rows() {
        return rows;
    }

    /** The first value in which {@code was} is not this, or null. */
    ProjectionAudit.@Nullable Difference firstDifference(ChildValues was) {
        for (Map.Entry<String, Values> row : rows.entrySet()) {
            String place = sql.child().name() + "[" + row.getKey() + "]";
            Values found = was.rows.get(row.getKey());
            if (found == null) {
                return new ProjectionAudit.Difference(place, "a row", "none");
            }
            for (int i = 0; i < found.values.length; i++) {
                if (!Objects.equals(row.getValue().values[i], found.values[i])) {
                    return new ProjectionAudit.Difference(
                            place + "." + sql.columns().get(i).name(),
                            String.valueOf(row.getValue().values[i]),
                            String.valueOf(found.values[i]));
                }
            }
        }
        for (String own : was.rows.keySet()) {
            if (!rows.containsKey(own)) {
                return new ProjectionAudit.Difference(sql.child().name() + "[" + own + "]", "no row", "one");
            }
        }
        return null;
    }
}
