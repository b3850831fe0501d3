package dev.cairn.server;

import dev.cairn.InvalidRequestException;
import dev.cairn.Write;
import dev.cairn.task.NewTask;
import dev.cairn.task.TaskPatch;
import dev.cairn.task.TaskWrites;
import java.io.IOException;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Lines about tasks.
 *
 * <p>Threading: one thread.
 */
final class TaskForm implements LineForm {
    private static final String DEFAULT_QUEUE = "default";
    private static final Set<String> ID = Set.of("id");
    private static final Set<String> ALL = Set.of("id", "status", "owner", "queue", "priority", "metadata");
    private static final Map<BatchOp, Set<String>> OPS =
            Map.of(BatchOp.CREATE, ALL, BatchOp.PATCH, ALL, BatchOp.UPSERT, ALL, BatchOp.DELETE, ID, BatchOp.CHECK, ID);

    /** Members that were given as null. */
    private final Set<String> nulls = new HashSet<>();

    private @Nullable String id;
    private @Nullable String status;
    private @Nullable String owner;
    private @Nullable String queue;
    private @Nullable Integer priority;
    private @Nullable String metadata;

    @Override
    public Map<BatchOp, Set<String>> ops() {
        return OPS;
    }

    @Override
    public void clear() {
        nulls.clear();
        id = null;
        status = null;
        owner = null;
        queue = null;
        priority = null;
        metadata = null;
    }

    @Override
    public boolean take(String name, JsonReader json) throws IOException {
        if (!ALL.contains(name)) {
            return false;
        }
        if (json.isNull()) {
            nulls.add(name);
            return true;
        }
        switch (name) {
            case "id" -> id = json.text();
            case "status" -> status = json.text();
            case "owner" -> owner = json.text();
            case "queue" -> queue = json.text();
            case "priority" -> priority = (int) json.number(Integer.MIN_VALUE, Integer.MAX_VALUE);
            default -> metadata = json.rawObject();
        }
        return true;
    }

    @Override
    public Write write(BatchOp op) {
        String task = LineForm.given(id, "id");
        return switch (op) {
            case CREATE ->
                TaskWrites.create(new NewTask(task, status, owner, queue, priority == null ? 0 : priority, metadata));
            case PATCH -> TaskWrites.patch(task, patch());
            case UPSERT -> TaskWrites.upsert(task, patch());
            case DELETE -> TaskWrites.delete(task);
            default -> TaskWrites.check(task);
        };
    }

    /** Null takes a member away, as in every merge patch. */
    private TaskPatch patch() {
        if (nulls.contains("status")) {
            throw new InvalidRequestException("expected a string as status, was null", "/status");
        }
        return new TaskPatch(
                status,
                owner,
                nulls.contains("owner"),
                nulls.contains("queue") ? DEFAULT_QUEUE : queue,
                nulls.contains("priority") ? Integer.valueOf(0) : priority,
                nulls.contains("metadata") ? "null" : metadata);
    }
}
