package dev.cairn.internal.projection;

/**
 * SQLite's path to a member of a JSON object, whatever the member's name holds.
 *
 * <p>Threading: stateless.
 */
final class JsonPath {
    private static final int FIRST_PRINTABLE = 0x20;

    private JsonPath() {}

    /** {@code $."name"}, with the name written as a JSON text. */
    static String member(String name) {
        StringBuilder path = new StringBuilder(name.length() + 4).append("$.\"");
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c == '"' || c == '\\') {
                path.append('\\').append(c);
            } else if (c < FIRST_PRINTABLE) {
                path.append(String.format("\\u%04x", (int) c));
            } else {
                path.append(c);
            }
        }
        return path.append('"').toString();
    }
}
