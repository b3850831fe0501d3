package dev.cairn.internal.kind;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A question to one entity table of the projection, free of SQL.
 *
 * @param conditions all must hold
 * @param order column to order by; ties are broken by the key in the same direction
 * @param descending direction of both
 * @param limit rows at most, from 1
 * @param after where the page before ended, as {@link Page#next} gave it; null for the first page
 * @param minOffset the answer must include the log up to this offset; −1 for any
 * @param waitMax how long to wait for {@code minOffset}
 */
public record RowQuery(
        List<Condition> conditions,
        String order,
        boolean descending,
        int limit,
        @Nullable String after,
        long minOffset,
        Duration waitMax) {
    public RowQuery {
        conditions = List.copyOf(conditions);
    }

    /** One condition on one column. */
    public sealed interface Condition {
        /** The column equals one of the values (texts, longs or doubles). */
        record In(String column, List<Object> values) implements Condition {}

        /** The column is greater than (or at least) the bound: a text, a long or a double. */
        record Above(String column, Object bound, boolean inclusive) implements Condition {
            public Above(String column, long bound, boolean inclusive) {
                this(column, (Object) bound, inclusive);
            }
        }

        /** The column is smaller than (or at most) the bound: a text, a long or a double. */
        record Below(String column, Object bound, boolean inclusive) implements Condition {
            public Below(String column, long bound) {
                this(column, bound, false);
            }
        }

        /** The row stands behind the one with this value and key in the ascending order of {@code column}. */
        record Behind(String column, Object value, String key) implements Condition {}

        /** A row of the {@linkplain EntityTable.Child child} meets all of the conditions, each on a column of the child. */
        record Has(String child, List<Condition> conditions) implements Condition {
            public Has {
                conditions = List.copyOf(conditions);
            }
        }

        /** A row of the table of another kind has the same values: an inner join that shows nothing of it. */
        record Joined(String table, List<On> on) implements Condition {
            public Joined {
                on = List.copyOf(on);
            }
        }

        /** The column {@code other} of the other table equals {@code column} of this one. */
        record On(String column, String other) {}

        /** The member {@code name} of the JSON object in {@code column} is the text, number, boolean or null {@code value}. */
        record JsonMember(String column, String name, String value) implements Condition {}
    }

    /** One row: key and entity, ready to be decoded by its kind. */
    public record Row(String key, Entity entity) {}

    /**
     * A page of rows.
     *
     * @param next for {@link RowQuery#after}, null at the end
     * @param projectionOffset the last record that the answer includes
     */
    public record Page(List<Row> rows, @Nullable String next, long projectionOffset) {}

    /** Counts by value; a null value is counted under the empty text. */
    public record Counts(Map<String, Long> counts, long projectionOffset) {}
}
