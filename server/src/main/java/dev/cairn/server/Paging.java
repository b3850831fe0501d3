package dev.cairn.server;

import dev.cairn.InvalidRequestException;
import dev.cairn.task.TaskQuery;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * The parameters that lists and waits share.
 *
 * <p>Threading: stateless.
 */
final class Paging {
    static final Duration WAIT_DEFAULT = Duration.ofSeconds(5);
    static final long WAIT_MILLIS_MAX = 300_000;
    private static final String CURSOR_PREFIX = "b";

    private Paging() {}

    static int limit(Query query) {
        return (int) query.number("limit", TaskQuery.LIMIT_DEFAULT, 1, TaskQuery.LIMIT_MAX);
    }

    static Duration waitMax(Query query, Duration absent) {
        return Duration.ofMillis(query.number("waitMs", absent.toMillis(), 0, WAIT_MILLIS_MAX));
    }

    static long minOffset(Query query) {
        return query.number("minOffset", -1, -1, Long.MAX_VALUE);
    }

    /** The cursor that goes on before {@code offset}. */
    static String cursorBefore(long offset) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString((CURSOR_PREFIX + offset).getBytes(StandardCharsets.US_ASCII));
    }

    /** The offset that a cursor goes on before; {@link Long#MAX_VALUE} for none. */
    static long before(@Nullable String cursor) {
        if (cursor == null) {
            return Long.MAX_VALUE;
        }
        try {
            String text = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.US_ASCII);
            if (text.matches(CURSOR_PREFIX + "[0-9]{1,18}")) {
                return Long.parseLong(text.substring(CURSOR_PREFIX.length()));
            }
        } catch (IllegalArgumentException e) {
            // Not Base64: not one of ours either.
        }
        throw new InvalidRequestException(
                "expected a cursor as a list gave it in next, was " + Excerpt.of(cursor), "cursor");
    }
}
