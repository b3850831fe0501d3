package dev.cairn.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.BatchRefusedException;
import dev.cairn.Cairn;
import dev.cairn.CairnException;
import dev.cairn.ConflictException;
import dev.cairn.Expect;
import dev.cairn.InvalidRequestException;
import dev.cairn.LogRecord;
import dev.cairn.NotFoundException;
import dev.cairn.Receipt;
import dev.cairn.Watermarks;
import dev.cairn.WriteOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tasks as an embedding program meets them. */
class TasksTest {
    private static final WriteOptions DEFAULTS = WriteOptions.defaults();

    @TempDir
    private Path directory;

    private Cairn cairn;
    private Tasks tasks;

    @BeforeEach
    void open() {
        cairn = Cairn.open(directory);
        tasks = cairn.tasks();
    }

    @AfterEach
    void close() {
        cairn.close();
    }

    @Test
    void shouldTakeEveryWriteInBothForms() throws Exception {
        tasks.create(NewTask.of("a"));
        tasks.patch("a", TaskPatch.empty().priority(1));
        tasks.transition("a", "running");
        tasks.upsert("a", TaskPatch.empty().metadata("{\"n\":1}"), DEFAULTS);
        tasks.createAsync(NewTask.of("b"), DEFAULTS).get(10, TimeUnit.SECONDS);
        tasks.patchAsync("b", TaskPatch.empty().owner("me"), DEFAULTS).get(10, TimeUnit.SECONDS);
        tasks.upsertAsync("b", TaskPatch.empty().queue("q"), DEFAULTS).get(10, TimeUnit.SECONDS);
        Receipt last = tasks.transitionAsync("b", "running", DEFAULTS).get(10, TimeUnit.SECONDS);
        assertThat(last.version()).isEqualTo(4);
        assertThat(last.durableOffset()).isGreaterThanOrEqualTo(last.offset());
        assertThat(tasks.get("a").orElseThrow())
                .extracting(Task::status, Task::priority, Task::metadata, Task::version)
                .containsExactly("running", 1, "{\"n\":1}", 4L);
        assertThat(tasks.get("b").orElseThrow())
                .extracting(Task::status, Task::owner, Task::queue, Task::revision)
                .containsExactly("running", "me", "q", last.revision());
        tasks.delete("a");
        tasks.deleteAsync("b", DEFAULTS).get(10, TimeUnit.SECONDS);
        assertThat(tasks.get("a")).isEmpty();
        assertThat(tasks.get("b")).isEmpty();
    }

    @Test
    void shouldShowATaskAsItWas() {
        Receipt created = tasks.create(NewTask.of("a"));
        Instant between = Instant.now();
        Receipt running = tasks.transition("a", "running");
        Receipt deleted = tasks.delete("a");
        cairn.sync();
        assertThat(tasks.getAsOf("a", created.offset()).orElseThrow().status()).isEqualTo("pending");
        assertThat(tasks.getAsOf("a", running.offset()).orElseThrow().status()).isEqualTo("running");
        assertThat(tasks.getAsOf("a", deleted.offset())).isEmpty();
        assertThat(tasks.getAsOf("a", created.offset() - 1)).isEmpty();
        assertThat(tasks.getAsOf("a", Instant.now())).isEmpty();
        assertThat(tasks.getAsOf("a", between.minusSeconds(60))).isEmpty();
        assertThatThrownBy(() -> tasks.getAsOf("a", deleted.offset() + 1_000))
                .isInstanceOf(InvalidRequestException.class);
    }

