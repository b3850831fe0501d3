package dev.cairn.server;

import dev.cairn.InvalidRequestException;
import dev.cairn.log.From;
import dev.cairn.log.Log;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Where a list begins or ends: any position of the log, checked as such. One that was lost, or has not come, is no bound.
 *
 * <p>Threading: immutable.
 */
sealed interface ListBound {
    /** A record named by its offset, which is itself excluded. */
    record Offset(long offset) implements ListBound {}

    /** A time of the log, which is itself excluded. */
    record Time(Instant time) implements ListBound {}

    /**
     * The boundary before a record that was counted or reckoned from the log as it is now ({@code -N}, an age, {@code
     * beginning}, {@code end}): another one the next time.
     *
     * @param next offset of the first record behind the boundary
     */
    record Boundary(long next) implements ListBound {}

    /** The bound in the parameter {@code name}; null for none. */
    static @Nullable ListBound read(Query query, String name, Log log) {
        String text = query.position(name);
        if (text == null) {
            return null;
        }
        From from = From.parse(text, name);
        long offset = resolve(from, name, log);
        if (from instanceof From.Offset) {
            return new Offset(offset);
        }
        return from instanceof From.Time time ? new Time(time.time()) : new Boundary(offset);
    }

    /** The offset that a position stands for, by the name of the parameter that holds it where it is refused. */
    static long resolve(From from, String name, Log log) {
        try {
            return log.resolve(from);
        } catch (InvalidRequestException e) {
            throw new InvalidRequestException(String.valueOf(e.getMessage()), name);
        }
    }
}
