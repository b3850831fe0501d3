package dev.cairn.internal.projection;

import static dev.cairn.internal.projection.ProjectionFixture.all;
import static dev.cairn.internal.projection.ProjectionFixture.as;
import static dev.cairn.internal.projection.ProjectionFixture.where;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.internal.kind.Kind;
import dev.cairn.internal.kind.KindIds;
import dev.cairn.internal.kind.RowQuery;
import dev.cairn.internal.kind.RowQuery.Condition;
import dev.cairn.lease.LeaseModule;
import dev.cairn.task.TaskModule;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That SQLite answers questions about tasks from the indexes that are there for them. */
class QueryPlanTest {
    private static final Condition PENDING = new Condition.In("status", List.of("pending"));
    private static final Condition TWO_STATUSES = new Condition.In("status", List.of("pending", "running"));
    private static final Condition OWNER = new Condition.In("owner", List.of("agent-1"));
    private static final Condition QUEUE = new Condition.In("queue", List.of("default"));

    @TempDir
    Path directory;

    private final Kind task = new TaskModule(1 << 20, new LeaseModule().ledger())
            .kinds().stream()
                    .filter(kind -> kind.id() == KindIds.TASK)
                    .findFirst()
                    .orElseThrow();
    private SqliteProjection projection;

    @BeforeEach
    void setUp() throws InterruptedException {
        NoteLog notes = new NoteLog();
        notes.installation = UUID.randomUUID();
        projection = SqliteProjection.open(directory, List.of(task), notes, notes.log);
        projection.start();
        assertThat(projection.awaitPosition(-1, ProjectionFixture.WAIT)).isTrue();
    }

    @AfterEach
    void tearDown() {
        projection.close();
    }

    @Test
    void shouldListByIdFromTheKeyIndex() {
        assertPlan(all(), "SCAN task USING INDEX sqlite_autoindex_task_1");
        assertPlan(behind(all()), "SEARCH task USING INDEX sqlite_autoindex_task_1 (key>?)");
    }

    @Test
    void shouldListByTimeFromItsIndex() {
        assertPlan(as(all(), "created_at", true, 10, null), "SCAN task USING INDEX task_2");
        assertPlan(as(all(), "updated_at", false, 10, null), "SCAN task USING INDEX task_3");
        assertPlan(
                behind(as(all(), "updated_at", true, 10, null)),
                "SEARCH task USING INDEX task_3 ((updated_at,key)<(?,?))");
    }

    @Test
    void shouldSearchATimeRangeInItsIndex() {
        RowQuery range = where(new Condition.Above("updated_at", 5, false), new Condition.Below("updated_at", 9));
        assertPlan(
                as(range, "updated_at", true, 10, null),
                "SEARCH task USING INDEX task_3 (updated_at>? AND updated_at<?)");
    }

    @Test
    void shouldListOneStatusByCreationFromTheirIndex() {
        RowQuery query = as(where(PENDING), "created_at", true, 10, null);
        assertPlan(query, "SEARCH task USING INDEX task_1 (status=?)");
        assertPlan(behind(query), "SEARCH task USING INDEX task_1 (status=? AND (created_at,key)<(?,?))");
    }

    @Test
    void shouldMergeSeveralStatusesInOrderWithoutSorting() {
        RowQuery query = as(where(TWO_STATUSES), "created_at", true, 10, null);
        assertThat(plan(query))
                .contains("MERGE (UNION ALL)")
                .noneMatch(step -> step.contains("TEMP B-TREE"))
                .filteredOn(step -> step.contains("task"))
                .containsExactly(
                        "SEARCH task USING INDEX task_1 (status=?)", "SEARCH task USING INDEX task_1 (status=?)");
    }

    @Test
    void shouldListOneOwnerByIdFromItsIndex() {
        assertPlan(where(OWNER), "SEARCH task USING INDEX task_5 (owner=?)");
        assertPlan(behind(where(OWNER)), "SEARCH task USING INDEX task_5 (owner=? AND key>?)");
    }

