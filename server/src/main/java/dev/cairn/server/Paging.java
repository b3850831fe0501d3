package dev.cairn.server;

import dev.cairn.InvalidRequestException;
import dev.cairn.task.TaskQuery;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The parameters that lists and waits share.
 *
 * <p>Threading: stateless.
 */
final class Paging {
    static final Duration WAIT_DEFAULT = Duration.ofSeconds(5);
    static final long WAIT_MILLIS_MAX = 300_000;
    private static final Pattern CURSOR = Pattern.compile("([0-9]{1,18})\\.([0-9a-f]{8})");

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

    /**
     * The cursor that goes on before {@code offset}.
     *
     * @param list what is listed, as {@link Exchange#resource} and whatever else tells one list from another: of another list the
     *     cursor is refused
     */
    static String cursorBefore(String list, long offset) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString((offset + "." + checksum(list, offset)).getBytes(StandardCharsets.US_ASCII));
    }

    /** The offset that a cursor of {@code list} goes on before; {@link Long#MAX_VALUE} for none. */
    static long before(String list, @Nullable String cursor) {
        if (cursor == null) {
            return Long.MAX_VALUE;
        }
        try {
            String text = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.US_ASCII);
            Matcher form = CURSOR.matcher(text);
            if (form.matches() && form.group(2).equals(checksum(list, Long.parseLong(form.group(1))))) {
                return Long.parseLong(form.group(1));
            }
        } catch (IllegalArgumentException e) {
            // Not Base64: not one of ours either.
        }
        throw new InvalidRequestException(
                "expected a cursor as the same list gave it in next, was " + Excerpt.of(cursor), "cursor");
    }

    private static String checksum(String list, long offset) {
        CRC32C crc = new CRC32C();
        crc.update((list + "\n" + offset).getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().toHexDigits((int) crc.getValue());
    }
}
