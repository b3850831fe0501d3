package dev.cairn.internal.projection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.InvalidRequestException;
import dev.cairn.WriteOptions;
import dev.cairn.lease.LeaseModule;
import dev.cairn.task.NewTask;
import dev.cairn.task.Task;
import dev.cairn.task.TaskModule;
import dev.cairn.task.TaskPage;
import dev.cairn.task.TaskPatch;
import dev.cairn.task.TaskQuery;
import dev.cairn.task.Tasks;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tasks through their own client: what lists and counts say is what reading each task says. */
class TaskProjectionTest {
    @TempDir
    Path directory;

    private final MemoryHost host = new MemoryHost();
    private final TaskModule module = new TaskModule(1 << 20, new LeaseModule().ledger());
    private final Tasks tasks = module.client(host);
    private SqliteProjection projection;

    @BeforeEach
    void setUp() {
        open();
    }

    private void open() {
        projection = SqliteProjection.open(directory, module.kinds(), host, host.log);
        projection.start();
        host.projection(projection);
    }

    @AfterEach
    void tearDown() {
        projection.close();
    }

    @Test
    void shouldListTasksAsTheyAre() {
        for (int i = 0; i < 60; i++) {
            tasks.create(NewTask.of("task-" + i)
                    .owner("agent-" + i % 3)
                    .queue(i % 2 == 0 ? "build" : "test")
                    .priority(i % 5)
                    .metadata("{\"n\":" + i + ",\"deep\":{\"x\":[1,2]},\"word\":\"grün\"}"));
        }
        for (int i = 0; i < 60; i += 2) {
            tasks.transition("task-" + i, "running");
            for (int patch = 0; patch < i; patch++) {
                tasks.patch("task-" + i, TaskPatch.empty().metadata("{\"patch\":" + patch + ",\"n\":null}"));
            }
        }
        tasks.patch("task-1", TaskPatch.empty().noOwner());
        tasks.delete("task-3");
        tasks.delete("task-5");
        tasks.create(NewTask.of("task-5"));

        List<Task> listed = list(TaskQuery.all());

        assertThat(listed)
                .hasSize(59)
                .allSatisfy(task -> assertThat(tasks.get(task.id())).contains(task));
        assertThat(counts("status")).containsOnly(Map.entry("running", 30L), Map.entry("pending", 29L));
        assertThat(counts("owner")).containsEntry("", 2L);

        projection.close();
        open();
        assertThat(list(TaskQuery.all())).isEqualTo(listed);
    }

    @Test
    void shouldFilterByAMemberOfTheMetadata() {
        tasks.create(NewTask.of("a").metadata("{\"org:group\":\"V30\"}"));
        tasks.create(NewTask.of("b").metadata("{\"org:group\":\"V5\"}"));

        assertThat(list(query(Map.of("org:group", "V30"), TaskQuery.Order.PRIORITY, 10)))
                .extracting(Task::id)
                .containsExactly("a");
    }

    @Test
    void shouldPageThroughTiesInTheOrderOfTheIds() {
        for (int i = 0; i < 25; i++) {
            tasks.create(NewTask.of(String.format("t%02d", i)).priority(i % 2));
        }
        List<String> ids = new ArrayList<>();
        TaskQuery query = query(Map.of(), TaskQuery.Order.PRIORITY, 4);
        String cursor = null;
        do {
            TaskPage page = page(new TaskQuery(
                    List.of(),
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    Map.of(),
                    query.order(),
                    true,
                    4,
                    cursor,
                    durable(),
                    Duration.ofSeconds(30)));
            page.tasks().forEach(task -> ids.add(task.priority() + task.id()));
            cursor = page.next();
        } while (cursor != null);

        assertThat(ids).hasSize(25).isSortedAccordingTo(java.util.Comparator.reverseOrder());
    }

    @Test
    void shouldRefuseABadCursor() {
        assertThatThrownBy(() -> page(new TaskQuery(
                        List.of(),
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        Map.of(),
                        TaskQuery.Order.ID,
                        false,
                        10,
                        "nonsense",
                        -1,
                        Duration.ofSeconds(30))))
                .isInstanceOf(InvalidRequestException.class);
    }

    @Test
    void shouldKeepLargeMetadataWhole() {
        String metadata = "{\"text\":\"" + "ä".repeat(300_000) + "\"}";
        tasks.create(NewTask.of("large").metadata(metadata), WriteOptions.defaults());

        assertThat(list(TaskQuery.all())).extracting(Task::metadata).containsExactly(metadata);
    }

    private static TaskQuery query(Map<String, String> metadata, TaskQuery.Order order, int limit) {
        return new TaskQuery(
                List.of(),
                null,
                null,
                null,
                null,
                null,
                null,
                metadata,
                order,
                true,
                limit,
                null,
                -1,
                Duration.ofSeconds(30));
    }

    private List<Task> list(TaskQuery query) {
        host.log.force();
        return page(new TaskQuery(
                        query.statuses(),
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        query.metadata(),
                        query.order(),
                        query.descending(),
                        1_000,
                        null,
                        durable(),
                        Duration.ofSeconds(30)))
                .tasks();
    }

    private TaskPage page(TaskQuery query) {
        host.log.force();
        return tasks.list(query);
    }

    private long durable() {
        host.log.force();
        return host.durableOffset();
    }

    private Map<String, Long> counts(String by) {
        return tasks.count(TaskQuery.all(), by).counts();
    }
}
