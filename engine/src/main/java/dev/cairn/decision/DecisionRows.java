package dev.cairn.decision;

import dev.cairn.internal.kind.Micros;
import dev.cairn.internal.kind.RowQuery;
import dev.cairn.internal.kind.RowQuery.Condition;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Questions about decisions in the words of the projection's rows.
 *
 * <p>Threading: stateless.
 */
final class DecisionRows {
    private DecisionRows() {}

    static RowQuery query(DecisionQuery query) {
        return new RowQuery(
                conditions(query),
                DecisionTable.OFFSET,
                query.newestFirst(),
                query.limit(),
                query.cursor(),
                query.minOffset(),
                query.waitMax());
    }

    private static List<Condition> conditions(DecisionQuery query) {
        List<Condition> conditions = new ArrayList<>();
        if (query.agent() != null) {
            conditions.add(new Condition.In(DecisionTable.AGENT, List.of(query.agent())));
        }
        if (query.task() != null) {
            conditions.add(new Condition.In(DecisionTable.TASK, List.of(query.task())));
        }
        if (query.after() >= 0) {
            conditions.add(new Condition.Above(DecisionTable.OFFSET, query.after(), false));
        }
        if (query.before() < Long.MAX_VALUE) {
            conditions.add(new Condition.Below(DecisionTable.OFFSET, query.before()));
        }
        // Both ends are exclusive; rows know microseconds, so the bounds are widened to them.
        Instant after = query.afterTime();
        if (after != null) {
            conditions.add(new Condition.Above(DecisionTable.AT, Micros.floor(after), false));
        }
        Instant before = query.beforeTime();
        if (before != null) {
            conditions.add(new Condition.Below(DecisionTable.AT, Micros.ceiling(before)));
        }
        return conditions;
    }
}
