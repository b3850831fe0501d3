package dev.cairn.server;

import dev.cairn.InvalidRequestException;
import java.nio.charset.StandardCharsets;

/**
 * The rule for ids, keys and names, at the edge; the engine keeps to it as well.
 *
 * <p>Threading: stateless.
 */
final class Names {
    static final int BYTES_MAX = 512;

    private Names() {}

    static String check(String name, String where) {
        return check(name, BYTES_MAX, where);
    }

    static String check(String name, int bytesMax, String where) {
        boolean control = name.chars().anyMatch(Character::isISOControl);
        int bytes = name.length() > bytesMax ? name.length() : name.getBytes(StandardCharsets.UTF_8).length;
        if (control || bytes < 1 || bytes > bytesMax) {
            throw new InvalidRequestException(
                    "expected 1 to " + bytesMax + " bytes of UTF-8 without control characters, was "
                            + (control ? "one with control characters" : bytes + " bytes"),
                    where);
        }
        return name;
    }
}
