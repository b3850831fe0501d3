package dev.cairn.internal.json;

import dev.cairn.InvalidRequestException;
import java.util.Arrays;

/**
 * What the tokenizer does not look at: the bytes of JSON text, before and after it was tokenized.
 *
 * <p>Threading: stateless.
 */
final class JsonBytes {
    /** The bytes that need a second look: quotes, escapes, white space, whatever is not ASCII. */
    private static final boolean[] SPECIAL = new boolean[256];

    static {
        Arrays.fill(SPECIAL, 0, ' ' + 1, true);
        Arrays.fill(SPECIAL, 0x80, 0x100, true);
        SPECIAL['"'] = true;
        SPECIAL['\\'] = true;
    }

    private JsonBytes() {}

    /**
     * Checks that bytes, if they are JSON at all, are well-formed UTF-8 and spell no unpaired surrogate.
     *
     * @return whether there is no white space between tokens
     * @throws InvalidRequestException if they are not
     */
    static boolean scan(byte[] json, String where) {
        boolean compact = true;
        boolean inText = false;
        int end = json.length;
        for (int i = 0; i < end; i++) {
            byte b = json[i];
            if (!SPECIAL[b & 0xFF]) {
                continue;
            }
            if (b == '"') {
                inText = !inText;
            } else if (b == '\\') {
                i += escape(json, i, end, where);
            } else if (b < 0) {
                i += multibyte(json, i, end, inText, where) - 1;
            } else if (b == 0) {
                // A tokenizer would take NUL for a sign of UTF-16 or UTF-32, in a text too.
                throw new InvalidRequestException("expected JSON, was NUL at byte " + i, where);
            } else if (!inText) {
                compact = false;
            }
        }
        return compact;
    }

    private static int multibyte(byte[] json, int at, int end, boolean inText, String where) {
        int bytes = Utf8.sequence(json, at, end);
        if (bytes == 0) {
            throw new InvalidRequestException("expected UTF-8, was malformed at byte " + at, where);
        }
        if (!inText) {
            // Also a byte order mark, which a tokenizer would pass over.
            throw new InvalidRequestException("expected JSON, was a character beyond ASCII at byte " + at, where);
        }
        return bytes;
    }

    /** Bytes of the escape at {@code at} behind its backslash; a surrogate is taken together with its other half. */
    private static int escape(byte[] json, int at, int end, String where) {
        int unit = unicode(json, at, end);
        if (unit < 0 || !Character.isSurrogate((char) unit)) {
            return 1;
        }
        int next = unicode(json, at + 6, end);
        if (!Character.isHighSurrogate((char) unit) || next < 0 || !Character.isLowSurrogate((char) next)) {
            throw new InvalidRequestException(
                    String.format("expected well-formed text, was the unpaired surrogate \\u%04x at byte %d", unit, at),
                    where);
        }
        return 11;
    }

    /** The code unit of a {@code \}{@code u} escape, or −1 if there is none at {@code at}. */
    private static int unicode(byte[] json, int at, int end) {
        if (at + 6 > end || json[at] != '\\' || json[at + 1] != 'u') {
            return -1;
        }
        int unit = 0;
        for (int i = at + 2; i < at + 6; i++) {
            int digit = Character.digit(json[i], 16);
            if (digit < 0) {
                return -1;
            }
            unit = unit << 4 | digit;
        }
        return unit;
    }

    /** A copy of valid JSON without the white space between tokens. */
    static byte[] compacted(byte[] json) {
        byte[] out = new byte[json.length];
        int length = 0;
        boolean inText = false;
        for (int i = 0; i < json.length; i++) {
            byte b = json[i];
            if (inText || b > ' ') {
                out[length++] = b;
            }
            if (SPECIAL[b & 0xFF]) {
                if (b == '"') {
                    inText = !inText;
                } else if (b == '\\') {
                    out[length++] = json[++i];
                }
            }
        }
        return Arrays.copyOf(out, length);
    }
}
