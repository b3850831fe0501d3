package dev.cairn.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.cairn.InvalidRequestException;
import dev.cairn.internal.kind.RowQuery;
import dev.cairn.internal.kind.RowQuery.Condition;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class TaskRowsTest {
    @Test
    void shouldAskForEverythingByDefault() {
        assertThat(TaskRows.query(TaskQuery.all()))
                .isEqualTo(new RowQuery(List.of(), "key", false, 100, null, -1, Duration.ofSeconds(5)));
    }

    @Test
    void shouldTurnEachFilterIntoACondition() {
        Instant second = Instant.parse("1970-01-01T00:00:01Z");
        TaskQuery query = new TaskQuery(
                List.of("running", "blocked"),
                "me",
                "q",
                second,
                second.plusNanos(1),
                second.minusNanos(1),
                second,
                Map.of("repo", "cairn", "attempt", "3"),
                TaskQuery.Order.UPDATED_AT,
                true,
                7,
                "opaque",
                42,
                Duration.ofMillis(9));
        assertThat(TaskRows.query(query))
                .isEqualTo(new RowQuery(
                        List.of(
                                new Condition.In("status", List.of("running", "blocked")),
                                new Condition.In("owner", List.of("me")),
                                new Condition.In("queue", List.of("q")),
                                new Condition.Above("updated_at", 1_000_000, false),
                                new Condition.Below("updated_at", 1_000_001),
                                new Condition.Above("created_at", 999_999, false),
                                new Condition.Below("created_at", 1_000_000),
                                new Condition.JsonMember("metadata", "attempt", "3"),
                                new Condition.JsonMember("metadata", "repo", "cairn")),
                        "updated_at",
                        true,
                        7,
                        "opaque",
                        42,
                        Duration.ofMillis(9)));
    }

    @ParameterizedTest
    @EnumSource(TaskQuery.Order.class)
    void shouldOrderByAColumnThatExists(TaskQuery.Order order) {
        TaskQuery all = TaskQuery.all();
        String column = TaskRows.query(new TaskQuery(
                        all.statuses(),
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        Map.of(),
                        order,
                        false,
                        1,
                        null,
                        -1,
                        Duration.ZERO))
                .order();
        List<String> columns = new ArrayList<>(List.of("key"));
        new TaskTable().columns().forEach(held -> columns.add(held.name()));
        assertThat(columns).contains(column);
    }

    @ParameterizedTest
    @CsvSource({"status", "owner", "queue"})
    void shouldCountByFewFields(String field) {
        assertThat(TaskRows.countable(field)).isEqualTo(field);
    }

    @Test
    void shouldRefuseToCountByAnythingElse() {
        InvalidRequestException refusal =
                catchThrowableOfType(InvalidRequestException.class, () -> TaskRows.countable("metadata"));
        assertThat(refusal.where()).isEqualTo("by");
        assertThat(refusal).hasMessage("expected status, owner or queue, was metadata");
    }
}
