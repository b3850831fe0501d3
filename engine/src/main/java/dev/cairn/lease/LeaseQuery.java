package dev.cairn.lease;

import dev.cairn.InvalidRequestException;
import dev.cairn.internal.kind.Names;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Which of the leases that are held to list; the oldest grant comes first.
 *
 * @param holder only leases of this holder, null for all
 * @param limit leases at most, 1 to {@link #LIMIT_MAX}
 * @param cursor where the page before ended, null for the first
 * @param minOffset the answer must include the log up to this offset; −1 for any
 * @param waitMax how long to wait for that
 */
public record LeaseQuery(
        @Nullable String holder, int limit, @Nullable String cursor, long minOffset, Duration waitMax) {
    public static final int LIMIT_MAX = 1_000;

    /** @throws InvalidRequestException when {@code holder} is no name, or {@code limit} is out of range */
    public LeaseQuery {
        if (holder != null) {
            Names.check(holder, "holder");
        }
        if (limit < 1 || limit > LIMIT_MAX) {
            throw new InvalidRequestException("expected a limit from 1 to " + LIMIT_MAX + ", was " + limit, "limit");
        }
    }

    /** Any leases, as far as the projection is now. */
    public static LeaseQuery page(int limit, @Nullable String cursor) {
        return new LeaseQuery(null, limit, cursor, -1, Duration.ZERO);
    }
}
