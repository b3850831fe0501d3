package dev.cairn.internal.projection;

import dev.cairn.internal.kind.RowQuery;
import dev.cairn.internal.kind.RowQuery.Condition;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * By which columns the rows of a page are looked up, decided so that few rows are touched whatever the filters and the order.
 *
 * <p>Two ways are open. <em>In order</em>: walk an index that has the order, behind the columns it has the right values of,
 * and skip what does not match, until the page is full; many matches fill it soon. <em>Sorted</em>: look up what matches one
 * condition and sort it; good when that is little. So the rows of the conditions are counted, as far as it matters. SQLite
 * itself would guess, and guess the same for a status that one task has and for one that a million have.
 *
 * @param columns whose conditions may use an index; all others only filter
 * @param sorted whether the rows are sorted after they were found
 * @param looked the condition on a child by whose rows they are found, null if by none
 */
record AccessPath(Set<String> columns, boolean sorted, Condition.@Nullable Has looked) {
    /** Counting stops here; so many rows can be sorted without anybody noticing. */
    static final int COUNTED_ROWS_MAX = 10_000;

    /** Counts rows. */
    interface Counter {
        /** The number of rows that meet all of {@code conditions}, or {@code max} if there are more. */
        long count(List<Condition> conditions, long max) throws SQLException;
    }

    static AccessPath of(TableSql sql, RowQuery query, Counter counter, int countedRowsMax) throws SQLException {
        Map<String, List<Condition>> byColumn = byColumn(query);
        Set<String> inOrder = inOrder(sql, query, byColumn);
        String narrowest = null;
        Condition.Has child = null;
        long fewest = countedRowsMax;
        for (Map.Entry<String, List<Condition>> entry : byColumn.entrySet()) {
            if (!inOrder.contains(entry.getKey()) && leadsAnIndex(sql, entry.getKey())) {
                long rows = counter.count(entry.getValue(), fewest);
                if (rows < fewest) {
                    fewest = rows;
                    narrowest = entry.getKey();
                }
            }
        }
        for (Condition.Has has : children(query).toList()) {
            long rows = counter.count(List.of(has), fewest);
            if (rows < fewest) {
                fewest = rows;
                child = has;
            }
        }
        if (child != null) {
            return new AccessPath(Set.of(), true, child);
        }
        return narrowest == null ? new AccessPath(inOrder, false, null) : new AccessPath(Set.of(narrowest), true, null);
    }

    private static Stream<Condition.Has> children(RowQuery query) {
        return query.conditions().stream()
                .filter(Condition.Has.class::isInstance)
                .map(Condition.Has.class::cast);
    }

    private static Map<String, List<Condition>> byColumn(RowQuery query) {
        Map<String, List<Condition>> byColumn = new LinkedHashMap<>();
        for (Condition condition : query.conditions()) {
            String column = column(condition);
            if (column != null) {
                byColumn.computeIfAbsent(column, any -> new ArrayList<>()).add(condition);
            }
        }
        return byColumn;
    }

    /** The column that an index could find, null for a condition on something else. */
    private static @Nullable String column(Condition condition) {
        if (condition instanceof Condition.In in) {
            return in.column();
        } else if (condition instanceof Condition.Above above) {
            return above.column();
        } else if (condition instanceof Condition.Below below) {
            return below.column();
        }
        return null;
    }

    /** The columns of the longest index prefix with given values that the order follows, and the order's column itself. */
    private static Set<String> inOrder(TableSql sql, RowQuery query, Map<String, List<Condition>> byColumn) {
        Set<String> best = Set.of();
        for (List<String> index : sql.indexes()) {
            Set<String> prefix = new LinkedHashSet<>();
            for (String column : index) {
                if (column.equals(query.order())) {
                    if (prefix.size() >= best.size()) {
                        best = new LinkedHashSet<>(prefix);
                    }
                    break;
                }
                if (!hasValues(byColumn.getOrDefault(column, List.of()))) {
                    break;
                }
                prefix.add(column);
            }
        }
        Set<String> columns = new LinkedHashSet<>(best);
        columns.add(query.order());
        return columns;
    }

    private static boolean hasValues(List<Condition> conditions) {
        return conditions.stream().anyMatch(Condition.In.class::isInstance);
    }

    private static boolean leadsAnIndex(TableSql sql, String column) {
        return sql.indexes().stream().anyMatch(index -> index.get(0).equals(column));
    }
}
