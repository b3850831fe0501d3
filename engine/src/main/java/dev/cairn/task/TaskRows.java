package dev.cairn.task;

import dev.cairn.InvalidRequestException;
import dev.cairn.internal.kind.Micros;
import dev.cairn.internal.kind.RowQuery;
import dev.cairn.internal.kind.RowQuery.Condition;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Questions about tasks in the words of the projection's rows.
 *
 * <p>Threading: stateless.
 */
final class TaskRows {
    private TaskRows() {}

    static RowQuery query(TaskQuery query) {
        return new RowQuery(
                conditions(query),
                column(query.order()),
                query.descending(),
                query.limit(),
                query.cursor(),
                query.minOffset(),
                query.waitMax());
    }

    /**
     * The column to count by.
     *
     * @throws InvalidRequestException if tasks are not counted by {@code field}
     */
    static String countable(String field) {
        return switch (field) {
            case "status" -> TaskTable.STATUS;
            case "owner" -> TaskTable.OWNER;
            case "queue" -> TaskTable.QUEUE;
            default -> throw new InvalidRequestException("expected status, owner or queue, was " + field, "by");
        };
    }

    private static String column(TaskQuery.Order order) {
        return switch (order) {
            case CREATED_AT -> TaskTable.CREATED_AT;
            case UPDATED_AT -> TaskTable.UPDATED_AT;
            case PRIORITY -> TaskTable.PRIORITY;
            case ID -> "key";
        };
    }

    private static List<Condition> conditions(TaskQuery query) {
        List<Condition> conditions = new ArrayList<>();
        if (!query.statuses().isEmpty()) {
            conditions.add(new Condition.In(TaskTable.STATUS, List.copyOf(query.statuses())));
        }
        if (query.owner() != null) {
            conditions.add(new Condition.In(TaskTable.OWNER, List.of(query.owner())));
        }
        if (query.queue() != null) {
            conditions.add(new Condition.In(TaskTable.QUEUE, List.of(query.queue())));
        }
        addRange(conditions, TaskTable.UPDATED_AT, query.updatedAfter(), query.updatedBefore());
        addRange(conditions, TaskTable.CREATED_AT, query.createdAfter(), query.createdBefore());
        // Sorted, so that equal questions are equal statements.
        new TreeMap<>(query.metadata())
                .forEach((name, value) -> conditions.add(new Condition.JsonMember(TaskTable.METADATA, name, value)));
        return conditions;
    }

    /** Both ends are exclusive; rows know microseconds, so the bounds are widened to them. */
    private static void addRange(
            List<Condition> conditions, String column, @Nullable Instant after, @Nullable Instant before) {
        if (after != null) {
            conditions.add(new Condition.Above(column, Micros.floor(after), false));
        }
        if (before != null) {
            conditions.add(new Condition.Below(column, Micros.ceiling(before)));
        }
    }
}
