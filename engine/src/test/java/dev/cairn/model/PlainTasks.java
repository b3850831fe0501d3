package dev.cairn.model;

import dev.cairn.WriteOptions;
import dev.cairn.task.NewTask;
import dev.cairn.task.Task;
import dev.cairn.task.TaskPatch;
import dev.cairn.task.Workflow;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Tasks as a map, and what a wish about one comes to under the workflow in force.
 *
 * <p>Threading: one thread.
 */
final class PlainTasks {
    private static final String TOPIC = "task";

    private final PlainModel model;
    private final int jsonBytesMax;
    private Map<String, Task> tasks = new TreeMap<>();

    PlainTasks(PlainModel model, int jsonBytesMax) {
        this.model = model;
        this.jsonBytesMax = jsonBytesMax;
    }

    /** What a batch which is refused must leave as it was. */
    Map<String, Task> save() {
        return new TreeMap<>(tasks);
    }

    void takeBack(Map<String, Task> saved) {
        tasks = saved;
    }

    /** All tasks that exist, by id. */
    Map<String, Task> all() {
        return tasks;
    }

    /** The task of {@code id} is now {@code task}; null for none. */
    void put(String id, @Nullable Task task) {
        if (task != null) {
            tasks.put(id, task);
        } else {
            tasks.remove(id);
        }
    }

    /** What a wish about a task comes to that neither leases nor an expectation refuse. */
    Answer.@Nullable Refused decide(Wish wish, WriteOptions options) {
        if (wish instanceof Wish.Create create) {
            PlainModel.Head head = model.head(TOPIC, wish.key());
            return head.exists() ? PlainModel.conflict("none", head) : create(create.task(), options);
        }
        Task task = tasks.get(wish.key());
        if (wish instanceof Wish.Upsert upsert) {
            return task == null ? create(asNewTask(upsert), options) : patch(task, upsert.patch(), options);
        } else if (task == null) {
            return Answer.refused("not_found", TOPIC, wish.key());
        } else if (wish instanceof Wish.Patch patch) {
            return patch(task, patch.patch(), options);
        }
        model.add(TOPIC, task.id(), "deleted", options, null, Map.of(), null, false);
        model.claims().written(task.id(), null, true, options, null);
        return null;
    }

    /** The task that a patch begins: its nulls mean nothing yet. */
    private static NewTask asNewTask(Wish.Upsert upsert) {
        TaskPatch patch = upsert.patch();
        String metadata = patch.metadata();
        return new NewTask(
                upsert.key(),
                patch.status(),
                patch.owner(),
                patch.queue(),
                patch.priority() == null ? 0 : patch.priority(),
                metadata == null ? null : PlainJson.print(PlainJson.merge(null, PlainJson.parse(metadata))));
    }

    private Answer.@Nullable Refused create(NewTask wanted, WriteOptions options) {
        Workflow workflow = model.workflow();
        String status = wanted.status() == null ? workflow.first() : wanted.status();
        if (!workflow.open() && !status.equals(workflow.first())) {
            return model.known(status)
                    ? Answer.refused("invalid_transition", null, status, List.of(workflow.first()))
                    : Answer.refused("invalid_request", "/status");
        }
        String metadata = wanted.metadata() == null ? "{}" : wanted.metadata();
        if (wanted.metadata() != null && metadata.length() > jsonBytesMax) {
            return Answer.refused("too_large", "metadata", (long) jsonBytesMax, (long) metadata.length());
        }
        String queue = wanted.queue() == null ? "default" : wanted.queue();
        Map<String, @Nullable Object> payload = new LinkedHashMap<>();
        payload.put("status", status);
        payload.put("owner", wanted.owner());
        payload.put("queue", queue);
        payload.put("priority", (long) wanted.priority());
        payload.put("metadata", PlainJson.parse(metadata));
        long version = model.head(TOPIC, wanted.id()).version() + 1;
        Task task = new Task(
                wanted.id(),
                status,
                wanted.owner(),
                queue,
                wanted.priority(),
                metadata,
                0,
                version,
                model.nextOffset(),
                model.lastAt(),
                model.lastAt(),
                false);
        model.claims().created(wanted.id(), model.nextOffset());
        model.add(TOPIC, wanted.id(), "created", options, wanted.owner(), payload, task, true);
        model.claims().written(wanted.id(), status, false, options, wanted.owner());
        return null;
    }

    private Answer.@Nullable Refused patch(Task task, TaskPatch patch, WriteOptions options) {
        Workflow workflow = model.workflow();
        String status = patch.status();
        if (status != null && !workflow.open()) {
            List<String> allowed = workflow.transitions().getOrDefault(task.status(), List.of());
            if (!model.known(status)) {
                return Answer.refused("invalid_request", "/status");
            } else if (!allowed.contains(status)) {
                return Answer.refused("invalid_transition", task.status(), status, allowed);
            }
        }
        String metadata = task.metadata();
        if (patch.metadata() != null) {
            metadata = PlainJson.print(PlainJson.merge(PlainJson.parse(metadata), PlainJson.parse(patch.metadata())));
            int bytes = Math.max(metadata.length(), patch.metadata().length());
            if (bytes > jsonBytesMax) {
                return Answer.refused("too_large", "metadata", (long) jsonBytesMax, (long)
                        (patch.metadata().length() > jsonBytesMax
                                ? patch.metadata().length()
                                : metadata.length()));
            }
        }
        String failed = workflow.claim().failed();
        boolean anew = status != null && task.attempts() > 0 && task.status().equals(failed) && !status.equals(failed);
        Task after = new Task(
                task.id(),
                status == null ? task.status() : status,
                patch.clearOwner() ? null : patch.owner() == null ? task.owner() : patch.owner(),
                patch.queue() == null ? task.queue() : patch.queue(),
                patch.priority() == null ? task.priority() : patch.priority(),
                metadata,
                anew ? 0 : task.attempts(),
                task.version() + 1,
                model.nextOffset(),
                task.createdAt(),
                model.lastAt(),
                false);
        Map<String, @Nullable Object> payload = payload(patch);
        if (anew) {
            payload.put("attempts", 0L);
        }
        model.add(TOPIC, task.id(), "patched", options, patch.owner(), payload, after, true);
        model.claims().written(task.id(), status, false, options, patch.owner());
        return null;
    }

    private static Map<String, @Nullable Object> payload(TaskPatch patch) {
        Map<String, @Nullable Object> payload = new LinkedHashMap<>();
        if (patch.status() != null) {
            payload.put("status", patch.status());
        }
        if (patch.owner() != null || patch.clearOwner()) {
            payload.put("owner", patch.owner());
        }
        if (patch.queue() != null) {
            payload.put("queue", patch.queue());
        }
        if (patch.priority() != null) {
            payload.put("priority", (long) patch.priority());
        }
        if (patch.metadata() != null) {
            payload.put("metadata", PlainJson.parse(patch.metadata()));
        }
        return payload;
    }
}
