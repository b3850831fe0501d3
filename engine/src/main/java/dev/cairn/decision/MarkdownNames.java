package dev.cairn.decision;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Names in the document: as code spans, which show any text as it is, and as ids of anchors.
 *
 * <p>Threading: stateless.
 */
final class MarkdownNames {
    /** What stands in the place of a name that there is not. */
    static final String NONE = "none";

    private static final String ANCHOR = "<a id=\"decision-";
    private static final String ANCHOR_END = "\"></a>";

    private MarkdownNames() {}

    /** A name in backticks, one more of them than it has in a row itself. */
    static String span(@Nullable String name) {
        if (name == null) {
            return NONE;
        }
        int longest = 0;
        for (int i = 0; i < name.length(); i++) {
            if (name.charAt(i) == '`') {
                int run = MarkdownFence.run(name, i);
                longest = Math.max(longest, run);
                i += run - 1;
            }
        }
        String ticks = "`".repeat(longest + 1);
        String pad = needsPad(name) ? " " : "";
        return ticks + pad + name + pad + ticks;
    }

    private static boolean needsPad(String name) {
        return name.startsWith("`") || name.endsWith("`") || isStripped(name);
    }

    /** Whether CommonMark takes a space away from both ends of what stands in a code span. */
    private static boolean isStripped(String inside) {
        return inside.length() > 1 && inside.startsWith(" ") && inside.endsWith(" ") && !inside.isBlank();
    }

    /** The name in a span, or a name that a person wrote without one; null if it is neither. */
    static @Nullable String name(String written) {
        String text = written.strip();
        if (!text.startsWith("`")) {
            return text.isEmpty() ? null : text;
        }
        int ticks = MarkdownFence.run(text, 0);
        if (text.length() <= 2 * ticks || !text.endsWith("`".repeat(ticks))) {
            return null;
        }
        String inside = text.substring(ticks, text.length() - ticks);
        if (inside.startsWith("`") || inside.endsWith("`") || hasRun(inside, ticks)) {
            return null;
        }
        return isStripped(inside) ? inside.substring(1, inside.length() - 1) : inside;
    }

    private static boolean hasRun(String text, int length) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == '`') {
                int run = MarkdownFence.run(text, i);
                if (run == length) {
                    return true;
                }
                i += run - 1;
            }
        }
        return false;
    }

    /** The line that links to a decision lead to; it depends on the id alone. */
    static String anchor(String id) {
        StringBuilder anchor = new StringBuilder(ANCHOR);
        for (byte b : id.getBytes(StandardCharsets.UTF_8)) {
            boolean plain =
                    b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9' || b == '-' || b == '.';
            if (plain) {
                anchor.append((char) b);
            } else {
                anchor.append(String.format("_%02X", b & 0xFF));
            }
        }
        return anchor.append(ANCHOR_END).toString();
    }

    /** Whether a line is an anchor as {@link #anchor} makes them, of whichever decision. */
    static boolean isAnchor(String line) {
        return line.startsWith(ANCHOR)
                && line.endsWith(ANCHOR_END)
                && line.indexOf('"', ANCHOR.length()) == line.length() - ANCHOR_END.length();
    }

    /** Whether a line begins as an anchor does. */
    static boolean beginsAnchor(String line) {
        return line.startsWith(ANCHOR);
    }
}
