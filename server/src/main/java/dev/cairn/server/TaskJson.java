package dev.cairn.server;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.cairn.task.NewTask;
import dev.cairn.task.Task;
import dev.cairn.task.TaskPatch;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Tasks as JSON.
 *
 * <p>Threading: stateless.
 */
final class TaskJson {
    private TaskJson() {}

    static void write(JsonGenerator json, Task task) throws IOException {
        json.writeStartObject();
        json.writeStringField("id", task.id());
        json.writeStringField("status", task.status());
        json.writeStringField("owner", task.owner());
        json.writeStringField("queue", task.queue());
        json.writeNumberField("priority", task.priority());
        json.writeFieldName("metadata");
        json.writeRawValue(task.metadata());
        json.writeNumberField("attempts", task.attempts());
        json.writeNumberField("version", task.version());
        json.writeNumberField("revision", task.revision());
        json.writeStringField("createdAt", Times.format(task.createdAt()));
        json.writeStringField("updatedAt", Times.format(task.updatedAt()));
        if (task.incomplete()) {
            json.writeBooleanField("incomplete", true);
        }
        json.writeEndObject();
    }

    /**
     * The members of a task in a request, in whatever order they come.
     *
     * <p>Threading: one thread.
     */
    static final class Fields {
        private @Nullable String id;
        private @Nullable String status;
        private @Nullable String owner;
        private boolean ownerGiven;
        private @Nullable String queue;
        private @Nullable Integer priority;
        private @Nullable String metadata;

        void clear() {
            id = null;
            status = null;
            owner = null;
            ownerGiven = false;
            queue = null;
            priority = null;
            metadata = null;
        }

        boolean takeId(String name, JsonReader json) throws IOException {
            if (!name.equals("id")) {
                return false;
            }
            id = json.textOrNull();
            return true;
        }

        /** In a new task, null stands for the default. */
        boolean takeNew(String name, JsonReader json) throws IOException {
            switch (name) {
                case "status" -> status = json.textOrNull();
                case "owner" -> owner = json.textOrNull();
                case "queue" -> queue = json.textOrNull();
                case "priority" -> priority = json.isNull() ? null : priority(json);
                case "metadata" -> metadata = json.isNull() ? null : json.rawObject();
                default -> {
                    return false;
                }
            }
            return true;
        }

        /** In a merge patch, null takes a member away: no owner, the default queue, priority 0. */
        boolean takePatch(String name, JsonReader json) throws IOException {
            switch (name) {
                case "status" -> status = json.text();
                case "owner" -> {
                    owner = json.textOrNull();
                    ownerGiven = true;
                }
                case "queue" -> queue = json.isNull() ? "default" : json.text();
                case "priority" -> priority = json.isNull() ? 0 : priority(json);
                case "metadata" -> metadata = json.rawObjectOrNull();
                default -> {
                    return false;
                }
            }
            return true;
        }

        private static int priority(JsonReader json) throws IOException {
            return (int) json.number(Integer.MIN_VALUE, Integer.MAX_VALUE);
        }

        @Nullable
        String id() {
            return id;
        }

        NewTask newTask(String newId) {
            return new NewTask(newId, status, owner, queue, priority == null ? 0 : priority, metadata);
        }

        TaskPatch patch() {
            return new TaskPatch(status, owner, ownerGiven && owner == null, queue, priority, metadata);
        }
    }
}
