package dev.cairn.task;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which tasks a list holds, in which order. Immutable: each method returns a changed copy.
 *
 * @param statuses any of these; empty for all
 * @param owner exactly this owner, null for all
 * @param queue exactly this queue, null for all
 * @param updatedAfter changed after this, null for no bound; likewise the next three
 * @param metadata members of the metadata and the value that each must have
 * @param order what to order by
 * @param descending largest first
 * @param limit tasks at most, 1 to 1,000
 * @param cursor where the page before ended, null for the first
 * @param minOffset the answer must include the log up to this offset, −1 for any
 * @param waitMax how long to wait for {@code minOffset}
 */
public record TaskQuery(
        List<String> statuses,
        @Nullable String owner,
        @Nullable String queue,
        @Nullable Instant updatedAfter,
        @Nullable Instant updatedBefore,
        @Nullable Instant createdAfter,
        @Nullable Instant createdBefore,
        Map<String, String> metadata,
        Order order,
        boolean descending,
        int limit,
        @Nullable String cursor,
        long minOffset,
        Duration waitMax) {
    /** What a list is ordered by; ties are broken by id. */
    public enum Order {
        CREATED_AT,
        UPDATED_AT,
        PRIORITY,
        ID
    }

    /** The default of {@link #limit}. */
    public static final int LIMIT_DEFAULT = 100;

    /** The largest {@link #limit}. */
    public static final int LIMIT_MAX = 1_000;

    private static final TaskQuery ALL = new TaskQuery(
            List.of(),
            null,
            null,
            null,
            null,
            null,
            null,
            Map.of(),
            Order.ID,
            false,
            LIMIT_DEFAULT,
            null,
            -1,
            Duration.ofSeconds(5));

    public TaskQuery {
        statuses = List.copyOf(statuses);
        metadata = Map.copyOf(metadata);
        if (limit < 1 || limit > LIMIT_MAX) {
            throw new dev.cairn.InvalidRequestException(
                    "expected a limit from 1 to " + LIMIT_MAX + ", was " + limit, "limit");
        }
    }

    /** All tasks by id. */
    public static TaskQuery all() {
        return ALL;
    }
}
