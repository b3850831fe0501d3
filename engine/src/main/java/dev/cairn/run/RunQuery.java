package dev.cairn.run;

import dev.cairn.InvalidRequestException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Which runs a list holds, last changed first. Immutable: each method returns a changed copy.
 *
 * @param task only runs of this task, null for all
 * @param limit runs at most, 1 to 1,000
 * @param cursor where the page before ended, null for the first
 * @param minOffset the answer must include the log up to this offset, −1 for any
 * @param waitMax how long to wait for {@code minOffset}
 */
public record RunQuery(
        @Nullable String task, int limit, @Nullable String cursor, long minOffset, Duration waitMax) {
    /** The default of {@link #limit}. */
    public static final int LIMIT_DEFAULT = 100;

    /** The largest {@link #limit}. */
    public static final int LIMIT_MAX = 1_000;

    public RunQuery {
        if (limit < 1 || limit > LIMIT_MAX) {
            throw new InvalidRequestException("expected a limit from 1 to " + LIMIT_MAX + ", was " + limit, "limit");
        }
    }

    /** All runs. */
    public static RunQuery all() {
        return new RunQuery(null, LIMIT_DEFAULT, null, -1, Duration.ofSeconds(5));
    }

    public RunQuery task(String value) {
        return new RunQuery(value, limit, cursor, minOffset, waitMax);
    }

    public RunQuery limit(int value) {
        return new RunQuery(task, value, cursor, minOffset, waitMax);
    }

    public RunQuery cursor(@Nullable String value) {
        return new RunQuery(task, limit, value, minOffset, waitMax);
    }

    public RunQuery minOffset(long value) {
        return new RunQuery(task, limit, cursor, value, waitMax);
    }
}
