package dev.cairn.server;

import dev.cairn.InvalidRequestException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/**
 * Times as the API shows them: RFC 3339, UTC with microseconds out, any zone in.
 *
 * <p>Threading: stateless.
 */
final class Times {
    private static final int LENGTH = "2026-01-01T00:00:00.000000Z".length();

    private Times() {}

    static Instant parse(String text, @Nullable String where) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            throw new InvalidRequestException(
                    "expected a time as 2026-01-01T12:00:00Z, was " + Excerpt.of(text), where);
        }
    }

    /** Like {@code DateTimeFormatter}, at a tenth of its cost; times are most of what a record line is made of. */
    static String format(Instant time) {
        OffsetDateTime utc = time.atOffset(ZoneOffset.UTC);
        if (utc.getYear() < 0 || utc.getYear() > 9999) {
            return time.toString();
        }
        char[] text = new char[LENGTH];
        digits(text, 0, 4, utc.getYear());
        text[4] = '-';
        digits(text, 5, 2, utc.getMonthValue());
        text[7] = '-';
        digits(text, 8, 2, utc.getDayOfMonth());
        text[10] = 'T';
        digits(text, 11, 2, utc.getHour());
        text[13] = ':';
        digits(text, 14, 2, utc.getMinute());
        text[16] = ':';
        digits(text, 17, 2, utc.getSecond());
        text[19] = '.';
        digits(text, 20, 6, utc.getNano() / 1_000);
        text[26] = 'Z';
        return new String(text);
    }

    private static void digits(char[] text, int at, int count, int value) {
        int rest = value;
        for (int i = at + count - 1; i >= at; i--) {
            text[i] = (char) ('0' + rest % 10);
            rest /= 10;
        }
    }
}
