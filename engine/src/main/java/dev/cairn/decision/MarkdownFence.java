package dev.cairn.decision;

import org.jspecify.annotations.Nullable;

/**
 * An open code fence, by the rules of CommonMark for fences outside of lists and quotes.
 *
 * <p>Threading: immutable.
 *
 * @param mark backtick or tilde
 * @param length how many of them, at least 3
 */
record MarkdownFence(char mark, int length) {
    private static final int LENGTH_LEAST = 3;

    /** The fence that the line opens, or null. */
    static @Nullable MarkdownFence openedBy(String line) {
        int start = indent(line);
        if (start == line.length()) {
            return null;
        }
        char mark = line.charAt(start);
        int length = run(line, start);
        boolean opens = (mark == '`' || mark == '~')
                && length >= LENGTH_LEAST
                && (mark == '~' || line.indexOf('`', start + length) < 0);
        return opens ? new MarkdownFence(mark, length) : null;
    }

    boolean isClosedBy(String line) {
        int start = indent(line);
        if (start == line.length() || line.charAt(start) != mark) {
            return false;
        }
        int length = run(line, start);
        if (length < this.length) {
            return false;
        }
        for (int i = start + length; i < line.length(); i++) {
            if (line.charAt(i) != ' ' && line.charAt(i) != '\t') {
                return false;
            }
        }
        return true;
    }

    /** Up to three spaces: one more makes the line code by itself. */
    static int indent(String line) {
        int spaces = 0;
        while (spaces < 3 && spaces < line.length() && line.charAt(spaces) == ' ') {
            spaces++;
        }
        return spaces;
    }

    /** How often the character at {@code at} stands there in a row. */
    static int run(String line, int at) {
        int end = at;
        while (end < line.length() && line.charAt(end) == line.charAt(at)) {
            end++;
        }
        return end - at;
    }
}