    @Test
    void shouldListAQueueByPriorityFromItsIndex() {
        RowQuery query = as(where(QUEUE, PENDING), "priority", true, 10, null);
        assertPlan(query, "SEARCH task USING INDEX task_6 (queue=? AND status=?)");
        assertPlan(behind(query), "SEARCH task USING INDEX task_6 (queue=? AND status=? AND (priority,key)<(?,?))");
    }

    @Test
    void shouldListByPriorityFromItsIndex() {
        assertPlan(as(all(), "priority", true, 10, null), "SCAN task USING INDEX task_4");
    }

    /** There are no tasks, so few have the status: they are looked up and sorted. */
    @Test
    void shouldLookUpAndSortFewMatches() {
        RowQuery query = as(where(PENDING), "updated_at", true, 10, null);
        assertThat(plan(query))
                .containsExactly("SEARCH task USING INDEX task_1 (status=?)", "USE TEMP B-TREE FOR ORDER BY");
        assertThat(plan(behind(query)))
                .containsExactly("SEARCH task USING INDEX task_1 (status=?)", "USE TEMP B-TREE FOR ORDER BY");
        assertThat(plan(as(where(TWO_STATUSES), "updated_at", true, 10, null)))
                .containsExactly("SEARCH task USING INDEX task_1 (status=?)", "USE TEMP B-TREE FOR ORDER BY");
        assertThat(plan(as(where(PENDING, OWNER), "created_at", false, 10, null)))
                .containsExactly("SEARCH task USING INDEX task_5 (owner=?)", "USE TEMP B-TREE FOR ORDER BY");
    }

    /** With no row counted as few, every filter only filters. */
    @Test
    void shouldWalkTheIndexOfTheOrderThroughManyMatches() {
        try (ProjectionReader reader = new ProjectionReader(
                new ProjectionFile(directory), new ProjectionSchema(List.of(task)), why -> {}, 0)) {
            RowQuery query = as(where(PENDING, OWNER), "updated_at", true, 10, null);
            assertThat(reader.plan(task, query)).containsExactly("SCAN task USING INDEX task_3");
            assertThat(reader.plan(task, behind(query)))
                    .containsExactly("SEARCH task USING INDEX task_3 ((updated_at,key)<(?,?))");
            assertThat(reader.plan(task, where(TWO_STATUSES)))
                    .containsExactly("SCAN task USING INDEX sqlite_autoindex_task_1");
            assertThat(reader.plan(task, as(where(PENDING, OWNER), "created_at", true, 10, null)))
                    .containsExactly("SEARCH task USING INDEX task_1 (status=?)");
            assertThat(reader.plan(task, as(where(OWNER, QUEUE, TWO_STATUSES), "priority", true, 10, null)))
                    .noneMatch(step -> step.contains("TEMP B-TREE"))
                    .contains("SEARCH task USING INDEX task_6 (queue=? AND status=?)");
        }
    }

    @Test
    void shouldCountByStatusOrOwnerFromAnIndexAlone() {
        assertThat(projection.reader().plan(task, all(), "status"))
                .containsExactly("SCAN task USING COVERING INDEX task_1");
        assertThat(projection.reader().plan(task, all(), "owner"))
                .containsExactly("SCAN task USING COVERING INDEX task_5");
        assertThat(projection.reader().plan(task, all(), "queue"))
                .containsExactly("SCAN task USING COVERING INDEX task_6");
        assertThat(projection.reader().plan(task, where(PENDING), "status"))
                .containsExactly("SEARCH task USING COVERING INDEX task_1 (status=?)");
    }

    private void assertPlan(RowQuery query, String step) {
        assertThat(plan(query)).as(query.toString()).containsExactly(step);
    }

    private List<String> plan(RowQuery query) {
        return projection.reader().plan(task, query);
    }

    /** The same query with a cursor. */
    private RowQuery behind(RowQuery query) {
        Object value = query.order().equals("key") ? "k" : (Object) 7L;
        String after = PageCursor.encode(new TableSql(task.table()), query, value, "k");
        return as(query, query.order(), query.descending(), query.limit(), after);
    }
}
