package dev.cairn.session;

import dev.cairn.InvalidRequestException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Which sessions a list holds, in which order.
 *
 * @param task only sessions of this task, null for all
 * @param order what to order by
 * @param descending largest first
 * @param limit sessions at most, 1 to 1,000
 * @param cursor where the page before ended, null for the first
 * @param minOffset the answer must include the log up to this offset, −1 for any
 * @param waitMax how long to wait for {@code minOffset}
 */
public record SessionQuery(
        @Nullable String task,
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
        ID
    }

    /** The default of {@link #limit}. */
    public static final int LIMIT_DEFAULT = 100;

    /** The largest {@link #limit}. */
    public static final int LIMIT_MAX = 1_000;

    private static final SessionQuery ALL =
            new SessionQuery(null, Order.ID, false, LIMIT_DEFAULT, null, -1, Duration.ofSeconds(5));

    public SessionQuery {
        if (limit < 1 || limit > LIMIT_MAX) {
            throw new InvalidRequestException("expected a limit from 1 to " + LIMIT_MAX + ", was " + limit, "limit");
        }
    }

    /** All sessions by id. */
    public static SessionQuery all() {
        return ALL;
    }
}
