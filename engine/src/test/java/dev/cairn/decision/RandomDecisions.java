package dev.cairn.decision;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Decisions whose texts are made of everything that is special to Markdown, to this document, or to an editor.
 *
 * <p>Threading: one thread.
 */
final class RandomDecisions {
    private static final List<String> PIECES = List.of(
            "word",
            " ",
            "  ",
            "\t",
            "\n",
            "\n",
            "\n\n",
            "\r\n",
            "\r",
            "\\",
            "\\\\",
            "# ",
            "## ",
            "### Context",
            "### Decision",
            "#### four",
            "#",
            "##\n",
            "```",
            "```java\n",
            "````",
            "~~~",
            "~~~ x",
            "`",
            "`a`",
            "- ",
            "-",
            "- Date: now",
            "  - ",
            "* ",
            "1. ",
            "<",
            "<a id=\"decision-x\"></a>",
            "<!-- CRLF -->",
            "<!--",
            "-->",
            "<details>",
            "</p>",
            "<?",
            "&#13;",
            "&#0;",
            "\\&#13;",
            "&#013;",
            "&#65;",
            "&",
            "_None._",
            "_None._\n",
            "none",
            "---\n",
            "===\n",
            "> quote",
            "|a|b|",
            "\u0000",
            "\u001b[31m",
            "\u0085",
            "\u2028",
            "\u00a0",
            "\ufeff",
            "é",
            "漢字",
            "🎉",
            "Use SQLite",
            "   ",
            "    code",
            "\n### Rationale\n",
            "\n## Title\n",
            "\n<a id=\"decision-x\"></a>\n",
            "\n```\n",
            "\n~~~\n",
            "\n\\## x\n",
            "\n   ## y");

    private static final List<String> NAME_PIECES = List.of(
            "a", "B", "7", " ", "`", "``", "_", "*", "#", "<", ">", "none", "é", "漢", "🎉", "/", "%", "\\", "&#13;",
            "\u00a0");

    private final Random random;

    RandomDecisions(Random random) {
        this.random = random;
    }

    NewDecision next(String idPrefix) {
        List<String> alternatives = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            alternatives.add(required());
        }
        return new NewDecision(
                idPrefix + name(),
                name(),
                random.nextBoolean() ? null : name(),
                "T" + name(),
                text(),
                required(),
                text(),
                alternatives);
    }

    private @Nullable String text() {
        String text = random.nextInt(4) == 0 ? "" : pieces(PIECES, 12);
        text = random.nextInt(6) == 0 ? text.replace("\r", "").replace("\n", "\r\n") : text;
        return text.isBlank() ? null : text;
    }

    private String required() {
        String text = text();
        return text == null ? "x" : text;
    }

    private String name() {
        String name = pieces(NAME_PIECES, 5);
        return name.isEmpty() ? "n" : name;
    }

    private String pieces(List<String> pieces, int max) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(max); i >= 0; i--) {
            text.append(pieces.get(random.nextInt(pieces.size())));
        }
        return text.toString();
    }
}
