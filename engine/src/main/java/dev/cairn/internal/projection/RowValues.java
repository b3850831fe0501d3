package dev.cairn.internal.projection;

import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.SlabCursor;
import dev.cairn.internal.kind.Entity;
import dev.cairn.internal.kind.EntityTable;
import dev.cairn.internal.kind.EntityTable.Column;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The values of one row in the order of {@link TableSql#columns}: each a String, a Long or null. Carries an entity to its row
 * and back.
 *
 * <p>Threading: not safe for concurrent use.
 */
final class RowValues implements EntityTable.Row, EntityTable.RowReader {
    private static final int REFERENCE_BYTES = 24;

    private final @Nullable Object[] values;
    private int at;

    RowValues(int columns) {
        values = new Object[columns];
    }

    /** The row of {@code entity}. */
    static RowValues of(TableSql sql, Entity entity) {
        RowValues row = new RowValues(sql.columns().size());
        sql.table().toRow(new SlabCursor(entity.value(), Entity.HEADER_BYTES), row);
        if (row.at != sql.table().columns().size()) {
            throw new IllegalStateException("expected " + sql.table().columns().size() + " values for a row of "
                    + sql.name() + ", was " + row.at);
        }
        row.integer(entity.version());
        row.integer(entity.revision());
        row.integer(entity.head());
        row.integer(entity.lastImage());
        row.integer(entity.incomplete() ? 1 : 0);
        return row;
    }

    /** The current row of {@code result}, whose first columns are those of {@code sql}. */
    static RowValues read(TableSql sql, ResultSet result) throws SQLException {
        List<Column> columns = sql.columns();
        RowValues row = new RowValues(columns.size());
        for (int i = 0; i < columns.size(); i++) {
            if (TableSql.isText(columns.get(i))) {
                row.values[i] = result.getString(i + 1);
            } else {
                long value = result.getLong(i + 1);
                row.values[i] = value == 0 && result.wasNull() ? null : (Object) value;
            }
        }
        return row;
    }

    /** Becomes the entity whose row this is. */
    void toEntity(TableSql sql, Entity into) {
        into.reset();
        ByteSlab body = into.value();
        at = 0;
        sql.table().fromRow(this, body);
        at = sql.table().columns().size();
        into.version(integer());
        into.revision(integer());
        into.head(integer());
        into.lastImage(integer());
        into.incomplete(integer() != 0);
    }

    /** Binds all values from the first parameter on, then {@code key}. */
    void bind(PreparedStatement statement, String key) throws SQLException {
        for (int i = 0; i < values.length; i++) {
            bind(statement, i + 1, values[i]);
        }
        statement.setString(values.length + 1, key);
    }

    /** Binds the values of the columns in {@code changed}, then {@code key}. */
    void bind(PreparedStatement statement, BitSet changed, String key) throws SQLException {
        int parameter = 1;
        for (int i = changed.nextSetBit(0); i >= 0; i = changed.nextSetBit(i + 1)) {
            bind(statement, parameter++, values[i]);
        }
        statement.setString(parameter, key);
    }

    static void bind(PreparedStatement statement, int parameter, @Nullable Object value) throws SQLException {
        if (value instanceof Long number) {
            statement.setLong(parameter, number);
        } else if (value instanceof Double number) {
            statement.setDouble(parameter, number);
        } else {
            statement.setString(parameter, (String) value);
        }
    }

    /** Marks the columns in which this row differs from {@code other}. */
    void difference(RowValues other, BitSet changed) {
        changed.clear();
        for (int i = 0; i < values.length; i++) {
            if (!Objects.equals(values[i], other.values[i])) {
                changed.set(i);
            }
        }
    }

    /** The first column in which {@code was} is not this row, or null. */
    ProjectionAudit.@Nullable Difference firstDifference(TableSql sql, RowValues was) {
        for (int i = 0; i < values.length; i++) {
            if (!Objects.equals(values[i], was.values[i])) {
                return new ProjectionAudit.Difference(
                        sql.columns().get(i).name(), String.valueOf(values[i]), String.valueOf(was.values[i]));
            }
        }
        return null;
    }

    /** Offset of the newest record that the row includes. */
    long head(TableSql sql) {
        return number(sql, TableSql.HEAD);
    }

    /** The version that the row is of. */
    long version(TableSql sql) {
        return number(sql, TableSql.VERSION);
    }

    private long number(TableSql sql, String column) {
        return (Long) value(sql.columns().indexOf(sql.column(column)));
    }

    /** The value of the column at {@code index}, which must not be null. */
    Object value(int index) {
        Object value = values[index];
        if (value == null) {
            throw new IllegalStateException("expected a value at " + index + ", was null");
        }
        return value;
    }

    /** About how much memory it takes. */
    int bytes() {
        int bytes = REFERENCE_BYTES * values.length;
        for (Object value : values) {
            bytes += value instanceof String text ? text.length() : 0;
        }
        return bytes;
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
        throw new IllegalStateException("expected a text or an integer in an entity's own row, was " + value);
    }

    @Override
    public @Nullable String text() {
        return (String) values[at++];
    }

    @Override
    public long integer() {
        Object value = values[at++];
        return value == null ? 0 : (Long) value;
    }
}
