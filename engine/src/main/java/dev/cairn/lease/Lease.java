package dev.cairn.lease;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A lease as it is now.
 *
 * @param name its name
 * @param holder who has it, null for nobody
 * @param token of the current grant, null for none
 * @param grantedAt the log's time of the grant, null for none
 * @param expiresAt when it ends unless renewed, null if nobody has it
 * @param progress what the holder said last, as JSON; null for nothing
 * @param queue who waits, the next one first
 * @param version how many records have changed it
 * @param revision offset of the last of them
 * @param incomplete whether records of it were lost
 */
public record Lease(
        String name,
        @Nullable String holder,
        @Nullable Long token,
        @Nullable Instant grantedAt,
        @Nullable Instant expiresAt,
        @Nullable String progress,
        List<Waiting> queue,
        long version,
        long revision,
        boolean incomplete) {
    public Lease {
        queue = List.copyOf(queue);
    }

    /**
     * Somebody who waits.
     *
     * @param holder who
     * @param position place in the queue, 1 for the next
     * @param queuedAt offset of the record that took the place
     */
    public record Waiting(String holder, int position, long queuedAt) {}
}
