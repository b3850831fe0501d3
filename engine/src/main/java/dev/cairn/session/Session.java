package dev.cairn.session;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A session as it is, or was, at one moment: all about it but its messages.
 *
 * @param id 1–512 bytes of UTF-8
 * @param messages how many messages it has since it last began
 * @param bytes their size as compact JSON
 * @param task the task that its newest message with a task names, or null
 * @param version how many records have changed it; goes on when it is deleted and begun again
 * @param revision offset of the last record that changed it
 * @param createdAt the log's time of its first message
 * @param updatedAt the log's time of its newest message
 * @param incomplete whether records of it were lost to damage
 */
public record Session(
        String id,
        long messages,
        long bytes,
        @Nullable String task,
        long version,
        long revision,
        Instant createdAt,
        Instant updatedAt,
        boolean incomplete) {}