    @Test
    void shouldTellTheHistoryNewestFirst() {
        tasks.create(NewTask.of("a"));
        tasks.transition("a", "running");
        tasks.delete("a");
        tasks.create(NewTask.of("a"));
        List<LogRecord> history = tasks.history("a");
        assertThat(history).extracting(LogRecord::type).containsExactly("created", "deleted", "patched", "created");
        assertThat(history).extracting(LogRecord::version).containsExactly(4L, 3L, 2L, 1L);
        assertThat(history.get(2).payload()).isEqualTo("{\"status\":\"running\"}");
        assertThat(tasks.history("a", history.get(1).offset(), 1))
                .singleElement()
                .extracting(LogRecord::version)
                .isEqualTo(2L);
        assertThat(tasks.history("a", history.get(3).offset(), 10)).isEmpty();
        assertThatThrownBy(() -> tasks.history("b")).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> tasks.history("a", Long.MAX_VALUE, 0)).isInstanceOf(InvalidRequestException.class);
    }

    @Test
    void shouldNoticeAChange() {
        assertThat(tasks.awaitChange("a", -1, Duration.ofMillis(1))).isFalse();
        Receipt created = tasks.create(NewTask.of("a"));
        assertThat(tasks.awaitChange("a", -1, Duration.ofSeconds(10))).isTrue();
        assertThat(tasks.awaitChange("a", created.revision(), Duration.ofMillis(1)))
                .isFalse();
    }

    @Test
    void shouldMeetExpectations() {
        Receipt created = tasks.create(NewTask.of("a"), DEFAULTS.withExpect(Expect.none()));
        tasks.transition("a", "running", Expect.version(1));
        assertThatThrownBy(() -> tasks.transition("a", "failed", Expect.version(1)))
                .isInstanceOf(ConflictException.class);
        assertThatThrownBy(() -> tasks.transition("a", "failed", Expect.revision(created.revision())))
                .isInstanceOf(ConflictException.class);
        // The expectation is looked at before the workflow.
        assertThatThrownBy(() -> tasks.transition("a", "no such status", Expect.version(1)))
                .isInstanceOf(ConflictException.class);
        tasks.transition("a", "failed", Expect.version(2));
    }

    @Test
    void shouldRememberTheOperationThatPutAWorkflowInForce() {
        WriteOptions operation = WriteOptions.defaults().withOperation("op");
        Receipt first = tasks.workflow(Workflow.openWorkflow(), operation);
        Receipt repeat = tasks.workflow(Workflow.openWorkflow(), operation);

        assertThat(repeat.replayed()).isTrue();
        assertThat(repeat.offset()).isEqualTo(first.offset());
        assertThat(tasks.workflowVersion())
                .isEqualTo(new WorkflowVersion(Workflow.openWorkflow(), 1, first.revision()));
        assertThatThrownBy(() -> tasks.workflow(
                        Workflow.standard(), WriteOptions.defaults().withExpect(Expect.none())))
                .isInstanceOf(ConflictException.class);
    }

    @Test
    void shouldKeepTheWorkflowOverOpenings() {
        assertThat(tasks.workflow()).isEqualTo(Workflow.standard());
        Workflow workflow =
                Workflow.parse("{\"first\":\"new\",\"final\":[\"done\"],\"transitions\":{\"new\":[\"done\"]}}");
        tasks.workflow(workflow);
        Watermarks before = cairn.watermarks();
        tasks.workflow(workflow);
        assertThat(cairn.watermarks().endOffset()).isEqualTo(before.endOffset());
        close();
        open();
        assertThat(tasks.workflow()).isEqualTo(workflow);
        tasks.create(NewTask.of("a"));
        assertThatThrownBy(() -> tasks.create(NewTask.of("b").status("pending")))
                .isInstanceOf(InvalidRequestException.class);
        tasks.transition("a", "done");
        assertThat(tasks.get("a").orElseThrow().status()).isEqualTo("done");
    }

    @Test
    void shouldSeeEarlierItemsOfABatch() {
        cairn.batch()
                .add(TaskWrites.create(NewTask.of("a")))
                .add(TaskWrites.patch("a", TaskPatch.empty().status("running")))
                .add(TaskWrites.check("a"), DEFAULTS.withExpect(Expect.version(2)))
                .add(TaskWrites.delete("a"))
                .add(TaskWrites.upsert("a", TaskPatch.empty().owner("me")))
                .commitAtomic(null);
        assertThat(tasks.get("a").orElseThrow())
                .extracting(Task::status, Task::owner, Task::version)
                .containsExactly("pending", "me", 4L);
        assertThatThrownBy(() -> cairn.batch()
                        .add(TaskWrites.delete("a"))
                        .add(TaskWrites.delete("a"))
                        .commitAtomic(null))
                .isInstanceOfSatisfying(BatchRefusedException.class, refusal -> {
                    assertThat(refusal.index()).isEqualTo(1);
                    assertThat(refusal.refusal()).isInstanceOf(NotFoundException.class);
                });
        assertThat(tasks.get("a")).isPresent();
    }

    @Test
    void shouldListAndCountFromTheProjection() {
        long last = -1;
        for (int i = 0; i < 25; i++) {
            tasks.create(
                    NewTask.of("t" + i).queue("q" + i % 2).priority(i % 5).metadata("{\"repo\":\"r" + i % 3 + "\"}"));
            last = tasks.transition("t" + i, i % 4 == 0 ? "cancelled" : "running")
                    .offset();
        }
        List<Task> found = new ArrayList<>();
        String cursor = null;
        do {
            TaskPage page = tasks.list(query(List.of("running", "pending"), Map.of("repo", "r1"), 3, cursor, last));
            assertThat(page.projectionOffset()).isGreaterThanOrEqualTo(last);
            assertThat(page.tasks()).hasSizeLessThanOrEqualTo(3);
            found.addAll(page.tasks());
            cursor = page.next();
        } while (cursor != null);
        assertThat(found).extracting(Task::id).containsExactly("t19", "t13", "t7", "t22", "t1", "t10");
        assertThat(found).allSatisfy(task -> assertThat(tasks.get(task.id())).contains(task));
        TaskQuery all = query(List.of(), Map.of(), 100, null, last);
        assertThat(tasks.count(all, "status").counts()).isEqualTo(Map.of("cancelled", 7L, "running", 18L));
        assertThat(tasks.count(all, "queue").counts()).isEqualTo(Map.of("q0", 13L, "q1", 12L));
        assertThat(tasks.count(all, "owner").counts()).isEqualTo(Map.of("", 25L));
    }

    @Test
    void shouldSayWhatIsWrongWithAQuestion() {
        refuses(
                () -> tasks.list(query(List.of(), Map.of(), 1, "no cursor", -1)),
                refusal -> assertThat(refusal.where()).isEqualTo("cursor"));
        refuses(
                () -> tasks.count(TaskQuery.all(), "id"),
                refusal -> assertThat(refusal.where()).isEqualTo("by"));
        refuses(
                () -> query(List.of(), Map.of(), 1_001, null, -1),
                refusal -> assertThat(refusal.where()).isEqualTo("limit"));
    }

    /** By priority, largest first. */
    private static TaskQuery query(
            List<String> statuses, Map<String, String> metadata, int limit, @Nullable String cursor, long minOffset) {
        return new TaskQuery(
                statuses,
                null,
                null,
                null,
                null,
                null,
                null,
                metadata,
                TaskQuery.Order.PRIORITY,
                true,
                limit,
                cursor,
                minOffset,
                Duration.ofSeconds(20));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "count", "a\u0000b", "\ud800"})
    void shouldRefuseABadIdEverywhere(String id) {
        refuses(
                () -> tasks.create(NewTask.of(id)),
                refusal -> assertThat(refusal.where()).isEqualTo("/id"));
        Consumer<InvalidRequestException> parameter =
                refusal -> assertThat(refusal.where()).isEqualTo("id");
        refuses(() -> tasks.patch(id, TaskPatch.empty()), parameter);
        refuses(() -> tasks.patchAsync(id, TaskPatch.empty(), DEFAULTS), parameter);
        refuses(() -> tasks.upsert(id, TaskPatch.empty(), DEFAULTS), parameter);
        refuses(() -> tasks.transition(id, "running"), parameter);
        refuses(() -> tasks.delete(id), parameter);
        refuses(() -> tasks.get(id), parameter);
        refuses(() -> tasks.getAsOf(id, 0), parameter);
        refuses(() -> tasks.getAsOf(id, Instant.EPOCH), parameter);
        refuses(() -> tasks.awaitChange(id, -1, Duration.ZERO), parameter);
        refuses(() -> tasks.history(id), parameter);
        assertThat(cairn.watermarks().endOffset())
                .as("records of refused writes")
                .isLessThanOrEqualTo(1);
    }

    private static void refuses(ThrowingCallable call, Consumer<InvalidRequestException> details) {
        assertThatThrownBy(call)
                .isInstanceOf(CairnException.class)
                .isInstanceOfSatisfying(InvalidRequestException.class, details);
    }
}
