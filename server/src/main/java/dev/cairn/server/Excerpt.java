package dev.cairn.server;

/**
 * What a message quotes of untrusted text: its beginning, without control characters.
 *
 * <p>Threading: stateless.
 */
final class Excerpt {
    private static final int CHARS_MAX = 80;

    private Excerpt() {}

    static String of(String text) {
        return of(text, CHARS_MAX);
    }

    static String of(String text, int charsMax) {
        StringBuilder excerpt = new StringBuilder();
        for (int i = 0; i < text.length() && i < charsMax; i++) {
            char c = text.charAt(i);
            excerpt.append(Character.isISOControl(c) || Character.isSurrogate(c) ? '\ufffd' : c);
        }
        return text.length() > charsMax ? excerpt + "… (" + text.length() + " characters)" : excerpt.toString();
    }
}
