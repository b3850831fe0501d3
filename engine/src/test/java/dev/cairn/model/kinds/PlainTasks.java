package dev.cairn.model.kinds;

import dev.cairn.Fence;
import dev.cairn.WriteOptions;
import dev.cairn.model.kinds.PlainLog.Entry;
import dev.cairn.task.NewTask;
import dev.cairn.task.Task;
import dev.cairn.task.TaskPatch;
import dev.cairn.task.Workflow;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tasks under the standard workflow, which leases guard. What else tasks can do is in the model of tasks alone.
 *
 * <p>Threading: one thread.
 */
final class PlainTasks {
    private static final String TOPIC = "task";

    private final PlainLog log;
    private final PlainLeases leases;
    private final Workflow workflow = Workflow.standard();

    PlainTasks(PlainLog log, PlainLeases leases) {
        this.log = log;
        this.leases = leases;
    }

    @Nullable
    String decide(Wish wish, WriteOptions options, @Nullable Entry current) {
        Task task = current == null ? null : (Task) current.view();
        if (wish instanceof Wish.CreateTask create) {
            if (task != null) {
                return PlainLog.conflict("none", current, true);
            }
            NewTask made = create.task();
            String metadata = made.metadata() == null ? "{}" : made.metadata();
            put(
                    "created",
                    made.id(),
                    null,
                    workflow.first(),
                    made.owner(),
                    made.priority(),
                    metadata,
                    options,
                    made.owner());
            endLease(made.id(), false, options, made.owner());
            return null;
        } else if (task == null) {
            return PlainKinds.notFound(wish);
        } else if (wish instanceof Wish.PatchTask patch) {
            return patch(task, patch.patch(), options);
        }
        log.add(TOPIC, wish.key(), "deleted", options, null, null, null);
        if (leases.state(TOPIC + ":" + wish.key()) != null) {
            leases.end(TOPIC + ":" + wish.key(), "completed", options, null);
        }
        return null;
    }

    private @Nullable String patch(Task task, TaskPatch patch, WriteOptions options) {
        String status = patch.status();
        if (status != null) {
            List<String> allowed = workflow.transitions().getOrDefault(task.status(), List.of());
            if (!allowed.contains(status)) {
                return Answers.refused("invalid_transition", task.status(), status, allowed);
            }
        }
        String metadata = patch.metadata() == null ? task.metadata() : Flat.merge(task.metadata(), patch.metadata());
        int priority = patch.priority() == null ? task.priority() : patch.priority();
        String owner = patch.owner() == null ? task.owner() : patch.owner();
        put(
                "patched",
                task.id(),
                task.createdAt(),
                status == null ? task.status() : status,
                owner,
                priority,
                metadata,
                options,
                patch.owner());
        endLease(task.id(), status != null && workflow.finals().contains(status), options, patch.owner());
        return null;
    }

    private void put(
            String type,
            String id,
            @Nullable Instant createdAt,
            String status,
            @Nullable String owner,
            int priority,
            String metadata,
            WriteOptions options,
            @Nullable String actor) {
        Task task = new Task(
                id,
                status,
                owner,
                "default",
                priority,
                metadata,
                0,
                log.version(TOPIC, id) + 1,
                log.nextOffset(),
                createdAt == null ? log.at() : createdAt,
                log.at(),
                false);
        log.add(TOPIC, id, type, options, actor, null, task);
    }

    private void endLease(String id, boolean isFinal, WriteOptions options, @Nullable String actor) {
        boolean revokes = options.fences().stream().anyMatch(fence -> fence.token() == Fence.ANY_TOKEN);
        String guard = TOPIC + ":" + id;
        if ((isFinal || revokes) && leases.state(guard) != null) {
            leases.end(guard, isFinal ? "completed" : "revoked", options, actor);
        }
    }
}
