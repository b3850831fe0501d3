package dev.cairn.decision;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Texts of people and agents as lines of the document, and back, every character as it was.
 *
 * <p>Almost all lines stand as they are. A line that would be taken for structure outside of a code fence (a heading of the
 * first three levels, the start of HTML, a fence that nothing closes, the mark of an empty text) gets a backslash before it,
 * which Markdown does not show; so does a line that looks as if it had got one. Inside of a fence only the document's own
 * headings and anchors are marked so. A text whose lines all end in CRLF says so in front; other control characters are
 * character references.
 *
 * <p>Threading: stateless.
 */
final class MarkdownText {
    /** Stands for a text that there is not. */
    static final String NONE = "_None._";

    private static final String CRLF_MARK = "<!-- CRLF -->";
    private static final String CRLF = "\r\n";
    private static final int HEADING_MAX = 3;
    private static final int REFERENCE_DIGITS_MAX = 3;

    /** The headings within a decision. */
    static final List<String> HEADINGS = List.of("Context", "Decision", "Rationale", "Alternatives");

    private static final Set<String> OWN_LINES =
            Set.of("### Context", "### Decision", "### Rationale", "### Alternatives");

    private MarkdownText() {}

    /** Writes a text, or the mark that there is none. */
    static void write(@Nullable String text, Appendable out) throws IOException {
        if (text == null) {
            out.append(NONE).append('\n');
            return;
        }
        String body = text;
        if (allCrlf(text)) {
            out.append(CRLF_MARK).append('\n');
            body = text.replace(CRLF, "\n");
        }
        writeLines(lines(body), out);
    }

    private static boolean allCrlf(String text) {
        String without = text.replace(CRLF, "");
        return without.length() < text.length() && without.indexOf('\r') < 0 && without.indexOf('\n') < 0;
    }

    private static List<String> lines(String text) {
        return Arrays.stream(text.split("\n", -1))
                .map(MarkdownText::withReferences)
                .toList();
    }

