package dev.cairn.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.internal.kind.BoundCommand;
import dev.cairn.internal.kind.Entity;
import dev.cairn.internal.kind.KindHarness;
import dev.cairn.internal.kind.Rejection;
import dev.cairn.lease.LeaseModule;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Tasks against a model that knows no bytes: any run of commands ends in the same tasks and the same refusals. */
class TaskModelTest {
    private static final int ROUNDS = 5_000;

    private final WorkflowKind workflowKind = new WorkflowKind();
    private final TaskKind taskKind = new TaskKind(workflowKind, 1 << 20, new LeaseModule().ledger());
    private final KindHarness harness = new KindHarness(List.of(workflowKind, taskKind));
    private final Map<String, Model> models = new HashMap<>();

    private static final class Model {
        boolean exists;
        long version;
        String status = "";

        @Nullable
        String owner;

        String queue = "";
        int priority;
        final Map<String, Integer> metadata = new TreeMap<>();
    }

    @Test
    void shouldEndInTheSameTasksAsTheModel() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            String id = "task-" + random.nextInt(20);
            TaskPatch patch = patch(random);
            int verb = random.nextInt(10);
            Model model = models.computeIfAbsent(id, key -> new Model());
            Rejection rejection;
            String expected;
            if (verb == 0) {
                rejection = harness.apply((BoundCommand) TaskWrites.delete(id));
                expected = delete(model);
            } else if (verb < 4) {
                rejection = harness.apply((BoundCommand) TaskWrites.upsert(id, patch));
                expected = model.exists ? change(model, patch) : begin(model, patch);
            } else {
                rejection = harness.apply((BoundCommand) TaskWrites.patch(id, patch));
                expected = model.exists ? change(model, patch) : "not_found";
            }
            assertThat(rejection == null ? "" : rejection.toException().code())
                    .as("seed %d, round %d: %s of %s", seed, round, patch, id)
                    .isEqualTo(expected);
            check(id, model, "seed " + seed + ", round " + round);
        }
    }

    private static TaskPatch patch(Random random) {
        TaskPatch patch = TaskPatch.empty();
        if (random.nextBoolean()) {
            List<String> statuses = Workflow.standard().statuses();
            patch = patch.status(random.nextInt(20) == 0 ? "odd" : statuses.get(random.nextInt(statuses.size())));
        }
        if (random.nextInt(3) == 0) {
            patch = random.nextInt(4) == 0 ? patch.noOwner() : patch.owner("agent-" + random.nextInt(3));
        }
        if (random.nextInt(4) == 0) {
            patch = patch.queue("queue-" + "ü".repeat(random.nextInt(3)));
        }
        if (random.nextInt(4) == 0) {
            patch = patch.priority(random.nextInt());
        }
        if (random.nextInt(2) == 0) {
            patch = patch.metadata("{\"m" + random.nextInt(5) + "\": "
                    + (random.nextInt(3) == 0 ? "null" : Integer.toString(random.nextInt(100))) + "}");
        }
        return patch;
    }

    private static String begin(Model model, TaskPatch patch) {
        String refusal = patch.status() == null || patch.status().equals("pending")
                ? ""
                : patch.status().equals("odd") ? "invalid_request" : "invalid_transition";
        if (refusal.isEmpty()) {
            model.exists = true;
            model.status = "pending";
            model.owner = null;
            model.queue = "default";
            model.priority = 0;
            model.metadata.clear();
            apply(model, patch);
        }
        return refusal;
    }

    private static String change(Model model, TaskPatch patch) {
        List<String> allowed = Workflow.standard().transitions().getOrDefault(model.status, List.of());
        if (patch.status() != null && !allowed.contains(patch.status())) {
            return patch.status().equals("odd") ? "invalid_request" : "invalid_transition";
        }
        apply(model, patch);
        return "";
    }

    private static void apply(Model model, TaskPatch patch) {
        model.version++;
        model.status = patch.status() == null ? model.status : patch.status();
        model.owner = patch.clearOwner() ? null : patch.owner() == null ? model.owner : patch.owner();
        model.queue = patch.queue() == null ? model.queue : patch.queue();
        model.priority = patch.priority() == null ? model.priority : patch.priority();
        if (patch.metadata() != null) {
            String[] member = patch.metadata().replaceAll("[{}\" ]", "").split(":");
            if (member[1].equals("null")) {
                model.metadata.remove(member[0]);
            } else {
                model.metadata.put(member[0], Integer.valueOf(member[1]));
            }
        }
    }

    private static String delete(Model model) {
        if (!model.exists) {
            return "not_found";
        }
        model.exists = false;
        model.version++;
        return "";
    }

    private void check(String id, Model model, String where) {
        Entity entity = harness.entity(taskKind, null, id);
        assertThat(entity.version()).as(where).isEqualTo(model.version);
        assertThat(entity.exists()).as(where).isEqualTo(model.exists);
        if (model.exists) {
            Task task = TaskBody.decode(id, entity);
            assertThat(task)
                    .as(where)
                    .extracting(Task::status, Task::owner, Task::queue, Task::priority)
                    .containsExactly(model.status, model.owner, model.queue, model.priority);
            assertThat(members(task.metadata())).as(where).isEqualTo(model.metadata);
        }
    }

    private static Map<String, Integer> members(String metadata) {
        return metadata.replaceAll("[{}\"]", "")
                .lines()
                .flatMap(line -> List.of(line.split(",")).stream())
                .map(member -> member.split(":"))
                .collect(Collectors.toMap(
                        member -> member[0], member -> Integer.valueOf(member[1]), (a, b) -> b, TreeMap::new));
    }
}
