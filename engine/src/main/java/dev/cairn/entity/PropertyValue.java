package dev.cairn.entity;

import dev.cairn.internal.json.JsonObject;
import dev.cairn.internal.kind.Micros;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A property as it is compared.
 *
 * <p>Threading: immutable.
 *
 * @param type what it holds
 * @param comparable a String, a Long or a Double; for a boolean 1 or 0, for a time microseconds since 1970, for null 0; null where
 *     it cannot be searched: JSON, and a text of more than {@link #TEXT_BYTES_MAX}
 */
record PropertyValue(PropertyType type, @Nullable Object comparable) {
    /** The longest text that can be searched, in bytes of UTF-8. */
    static final int TEXT_BYTES_MAX = 1_024;

    private static final int LONG_CHARS_MAX = 20;
    private static final int TIME_CHARS_MIN = "2026-01-01T00:00:00Z".length();
    private static final int TIME_CHARS_MAX = "2026-01-01T00:00:00.123456789+00:00".length();
    private static final Pattern TIME =
            Pattern.compile("\\d{4}-\\d\\d-\\d\\d[Tt]\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,9})?([Zz]|[+-]\\d\\d:\\d\\d)");
    private static final Pattern NUMBER = Pattern.compile("-?(0|[1-9]\\d*)(\\.\\d+)?([eE][+-]?\\d+)?");
    /** A longer text is no number that anybody searches for. */
    private static final int NUMBER_CHARS_MAX = 400;

    /** The value of the member that {@code properties} is at. */
    static PropertyValue of(JsonObject properties) {
        return switch (properties.first()) {
            case '"' -> ofText(properties.text());
            case '{', '[' -> new PropertyValue(PropertyType.JSON, null);
            case 't' -> new PropertyValue(PropertyType.BOOLEAN, 1L);
            case 'f' -> new PropertyValue(PropertyType.BOOLEAN, 0L);
            case 'n' -> new PropertyValue(PropertyType.NULL, 0L);
            default -> ofNumber(properties.raw());
        };
    }

    static PropertyValue ofText(String text) {
        Long micros = micros(text);
        if (micros != null) {
            return new PropertyValue(PropertyType.TIME, micros);
        }
        return new PropertyValue(PropertyType.TEXT, isSearchable(text) ? text : null);
    }

    static boolean isSearchable(String text) {
        return text.length() <= TEXT_BYTES_MAX
                && (text.length() * 3 <= TEXT_BYTES_MAX
                        || text.getBytes(StandardCharsets.UTF_8).length <= TEXT_BYTES_MAX);
    }

    /** The value of a JSON number. */
    static PropertyValue ofNumber(String json) {
        if (json.length() <= LONG_CHARS_MAX && json.chars().allMatch(c -> c == '-' || c >= '0' && c <= '9')) {
            try {
                return new PropertyValue(PropertyType.INTEGER, Long.parseLong(json));
            } catch (NumberFormatException e) {
                // Beyond 64 bits.
            }
        }
        // 0.0 + −0.0 is 0.0: the two are one number.
        return new PropertyValue(PropertyType.NUMBER, 0.0 + Double.parseDouble(json));
    }

    /** The Long or Double that {@code text} is in JSON, or null if it is no number. */
    static @Nullable Object number(String text) {
        boolean isNumber =
                text.length() <= NUMBER_CHARS_MAX && NUMBER.matcher(text).matches();
        return isNumber ? ofNumber(text).comparable() : null;
    }

    /** The time that {@code text} is, in microseconds since 1970, or null if it is none. */
    static @Nullable Long micros(String text) {
        int length = text.length();
        if (length < TIME_CHARS_MIN
                || length > TIME_CHARS_MAX
                || !TIME.matcher(text).matches()) {
            return null;
        }
        try {
            return Micros.floor(
                    OffsetDateTime.parse(text.toUpperCase(Locale.ROOT)).toInstant());
        } catch (DateTimeException e) {
            return null; // such as the 30th of February
        }
    }
}
