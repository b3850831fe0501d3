package dev.cairn.internal.projection;

import dev.cairn.internal.kind.EntityTable.Column;
import dev.cairn.internal.kind.RowQuery;
import dev.cairn.internal.kind.RowQuery.Condition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * A {@link RowQuery} as one SQL statement and the values to bind: no value is ever part of the text, so that it can be
 * prepared once and nothing can be smuggled in.
 *
 * <p>Columns stand alone on their side of each comparison, so that an index can serve it; a page goes on behind the last row's
 * (order column, key), never by counting rows. A condition with several values before the order becomes one branch for each,
 * which SQLite merges in order: with {@code IN} it would have to sort all of them before the first row.
 *
 * @param text the statement
 * @param values Strings, Longs and Doubles
 */
record QuerySql(String text, List<Object> values) {
    /** More values than this are left to {@code IN}. */
    private static final int BRANCHES_MAX = 16;

    /** A page of rows: the columns of {@link TableSql#select}, one row more than the limit. */
    static QuerySql page(TableSql sql, RowQuery query, @Nullable PageCursor after, AccessPath path) {
        Column order = sql.column(query.order());
        if (!order.type().contains("NOT NULL")) {
            throw new IllegalArgumentException("expected an order column without nulls, was " + order.name());
        }
        Builder builder = new Builder(sql, query, path);
        String direction = query.descending() ? " DESC" : "";
        String by = order.name().equals(TableSql.KEY)
                ? builder.ordered(TableSql.KEY) + direction
                : builder.ordered(order.name()) + direction + ", " + builder.ordered(TableSql.KEY) + direction;
        builder.branches(sql.select(), after);
        builder.text.append(" ORDER BY ").append(by).append(" LIMIT ?");
        builder.values.add((long) query.limit() + 1);
        return builder.build();
    }

    /** The number of rows that meet all of {@code conditions}, counted up to {@code max}. */
    static QuerySql matches(TableSql sql, List<Condition> conditions, long max) {
        RowQuery query = new RowQuery(conditions, TableSql.KEY, false, 1, null, -1, Duration.ZERO);
        Builder builder = new Builder(sql, query, null);
        builder.text.append("SELECT COUNT(*) FROM (");
        if (conditions.size() == 1 && conditions.get(0) instanceof Condition.Has has) {
            builder.text.append(builder.rowsOf(has));
        } else {
            builder.text.append("SELECT 1 FROM ").append(sql.name());
            builder.where(null, null);
        }
        builder.text.append(" LIMIT ?)");
        builder.values.add(max);
        return builder.build();
    }

    /** Counts by {@code byColumn}. */
    static QuerySql counts(TableSql sql, RowQuery query, String byColumn) {
        Builder builder = new Builder(sql, query, null);
        String by = TableSql.quote(sql.column(byColumn).name());
        builder.text.append("SELECT ").append(by).append(", COUNT(*) FROM ").append(sql.name());
        builder.where(null, null);
        builder.text.append(" GROUP BY ").append(by);
        return builder.build();
    }

    private static final class Builder {
        private final TableSql sql;
        private final RowQuery query;
        private final @Nullable AccessPath path;
        private final StringBuilder text = new StringBuilder(256);
        private final List<Object> values = new ArrayList<>();

        /** @param path null to let SQLite choose */
        Builder(TableSql sql, RowQuery query, @Nullable AccessPath path) {
            this.sql = sql;
            this.query = query;
            this.path = path;
        }

        /** A column of the order; with a plus before it no index is walked for it. */
        String ordered(String column) {
            return (path != null && path.sorted() ? "+" : "") + TableSql.quote(column);
        }

        QuerySql build() {
            return new QuerySql(text.toString(), values);
        }

        void branches(String select, @Nullable PageCursor after) {
            Condition.In split = split();
            if (split == null) {
                text.append(select);
                where(null, after);
                return;
            }
            String separator = "";
            for (Object value : new LinkedHashSet<>(split.values())) {
                text.append(separator).append(select);
                where(new Condition.In(split.column(), List.of(value)), after);
                separator = " UNION ALL ";
            }
        }

        /** The first condition with several values by which rows are looked up in order, or null. */
        private Condition.@Nullable In split() {
            for (Condition condition : query.conditions()) {
                if (condition instanceof Condition.In in && in.values().size() > 1 && walked(in.column())) {
                    return in.values().size() <= BRANCHES_MAX ? in : null;
                }
            }
            return null;
        }

        private boolean walked(String column) {
            return path != null && !path.sorted() && path.columns().contains(column);
        }

        /** @param branch stands for the condition that {@link #split} chose, null when there is none */
        void where(Condition.@Nullable In branch, @Nullable PageCursor after) {
            Condition.In replaced = branch == null ? null : split();
            StringJoiner and = new StringJoiner(" AND ", " WHERE ", "");
            and.setEmptyValue("");
            for (Condition condition : query.conditions()) {
                and.add(condition(condition == replaced && branch != null ? branch : condition));
            }
            if (after != null) {
                and.add(behind(after));
            }
            text.append(and);
        }

