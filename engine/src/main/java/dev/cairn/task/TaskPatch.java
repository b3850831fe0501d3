package dev.cairn.task;

import org.jspecify.annotations.Nullable;

/**
 * A change to a task: a null field stays as it is. Immutable: each method returns a changed copy.
 *
 * @param status the next status
 * @param owner the next owner
 * @param clearOwner whether the task is to have no owner
 * @param queue the next queue
 * @param priority the next priority
 * @param metadata a JSON object, merged into the task's by RFC 7396; {@code "null"}, the JSON value, empties it
 */
public record TaskPatch(
        @Nullable String status,
        @Nullable String owner,
        boolean clearOwner,
        @Nullable String queue,
        @Nullable Integer priority,
        @Nullable String metadata) {
    private static final TaskPatch EMPTY = new TaskPatch(null, null, false, null, null, null);

    /** Changes nothing but is recorded all the same. */
    public static TaskPatch empty() {
        return EMPTY;
    }

    public TaskPatch status(String value) {
        return new TaskPatch(value, owner, clearOwner, queue, priority, metadata);
    }

    public TaskPatch owner(String value) {
        return new TaskPatch(status, value, false, queue, priority, metadata);
    }

    public TaskPatch noOwner() {
        return new TaskPatch(status, null, true, queue, priority, metadata);
    }

    public TaskPatch queue(String value) {
        return new TaskPatch(status, owner, clearOwner, value, priority, metadata);
    }

    public TaskPatch priority(int value) {
        return new TaskPatch(status, owner, clearOwner, queue, value, metadata);
    }

    public TaskPatch metadata(String json) {
        return new TaskPatch(status, owner, clearOwner, queue, priority, json);
    }
}
