package dev.cairn.task;

import org.jspecify.annotations.Nullable;

/**
 * A task to create; null fields take their default. Immutable: each method returns a changed copy.
 *
 * @param id 1–512 bytes of UTF-8 without control characters
 * @param status the workflow's first status by default
 * @param owner none by default
 * @param queue {@code default} by default
 * @param priority larger first, 0 by default
 * @param metadata a JSON object, empty by default
 */
public record NewTask(
        String id,
        @Nullable String status,
        @Nullable String owner,
        @Nullable String queue,
        int priority,
        @Nullable String metadata) {
    public static NewTask of(String id) {
        return new NewTask(id, null, null, null, 0, null);
    }

    public NewTask status(String value) {
        return new NewTask(id, value, owner, queue, priority, metadata);
    }

    public NewTask owner(String value) {
        return new NewTask(id, status, value, queue, priority, metadata);
    }

    public NewTask queue(String value) {
        return new NewTask(id, status, owner, value, priority, metadata);
    }

    public NewTask priority(int value) {
        return new NewTask(id, status, owner, queue, value, metadata);
    }

    public NewTask metadata(String json) {
        return new NewTask(id, status, owner, queue, priority, json);
    }
}
