package dev.cairn.task;

import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.json.Json;
import dev.cairn.internal.kind.Names;
import org.jspecify.annotations.Nullable;

/**
 * What a command says about the fields of a task, checked for form: null means nothing is said.
 *
 * <p>Threading: immutable; {@code metadata} is never written to.
 *
 * @param noOwner whether the task is to have no owner; then {@code owner} is null
 * @param metadata compact JSON, an object; in a patch also null, which empties what there is
 */
record TaskFields(
        @Nullable String status,
        @Nullable String owner,
        boolean noOwner,
        @Nullable String queue,
        @Nullable Integer priority,
        byte @Nullable [] metadata) {
    private static final String METADATA = "/metadata";

    static TaskFields of(NewTask task) {
        return checked(
                task.status(),
                task.owner(),
                false,
                task.queue(),
                task.priority() == 0 ? null : task.priority(),
                task.metadata() == null ? null : Json.object(task.metadata(), METADATA));
    }

    static TaskFields of(TaskPatch patch) {
        return checked(
                patch.status(),
                patch.owner(),
                patch.clearOwner(),
                patch.queue(),
                patch.priority(),
                patch.metadata() == null ? null : Json.objectOrNull(patch.metadata(), METADATA));
    }

    static TaskFields ofStatus(String status) {
        return new TaskFields(Names.check(status, Workflow.STATUS_BYTES_MAX, "/status"), null, false, null, null, null);
    }

    private static TaskFields checked(
            @Nullable String status,
            @Nullable String owner,
            boolean noOwner,
            @Nullable String queue,
            @Nullable Integer priority,
            byte @Nullable [] metadata) {
        return new TaskFields(
                status == null ? null : Names.check(status, Workflow.STATUS_BYTES_MAX, "/status"),
                owner == null ? null : Names.check(owner, "/owner"),
                noOwner && owner == null,
                queue == null ? null : Names.check(queue, "/queue"),
                priority,
                metadata);
    }

    /** These fields, the metadata aside. */
    TaskFields withMetadata(byte @Nullable [] newMetadata) {
        return new TaskFields(status, owner, noOwner, queue, priority, newMetadata);
    }

    int metadataBytes() {
        return metadata == null ? 0 : metadata.length;
    }

    /** Appends bytes that are equal for equal fields only. */
    void fingerprint(ByteSlab into) {
        TaskPayload.put(into, this);
    }
}
