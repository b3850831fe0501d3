package dev.cairn.server;

import dev.cairn.log.Log;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Between which places of the log a list of decisions lies. A boundary that was reckoned from the log as it was at the first page
 * holds for the pages after it: their cursors say which it was.
 *
 * @param after decisions behind this offset, −1 for no bound
 * @param before decisions before this offset, {@link Long#MAX_VALUE} for no bound
 * @param page the cursor within the list, null for its first page
 * @param fixed whether cursors have to say what {@code after} and {@code before} are
 *
 * <p>Threading: immutable.
 */
record DecisionBounds(
        long after,
        long before,
        @Nullable Instant afterTime,
        @Nullable Instant beforeTime,
        @Nullable String page,
        boolean fixed) {
    private static final Pattern FIXED = Pattern.compile("(-1|[0-9]{1,18})~([0-9]{1,19})~(.+)");

    static DecisionBounds read(Query query, Log log) {
        ListBound after = ListBound.read(query, "after", log);
        ListBound before = ListBound.read(query, "before", log);
        boolean fixed = after instanceof ListBound.Boundary || before instanceof ListBound.Boundary;
        long first = offset(after, -1, 1);
        long end = offset(before, Long.MAX_VALUE, 0);
        String cursor = query.text("cursor");
        Matcher earlier = FIXED.matcher(cursor == null ? "" : cursor);
        if (fixed && earlier.matches()) {
            first = after instanceof ListBound.Boundary ? Long.parseLong(earlier.group(1)) : first;
            end = before instanceof ListBound.Boundary ? parse(earlier.group(2)) : end;
            cursor = earlier.group(3);
        }
        return new DecisionBounds(first, end, time(after), time(before), cursor, fixed);
    }

    /** @param inclusive what to take from a boundary, since the record behind it is not excluded */
    private static long offset(@Nullable ListBound bound, long absent, int inclusive) {
        if (bound instanceof ListBound.Offset offset) {
            return offset.offset();
        }
        return bound instanceof ListBound.Boundary boundary ? boundary.next() - inclusive : absent;
    }

    private static @Nullable Instant time(@Nullable ListBound bound) {
        return bound instanceof ListBound.Time time ? time.time() : null;
    }

    private static long parse(String digits) {
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException e) {
            return Long.MAX_VALUE; // whoever wrote it: it ends no list
        }
    }

    /** The cursor to give for the page behind that of {@code next}. */
    @Nullable
    String cursor(@Nullable String next) {
        return next == null || !fixed ? next : after + "~" + before + "~" + next;
    }
}
