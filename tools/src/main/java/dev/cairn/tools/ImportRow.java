package dev.cairn.tools;

import dev.cairn.log.NewRecord;
import dev.cairn.session.NewMessage;
import dev.cairn.task.TaskPatch;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One row of an input, mapped to the write that it means.
 *
 * <p>Threading: immutable.
 */
sealed interface ImportRow {
    /** The caller's own time, or null. */
    @Nullable
    Instant occurredAt();

    /** Creates or patches a task. */
    record OfTask(String id, TaskPatch patch, @Nullable Instant occurredAt) implements ImportRow {}

    /** Appends to a session. */
    record OfMessage(
            String session, NewMessage message, @Nullable Instant occurredAt) implements ImportRow {}

    /** Appends to a topic of the user's own. */
    record OfRecord(NewRecord record, @Nullable Instant occurredAt) implements ImportRow {}
}
