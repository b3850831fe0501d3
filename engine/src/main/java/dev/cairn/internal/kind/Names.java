package dev.cairn.internal.kind;

import dev.cairn.InvalidRequestException;
import org.jspecify.annotations.Nullable;

/**
 * The one rule for ids, keys and names: well-formed text without control characters, of at least one and at most so many
 * bytes of UTF-8.
 *
 * <p>Threading: stateless.
 */
public final class Names {
    /** The longest id, key or name, in bytes of UTF-8. */
    public static final int BYTES_MAX = 512;

    private static final int SHOWN_CHARS_MAX = 64;

    private Names() {}

    /** {@link #check(String, int, String)} with {@link #BYTES_MAX}. */
    public static String check(String name, @Nullable String where) {
        return check(name, BYTES_MAX, where);
    }

    /**
     * Returns {@code name} if it keeps the rule.
     *
     * @param bytesMax limit in bytes of UTF-8
     * @param where pointer or parameter name, for the error
     * @throws InvalidRequestException if it does not
     */
    public static String check(String name, int bytesMax, @Nullable String where) {
        int chars = name.length();
        int plain = 0;
        while (plain < chars && isPlain(name.charAt(plain))) {
            plain++;
        }
        return plain == chars && chars > 0 && chars <= bytesMax ? name : checkEach(name, bytesMax, where);
    }

    /** {@link #checkId(String, int, String)} with {@link #BYTES_MAX}. */
    public static String checkId(String id, @Nullable String where) {
        return checkId(id, BYTES_MAX, where);
    }

    /** Like {@link #check(String, int, String)}, and it is none of the words that the API keeps for itself in the place of ids. */
    public static String checkId(String id, int bytesMax, @Nullable String where) {
        switch (id) {
            case "count", "claim", "batch" ->
                throw new InvalidRequestException("expected an id, was the reserved word " + id, where);
            default -> {
                return check(id, bytesMax, where);
            }
        }
    }

    /** Printable ASCII: one byte, and always allowed. */
    private static boolean isPlain(char c) {
        return c >= 0x20 && c < 0x7F;
    }

    private static String checkEach(String name, int bytesMax, @Nullable String where) {
        int chars = name.length();
        int bytes = 0;
        for (int i = 0; i < chars; i++) {
            char c = name.charAt(i);
            if (c < 0x20 || (c >= 0x7F && c < 0xA0)) {
                throw new InvalidRequestException(
                        String.format(
                                "expected no control characters, was U+%04X at %d in \"%s\"", (int) c, i, shown(name)),
                        where);
            }
            if (Character.isSurrogate(c)) {
                if (!Character.isHighSurrogate(c) || i + 1 == chars || !Character.isLowSurrogate(name.charAt(i + 1))) {
                    throw new InvalidRequestException(
                            String.format(
                                    "expected well-formed text, was the unpaired surrogate U+%04X at %d", (int) c, i),
                            where);
                }
                i++;
                bytes += 4;
            } else {
                bytes += c < 0x80 ? 1 : c < 0x800 ? 2 : 3;
            }
        }
        if (bytes < 1 || bytes > bytesMax) {
            throw new InvalidRequestException(
                    "expected 1 to " + bytesMax + " bytes of UTF-8, was " + bytes
                            + (bytes == 0 ? "" : " in \"" + shown(name) + "\""),
                    where);
        }
        return name;
    }

    /** The name, cut and with everything unprintable replaced, fit for a message. */
    private static String shown(String name) {
        String cut = name.length() <= SHOWN_CHARS_MAX ? name : name.substring(0, SHOWN_CHARS_MAX) + "…";
        StringBuilder shown = new StringBuilder(cut.length());
        cut.chars()
                .forEach(c ->
                        shown.append(Character.isISOControl(c) || Character.isSurrogate((char) c) ? '?' : (char) c));
        return shown.toString();
    }
}
