package dev.cairn.internal.json;

import java.nio.charset.StandardCharsets;

/**
 * Strict UTF-8: what the platform would quietly replace is found here and refused.
 *
 * <p>Threading: stateless.
 */
final class Utf8 {
    private Utf8() {}

    /** Index of the first char of {@code text} that is half of a surrogate pair alone, or −1. */
    static int unpairedSurrogate(String text) {
        int length = text.length();
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (Character.isSurrogate(c)) {
                if (Character.isLowSurrogate(c) || i + 1 == length || !Character.isLowSurrogate(text.charAt(i + 1))) {
                    return i;
                }
                i++;
            }
        }
        return -1;
    }

    /** The bytes of a text that has no unpaired surrogate. */
    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /**
     * The number of bytes of the well-formed sequence that starts at {@code at} with a byte above 0x7F; 0 if it is not well
     * formed (table 3-7 of the Unicode standard: no overlong form, no surrogate, nothing above U+10FFFF).
     */
    static int sequence(byte[] bytes, int at, int end) {
        int lead = bytes[at] & 0xFF;
        if (lead >= 0xC2 && lead <= 0xDF) {
            return continues(bytes, at + 1, end, 1) ? 2 : 0;
        }
        if (lead >= 0xE0 && lead <= 0xEF) {
            int low = lead == 0xE0 ? 0xA0 : 0x80;
            int high = lead == 0xED ? 0x9F : 0xBF;
            return second(bytes, at + 1, end, low, high) && continues(bytes, at + 2, end, 1) ? 3 : 0;
        }
        if (lead >= 0xF0 && lead <= 0xF4) {
            int low = lead == 0xF0 ? 0x90 : 0x80;
            int high = lead == 0xF4 ? 0x8F : 0xBF;
            return second(bytes, at + 1, end, low, high) && continues(bytes, at + 2, end, 2) ? 4 : 0;
        }
        return 0;
    }

    private static boolean second(byte[] bytes, int at, int end, int low, int high) {
        return at < end && (bytes[at] & 0xFF) >= low && (bytes[at] & 0xFF) <= high;
    }

    private static boolean continues(byte[] bytes, int at, int end, int count) {
        if (at + count > end) {
            return false;
        }
        for (int i = at; i < at + count; i++) {
            if ((bytes[i] & 0xC0) != 0x80) {
                return false;
            }
        }
        return true;
    }
}
