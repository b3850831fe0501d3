package dev.cairn.server;

import dev.cairn.InvalidRequestException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Percent-encoding, strictly: what is not well-formed UTF-8 is refused instead of replaced.
 *
 * <p>Threading: stateless.
 */
final class Percent {
    private static final String UNRESERVED = "-._~";

    private Percent() {}

    /**
     * @param plusIsSpace whether {@code +} stands for a space, as in query strings
     * @param where name of the parameter, for the error
     */
    static String decode(String text, boolean plusIsSpace, String where) {
        if (isPlain(text, plusIsSpace)) {
            return text;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '%') {
                bytes.write(hex(text, i + 1, where) << 4 | hex(text, i + 2, where));
                i += 2;
            } else if (c == '+' && plusIsSpace) {
                bytes.write(' ');
            } else {
                bytes.writeBytes(String.valueOf(c).getBytes(StandardCharsets.UTF_8));
            }
        }
        byte[] decoded = bytes.toByteArray();
        return Utf8.decode(decoded, 0, decoded.length, where);
    }

    /** Encodes everything but letters, digits and {@code -._~}, so that the result is one segment of a path. */
    static String encode(String text) {
        StringBuilder encoded = new StringBuilder(text.length() + 16);
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            if (c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || UNRESERVED.indexOf(c) >= 0) {
                encoded.append(c);
            } else {
                encoded.append('%').append(digit(c >> 4)).append(digit(c & 15));
            }
        }
        return encoded.toString();
    }

    private static boolean isPlain(String text, boolean plusIsSpace) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '%' || c >= 0x80 || c == '+' && plusIsSpace) {
                return false;
            }
        }
        return true;
    }

    private static int hex(String text, int at, String where) {
        int value = at < text.length() ? Character.digit(text.charAt(at), 16) : -1;
        if (value < 0 || text.charAt(at) >= 0x80) {
            throw new InvalidRequestException("expected two hexadecimal digits after each %", where);
        }
        return value;
    }

    private static char digit(int value) {
        return Character.toUpperCase(Character.forDigit(value, 16));
    }
}
