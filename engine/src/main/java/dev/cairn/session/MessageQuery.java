package dev.cairn.session;

import dev.cairn.InvalidRequestException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which messages of a session are read, in which order. Immutable: each method returns a changed copy.
 *
 * @param after only messages behind this, which is excluded; null for no bound
 * @param before only messages before this, which is excluded; null for no bound
 * @param newestFirst the direction
 * @param limit messages on a page at most, 1 to 1,000; a page of large messages ends before
 * @param cursor where the page before ended, null for the first; one of another session, direction or bound is refused
 * @param asOf shows the session as it was after this record, or at this time; null for now
 */
public record MessageQuery(
        @Nullable Bound after,
        @Nullable Bound before,
        boolean newestFirst,
        int limit,
        @Nullable String cursor,
        @Nullable Bound asOf) {
    /** The default of {@link #limit}. */
    public static final int LIMIT_DEFAULT = 100;

    /** The largest {@link #limit}. */
    public static final int LIMIT_MAX = 1_000;

    /** A page of more than one message holds at most so many bytes of JSON. */
    public static final int PAGE_BYTES_MAX = 8 << 20;

    private static final MessageQuery ALL = new MessageQuery(null, null, false, LIMIT_DEFAULT, null, null);

    /** A place in a session: an offset of the log, which need not be that of a message, or a time of the log. */
    public sealed interface Bound {
        /** @param offset from 0 up to the end of the log */
        record Offset(long offset) implements Bound {}

        record Time(Instant time) implements Bound {}

        /**
         * The boundary before the record {@code next}, counted from the log as it is now: behind it lies that record, and before it
         * all others. Pages of one list may each give another one.
         *
         * @param next from 0 up to the end of the log
         */
        record Boundary(long next) implements Bound {}

        static Bound boundary(long next) {
            return new Boundary(next);
        }

        static Bound offset(long offset) {
            return new Offset(offset);
        }

        static Bound time(Instant time) {
            return new Time(time);
        }
    }

    public MessageQuery {
        if (limit < 1 || limit > LIMIT_MAX) {
            throw new InvalidRequestException("expected a limit from 1 to " + LIMIT_MAX + ", was " + limit, "limit");
        }
    }

    /** All messages, oldest first. */
    public static MessageQuery all() {
        return ALL;
    }

    /** All messages, newest first. */
    public static MessageQuery newest() {
        return ALL.newestFirst(true);
    }

    public MessageQuery after(@Nullable Bound value) {
        return new MessageQuery(value, before, newestFirst, limit, cursor, asOf);
    }

    public MessageQuery before(@Nullable Bound value) {
        return new MessageQuery(after, value, newestFirst, limit, cursor, asOf);
    }

    public MessageQuery newestFirst(boolean value) {
        return new MessageQuery(after, before, value, limit, cursor, asOf);
    }

    public MessageQuery limit(int value) {
        return new MessageQuery(after, before, newestFirst, value, cursor, asOf);
    }

    public MessageQuery cursor(@Nullable String value) {
        return new MessageQuery(after, before, newestFirst, limit, value, asOf);
    }

    public MessageQuery asOf(@Nullable Bound value) {
        return new MessageQuery(after, before, newestFirst, limit, cursor, value);
    }
}
