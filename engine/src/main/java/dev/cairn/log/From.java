package dev.cairn.log;

import dev.cairn.InvalidRequestException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A position in the log as people name it: an offset, the beginning, the end, the last N records, a time or an age.
 *
 * <p>Threading: immutable.
 */
public sealed interface From {
    /** The first record that is still in the log. */
    record Beginning() implements From {}

    /** Behind the newest record. */
    record End() implements From {}

    /** A record's address, from 0. */
    record Offset(long offset) implements From {}

    /** The last {@code count} records. */
    record Last(long count) implements From {}

    /** The first record at or after a time of the log, which must have come: one later than both clock and log is refused. */
    record Time(Instant time) implements From {}

    /** The first record that is not older than this. */
    record Age(Duration age) implements From {}

    static From beginning() {
        return new Beginning();
    }

    static From end() {
        return new End();
    }

    static From offset(long offset) {
        return new Offset(offset);
    }

    static From last(long count) {
        return new Last(count);
    }

    static From time(Instant time) {
        return new Time(time);
    }

    static From age(Duration age) {
        return new Age(age);
    }

    /**
     * Reads {@code OFFSET}, {@code beginning}, {@code end}, {@code -N}, an RFC 3339 time, or an age such as {@code -15m}.
     *
     * @param where name of the parameter, for the error
     * @throws InvalidRequestException when it is none of these
     */
    static From parse(String text, @Nullable String where) {
        if (text.equals("beginning")) {
            return beginning();
        }
        if (text.equals("end")) {
            return end();
        }
        try {
            Matcher age = Ages.PATTERN.matcher(text);
            if (age.matches()) {
                return age(Ages.duration(age));
            }
            if (text.matches("-?[0-9]{1,19}")) {
                long number = Long.parseLong(text);
                return text.startsWith("-") ? last(-number) : offset(number);
            }
            return time(OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeException | NumberFormatException | ArithmeticException e) {
            throw new InvalidRequestException(
                    "expected an offset, beginning, end, -N, an RFC 3339 time or an age as -15m, was " + text, where);
        }
    }

    /** The form of ages: a minus, a number, a unit of {@code ms s m h d}. */
    final class Ages {
        static final Pattern PATTERN = Pattern.compile("-([0-9]{1,12})(ms|s|m|h|d)");

        private Ages() {}

        static Duration duration(Matcher matched) {
            long number = Long.parseLong(matched.group(1));
            return switch (matched.group(2)) {
                case "ms" -> Duration.ofMillis(number);
                case "s" -> Duration.ofSeconds(number);
                case "m" -> Duration.ofMinutes(number);
                case "h" -> Duration.ofHours(number);
                default -> Duration.ofDays(number);
            };
        }
    }
}
