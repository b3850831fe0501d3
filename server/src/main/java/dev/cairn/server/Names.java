package dev.cairn.server;

import dev.cairn.InvalidRequestException;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * The rule for ids, keys and names, at the edge; the engine keeps to it as well.
 *
 * <p>Threading: stateless.
 */
final class Names {
    static final int BYTES_MAX = 512;

    /** Words that the API keeps for itself in the place of ids. */
    static final Set<String> RESERVED = Set.of("count", "claim", "batch");

    private Names() {}

    /** @throws InvalidRequestException when {@code id} is one of the reserved words */
    static String notReserved(String id, String where) {
        if (RESERVED.contains(id)) {
            throw new InvalidRequestException(
                    "expected another id: count, claim and batch are not ids, was " + id, where);
        }
        return id;
    }

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
