package dev.cairn.decision;

import dev.cairn.InvalidRequestException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which decisions a list holds. They come in the order of the log, the oldest first unless said otherwise. Immutable: each
 * method returns a changed copy.
 *
 * @param agent exactly this agent's, null for all
 * @param task exactly this task's, null for all
 * @param after made behind this offset, −1 for no bound
 * @param before made before this offset, {@link Long#MAX_VALUE} for no bound
 * @param afterTime made after this time of the log, null for no bound
 * @param beforeTime made before this time of the log, null for no bound
 * @param newestFirst whether the newest comes first
 * @param limit decisions at most, 1 to 1,000
 * @param cursor where the page before ended, null for the first
 * @param minOffset the answer must include the log up to this offset, −1 for any
 * @param waitMax how long to wait for {@code minOffset}
 */
public record DecisionQuery(
        @Nullable String agent,
        @Nullable String task,
        long after,
        long before,
        @Nullable Instant afterTime,
        @Nullable Instant beforeTime,
        boolean newestFirst,
        int limit,
        @Nullable String cursor,
        long minOffset,
        Duration waitMax) {
    /** The default of {@link #limit}. */
    public static final int LIMIT_DEFAULT = 100;

    /** The largest {@link #limit}. */
    public static final int LIMIT_MAX = 1_000;

    private static final DecisionQuery ALL = new DecisionQuery(
            null, null, -1, Long.MAX_VALUE, null, null, false, LIMIT_DEFAULT, null, -1, Duration.ofSeconds(5));

    public DecisionQuery {
        if (limit < 1 || limit > LIMIT_MAX) {
            throw new InvalidRequestException("expected a limit from 1 to " + LIMIT_MAX + ", was " + limit, "limit");
        }
        if (after < -1) {
            throw new InvalidRequestException("expected an offset from -1, was " + after, "after");
        }
        if (before < 0) {
            throw new InvalidRequestException("expected an offset from 0, was " + before, "before");
        }
    }

    /** All decisions, the oldest first. */
    public static DecisionQuery all() {
        return ALL;
    }

    public DecisionQuery agent(@Nullable String value) {
        return new DecisionQuery(
                value, task, after, before, afterTime, beforeTime, newestFirst, limit, cursor, minOffset, waitMax);
    }

    public DecisionQuery task(@Nullable String value) {
        return new DecisionQuery(
                agent, value, after, before, afterTime, beforeTime, newestFirst, limit, cursor, minOffset, waitMax);
    }

    /** Only those made behind {@code first} and before {@code end}, both exclusive. */
    public DecisionQuery between(long first, long end) {
        return new DecisionQuery(
                agent, task, first, end, afterTime, beforeTime, newestFirst, limit, cursor, minOffset, waitMax);
    }

    /** Only those made between these times of the log, both exclusive; null for no bound. */
    public DecisionQuery between(@Nullable Instant first, @Nullable Instant end) {
        return new DecisionQuery(
                agent, task, after, before, first, end, newestFirst, limit, cursor, minOffset, waitMax);
    }

    public DecisionQuery newestFirst(boolean value) {
        return new DecisionQuery(
                agent, task, after, before, afterTime, beforeTime, value, limit, cursor, minOffset, waitMax);
    }

    /** The page of at most {@code decisionsMax} behind {@code pageBefore}, the first if that is null. */
    public DecisionQuery page(int decisionsMax, @Nullable String pageBefore) {
        return new DecisionQuery(
                agent,
                task,
                after,
                before,
                afterTime,
                beforeTime,
                newestFirst,
                decisionsMax,
                pageBefore,
                minOffset,
                waitMax);
    }

    /** Waits up to {@code max} until the answer includes the log up to {@code offset}. */
    public DecisionQuery including(long offset, Duration max) {
        return new DecisionQuery(
                agent, task, after, before, afterTime, beforeTime, newestFirst, limit, cursor, offset, max);
    }
}
