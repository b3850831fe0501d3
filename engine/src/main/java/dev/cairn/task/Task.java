package dev.cairn.task;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A task as it is, or was, at one moment.
 *
 * @param id 1–512 bytes of UTF-8
 * @param status a status of the workflow
 * @param owner the agent that holds it, or null
 * @param queue where it waits, {@code default} unless said otherwise
 * @param priority larger first
 * @param metadata a JSON object
 * @param attempts how often working on it failed
 * @param version how many records have changed it
 * @param revision offset of the last record that changed it
 * @param createdAt the log's time of its creation
 * @param updatedAt the log's time of its last change
 * @param incomplete whether records of it were lost to damage, so that it says what those that are left say
 */
public record Task(
        String id,
        String status,
        @Nullable String owner,
        String queue,
        int priority,
        String metadata,
        int attempts,
        long version,
        long revision,
        Instant createdAt,
        Instant updatedAt,
        boolean incomplete) {
    /** The same, of which records were lost. */
    public Task asIncomplete() {
        return new Task(
                id, status, owner, queue, priority, metadata, attempts, version, revision, createdAt, updatedAt, true);
    }
}