    private static void writeLines(List<String> lines, Appendable out) throws IOException {
        // For each kind of fence, from which length on nothing closes it any more: what is looked for is looked for
        // once.
        int[] openLengths = {Integer.MAX_VALUE, Integer.MAX_VALUE};
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            MarkdownFence fence = MarkdownFence.openedBy(line);
            int end = fence == null ? -1 : end(lines, i, fence, openLengths);
            if (end < 0) {
                out.append(fence != null || isGuarded(line, false) ? "\\" : "")
                        .append(line)
                        .append('\n');
                continue;
            }
            for (; i < end; i++) {
                String inside = lines.get(i);
                out.append(isGuarded(inside, true) ? "\\" : "").append(inside).append('\n');
            }
            out.append(lines.get(end)).append('\n');
        }
    }

    /** The index of the line that closes the fence of line {@code start}, −1 for none. */
    private static int end(List<String> lines, int start, MarkdownFence fence, int[] openLengths) {
        int mark = fence.mark() == '`' ? 0 : 1;
        if (fence.length() < openLengths[mark]) {
            for (int i = start + 1; i < lines.size(); i++) {
                if (fence.isClosedBy(lines.get(i))) {
                    return i;
                }
            }
            openLengths[mark] = fence.length();
        }
        return -1;
    }

    /** Writes alternatives as a list. */
    static void writeList(List<String> items, Appendable out) throws IOException {
        if (items.isEmpty()) {
            out.append(NONE).append('\n');
        }
        for (String item : items) {
            String before = "- ";
            for (String line : lines(item)) {
                // A blank line of a list carries no spaces; one that consists of spaces carries two more.
                out.append(line.isEmpty() && before.isBlank() ? "" : before)
                        .append(line)
                        .append('\n');
                before = "  ";
            }
        }
    }

    /** The text that {@link #write} made these lines of; null for none. */
    static @Nullable String read(List<String> lines) {
        if (lines.size() == 1 && lines.get(0).equals(NONE)) {
            return null;
        }
        boolean crlf = !lines.isEmpty() && lines.get(0).equals(CRLF_MARK);
        StringBuilder text = new StringBuilder();
        MarkdownFence fence = null;
        for (int i = crlf ? 1 : 0; i < lines.size(); i++) {
            String line = lines.get(i);
            text.append(i == (crlf ? 1 : 0) ? "" : crlf ? CRLF : "\n");
            text.append(withoutReferences(
                    line.startsWith("\\") && isGuarded(line, fence != null) ? line.substring(1) : line));
            fence = fence == null ? MarkdownFence.openedBy(line) : fence.isClosedBy(line) ? null : fence;
        }
        return text.toString();
    }

    /** The items that {@link #writeList} made these lines of; null when they are no list. */
    static @Nullable List<String> readList(List<String> lines) {
        if (lines.size() == 1 && lines.get(0).equals(NONE)) {
            return List.of();
        }
        List<StringBuilder> items = new ArrayList<>();
        for (String line : lines) {
            if (line.startsWith("- ") || line.equals("-")) {
                items.add(new StringBuilder(withoutReferences(line.substring(Math.min(2, line.length())))));
            } else if (!items.isEmpty() && (line.startsWith("  ") || line.isBlank())) {
                items.get(items.size() - 1)
                        .append('\n')
                        .append(withoutReferences(line.substring(Math.min(2, line.length()))));
            } else {
                return null;
            }
        }
        return items.stream().map(StringBuilder::toString).toList();
    }

    /** Whether the parser would take {@code line} for structure outside of a fence. */
    static boolean isHeading(String line) {
        int start = MarkdownFence.indent(line);
        if (start == line.length() || line.charAt(start) != '#') {
            return false;
        }
        int level = MarkdownFence.run(line, start);
        int end = start + level;
        return level <= HEADING_MAX && (end == line.length() || line.charAt(end) == ' ' || line.charAt(end) == '\t');
    }

    /** Whether {@code line} is one of the document's own, wherever it stands. */
    static boolean isOwn(String line) {
        return MarkdownNames.isAnchor(line) || OWN_LINES.contains(line);
    }

    /** Whether a line, or what stands behind the backslashes it begins with, is to have one more before it. */
    private static boolean isGuarded(String line, boolean inFence) {
        int slashes = line.startsWith("\\") ? MarkdownFence.run(line, 0) : 0;
        String rest = slashes == 0 ? line : line.substring(slashes);
        if (inFence) {
            return isOwn(rest);
        }
        return isHeading(rest)
                || beginsHtml(rest)
                || rest.equals(NONE)
                || slashes > 0 && MarkdownFence.openedBy(rest) != null;
    }

    private static boolean beginsHtml(String line) {
        int start = MarkdownFence.indent(line);
        if (start + 1 >= line.length() || line.charAt(start) != '<') {
            return false;
        }
        char next = line.charAt(start + 1);
        return next >= 'a' && next <= 'z' || next >= 'A' && next <= 'Z' || next == '/' || next == '!' || next == '?';
    }

    /** Control characters become references; backslashes before one, or before what looks like one, are doubled. */
    private static String withReferences(String line) {
        if (isPlain(line)) {
            return line;
        }
        StringBuilder out = new StringBuilder(line.length() + 16);
        int slashes = 0;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (isControl(c)) {
                out.append("\\".repeat(slashes)).append("&#").append((int) c).append(';');
            } else if (c == '&' && referenceEnd(line, i) > 0) {
                out.append("\\".repeat(slashes + 1)).append(c);
            } else {
                out.append(c);
            }
            slashes = c == '\\' ? slashes + 1 : 0;
        }
        return out.toString();
    }

    private static boolean isPlain(String line) {
        for (int i = 0; i < line.length(); i++) {
            if (isControl(line.charAt(i))) {
                return false;
            }
        }
        return line.indexOf("&#") < 0;
    }

    private static String withoutReferences(String line) {
        if (line.indexOf("&#") < 0) {
            return line;
        }
        StringBuilder out = new StringBuilder(line.length());
        int slashes = 0;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            int end = c == '&' ? referenceEnd(line, i) : -1;
            if (end > 0) {
                // Of n backslashes, half were there before; an odd one says that the reference is a text.
                out.setLength(out.length() - (slashes + 1) / 2);
                if (slashes % 2 == 0) {
                    out.append((char) Integer.parseInt(line.substring(i + 2, end)));
                    i = end;
                    c = ';';
                } else {
                    out.append(c);
                }
            } else {
                out.append(c);
            }
            slashes = c == '\\' ? slashes + 1 : 0;
        }
        return out.toString();
    }

    /** The index of the semicolon, if at {@code at} stands a reference to a control character; else −1. */
    private static int referenceEnd(String line, int at) {
        int end = at + 2;
        if (!line.startsWith("&#", at)) {
            return -1;
        }
        int number = 0;
        while (end < line.length()
                && end < at + 2 + REFERENCE_DIGITS_MAX
                && Character.digit(line.charAt(end), 10) >= 0) {
            number = number * 10 + Character.digit(line.charAt(end), 10);
            end++;
        }
        boolean whole = end > at + 2 && end < line.length() && line.charAt(end) == ';';
        return whole && isControl(number) ? end : -1;
    }

    /** Characters that a document for people should not hold; line feeds end lines, tabs are harmless. */
    private static boolean isControl(int c) {
        return c < 0x20 && c != '\t' && c != '\n' || c >= 0x7F && c < 0xA0;
    }
}
