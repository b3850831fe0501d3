package dev.cairn.tools;

/**
 * Text made harmless for a terminal: control characters, which could move the cursor or rename the window, become {@code ?}.
 *
 * <p>Threading: stateless.
 */
final class Printable {
    private Printable() {}

    static String of(String text) {
        StringBuilder clean = null;
        for (int i = 0; i < text.length(); i++) {
            if (Character.isISOControl(text.charAt(i))) {
                clean = clean == null ? new StringBuilder(text) : clean;
                clean.setCharAt(i, '?');
            }
        }
        return clean == null ? text : clean.toString();
    }
}