        private String condition(Condition condition) {
            if (condition instanceof Condition.In in) {
                return in(in);
            } else if (condition instanceof Condition.Above above) {
                values.add(above.bound());
                return column(above.column()) + (above.inclusive() ? " >= ?" : " > ?");
            } else if (condition instanceof Condition.Below below) {
                values.add(below.bound());
                return column(below.column()) + (below.inclusive() ? " <= ?" : " < ?");
            } else if (condition instanceof Condition.Behind behind) {
                values.add(behind.value());
                values.add(behind.key());
                return "(" + ordered(behind.column()) + ", " + ordered(TableSql.KEY) + ") > (?, ?)";
            } else if (condition instanceof Condition.Has has) {
                return has(has);
            } else if (condition instanceof Condition.Joined joined) {
                return joined(joined);
            }
            return jsonMember((Condition.JsonMember) condition);
        }

        private String in(Condition.In in) {
            return in(column(in.column()), in);
        }

        private String in(String column, Condition.In in) {
            values.addAll(in.values());
            if (in.values().isEmpty()) {
                return "0";
            }
            return in.values().size() == 1
                    ? column + " = ?"
                    : column + " IN (?" + ", ?".repeat(in.values().size() - 1) + ")";
        }

        /** By the rows of the child that were looked up, or by a look at the entity's own. */
        private String has(Condition.Has has) {
            if (path != null && has.equals(path.looked())) {
                return TableSql.quote(TableSql.KEY) + " IN (" + rowsOf(has) + ")";
            }
            ChildSql child = sql.child(has.child());
            StringBuilder exists = new StringBuilder("EXISTS (SELECT 1 FROM ").append(child.name());
            exists.append(" WHERE ").append(child.name()).append(".\"key\" = ").append(qualified(TableSql.KEY));
            for (Condition condition : has.conditions()) {
                exists.append(" AND ").append(childCondition(child, condition, false));
            }
            return exists.append(')').toString();
        }

        /** The keys of the rows of a child that meet the conditions. */
        String rowsOf(Condition.Has has) {
            ChildSql child = sql.child(has.child());
            StringJoiner and = new StringJoiner(
                    " AND ", "SELECT " + child.name() + ".\"key\" FROM " + child.name() + " WHERE ", "");
            for (Condition condition : has.conditions()) {
                and.add(childCondition(child, condition, true));
            }
            return and.toString();
        }

        /** @param indexed whether an index over the values may be used; if not, the entity's own rows are looked through */
        private String childCondition(ChildSql child, Condition condition, boolean indexed) {
            if (condition instanceof Condition.In in) {
                return in(childColumn(child, in.column(), indexed), in);
            } else if (condition instanceof Condition.Above above) {
                values.add(above.bound());
                return childColumn(child, above.column(), indexed) + (above.inclusive() ? " >= ?" : " > ?");
            } else if (condition instanceof Condition.Below below) {
                values.add(below.bound());
                return childColumn(child, below.column(), indexed) + (below.inclusive() ? " <= ?" : " < ?");
            }
            throw new IllegalArgumentException("expected a value or a bound for a child, was " + condition);
        }

        private static String childColumn(ChildSql child, String column, boolean indexed) {
            return (indexed || child.isOwn(column) ? "" : "+") + child.qualified(column);
        }

        private String joined(Condition.Joined joined) {
            String other = TableSql.quote("other");
            StringJoiner and = new StringJoiner(
                    " AND ",
                    "EXISTS (SELECT 1 FROM " + TableSql.quote(joined.table()) + " AS " + other + " WHERE ",
                    ")");
            for (Condition.On on : joined.on()) {
                and.add(other + "." + TableSql.quote(on.other()) + " = " + qualified(on.column()));
            }
            return and.toString();
        }

        private String qualified(String column) {
            return sql.name() + "." + TableSql.quote(sql.column(column).name());
        }

        /** True for the text {@code value} and for the number, boolean or null that is written so. */
        private String jsonMember(Condition.JsonMember member) {
            String memberPath = JsonPath.member(member.name());
            String column = TableSql.quote(sql.column(member.column()).name());
            values.addAll(List.of(memberPath, member.value(), memberPath, member.value()));
            return "(" + column + " -> ? = ? OR " + column + " ->> ? = ?)";
        }

        private String behind(PageCursor after) {
            String comparison = query.descending() ? " < " : " > ";
            if (query.order().equals(TableSql.KEY)) {
                values.add(after.key());
                return ordered(TableSql.KEY) + comparison + "?";
            }
            values.add(after.value());
            values.add(after.key());
            return "(" + ordered(query.order()) + ", " + ordered(TableSql.KEY) + ")" + comparison + "(?, ?)";
        }

        /** A column in a condition; with a plus before it the condition only filters. */
        private String column(String name) {
            String quoted = TableSql.quote(sql.column(name).name());
            return path == null || path.columns().contains(name) ? quoted : "+" + quoted;
        }
    }
}
