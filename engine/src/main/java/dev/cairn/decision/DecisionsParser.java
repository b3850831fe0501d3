package dev.cairn.decision;

import dev.cairn.decision.MarkdownLines.BadLineException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads a document of decisions line by line. At each line that is structure it can go on, so that one reading finds all that
 * is wrong.
 *
 * <p>Threading: one thread, one document.
 */
final class DecisionsParser {
    /** More is not told. */
    static final int FLAWS_MAX = 100;

    /** More decisions are not read from one document, because their ids are kept. */
    static final int SECTIONS_MAX = 200_000;

    /** Characters of one decision. */
    static final int SECTION_CHARS_MAX = MarkdownLines.LINE_BYTES_MAX;

    private static final String HEADING = "## ";
    private static final String SUBHEADING = "### ";

    private final Consumer<DecisionsMarkdown.Section> reader;
    private final List<DecisionFlaw> flaws = new ArrayList<>();
    private final Map<String, Integer> lineOfId = new HashMap<>();

    private boolean titled;
    private @Nullable String anchor;
    private int anchorLine;
    private @Nullable DecisionSection section;
    /** Whether what is read belongs to a decision whose heading was not found, which has been told. */
    private boolean headless;

    private @Nullable MarkdownFence fence;
    private int fenceLine;

    DecisionsParser(Consumer<DecisionsMarkdown.Section> reader) {
        this.reader = reader;
    }

    void parse(InputStream in) throws IOException {
        MarkdownLines lines = new MarkdownLines(in);
        try {
            for (String line = lines.next(); line != null && flaws.size() < FLAWS_MAX; line = lines.next()) {
                take(line, lines.number());
            }
            endFence();
            endSection(false);
            checkAnchorUsed();
            if (!titled) {
                flaw(1, "expected a document that begins with " + DecisionsMarkdown.TITLE + ", was an empty one");
            }
        } catch (BadLineException e) {
            flaw(lines.number(), String.valueOf(e.getMessage()));
        }
        if (!flaws.isEmpty()) {
            flaws.sort(Comparator.comparingInt(DecisionFlaw::line));
            throw new BrokenDecisionsException(flaws);
        }
    }

    private void take(String line, int number) {
        if (!titled) {
            takeTitle(line, number);
        } else if (fence != null) {
            takeInFence(fence, line, number);
        } else if (MarkdownNames.beginsAnchor(line)) {
            takeAnchor(line, number);
        } else if (isStructure(line)) {
            takeHeading(line, number);
        } else if (anchor != null && !line.isBlank()) {
            flaw(anchorLine, "expected a heading ## behind the anchor, was " + excerpt(line));
            anchor = null;
            headless = true;
        } else if (section != null) {
            takeText(section, line, number);
        } else if (headless) {
            fence = MarkdownFence.openedBy(line);
            fenceLine = number;
        }
    }

    private void takeTitle(String line, int number) {
        if (line.isBlank()) {
            return;
        }
        titled = true;
        if (!line.strip().equals(DecisionsMarkdown.TITLE)) {
            flaw(number, "expected a document that begins with " + DecisionsMarkdown.TITLE + ", was " + excerpt(line));
            take(line, number);
        }
    }

    /** The lines of a list that are indented belong to it, whatever they look like. */
    private boolean isStructure(String line) {
        return MarkdownText.isHeading(line) && !(section != null && section.inList() && line.startsWith("  "));
    }

    private void takeText(DecisionSection of, String line, int number) {
        if (of.tooLarge(line)) {
            flaw(of.line(), "expected a decision of at most " + SECTION_CHARS_MAX + " characters, was a longer one");
            section = null;
            fence = null;
            headless = true;
            return;
        }
        if (of.inText() && fence == null) {
            fence = MarkdownFence.openedBy(line);
            fenceLine = number;
        } else if (fence != null && fence.isClosedBy(line)) {
            fence = null;
        }
        String problem = of.take(line, number);
        if (problem != null) {
            flaw(number, problem);
        }
    }

    private void takeInFence(MarkdownFence open, String line, int number) {
        if (MarkdownText.isOwn(line)) {
            endFence();
            take(line, number);
        } else if (section != null) {
            takeText(section, line, number);
        } else if (open.isClosedBy(line)) {
            fence = null;
        }
    }

    private void endFence() {
        if (fence != null) {
            flaw(fenceLine, "expected a code fence that ends within its section, was one that does not");
            fence = null;
        }
    }

    private void takeAnchor(String line, int number) {
        endSection(true);
        checkAnchorUsed();
        anchor = line;
        anchorLine = number;
    }

    private void checkAnchorUsed() {
        if (anchor != null) {
            flaw(anchorLine, "expected a heading ## behind the anchor, was none");
            anchor = null;
        }
    }

    private void takeHeading(String line, int number) {
        if (line.startsWith(SUBHEADING) && anchor == null) {
            takeSubheading(line, number);
        } else if (line.startsWith(HEADING)) {
            endSection(true);
            section = new DecisionSection(line.substring(HEADING.length()), number, anchor);
            headless = false;
            anchor = null;
        } else {
            endSection(true);
            checkAnchorUsed();
            flaw(number, "expected a heading ## TITLE of a decision, was " + excerpt(line));
            headless = true;
        }
    }

    private void takeSubheading(String line, int number) {
        if (section == null) {
            if (!headless) {
                flaw(number, "expected a heading ## TITLE before " + excerpt(line) + ", was none");
                headless = true;
            }
            return;
        }
        String problem = section.begin(line.substring(SUBHEADING.length()).strip(), number);
        if (problem != null) {
            flaw(number, problem);
        }
    }

    /** @param blankBehind whether the last text has a blank line behind it that is not its own */
    private void endSection(boolean blankBehind) {
        DecisionSection ended = section;
        if (ended == null) {
            return;
        }
        List<DecisionFlaw> found = new ArrayList<>();
        DecisionsMarkdown.Section read = ended.end(blankBehind, found);
        found.forEach(this::add);
        if (read != null) {
            hand(read);
        }
        section = null;
    }

    private void hand(DecisionsMarkdown.Section read) {
        Integer earlier = lineOfId.putIfAbsent(read.decision().id(), read.line());
        if (earlier != null) {
            flaw(read.line(), "expected an id of its own, was that of the decision in line " + earlier);
        } else if (lineOfId.size() > SECTIONS_MAX) {
            flaw(read.line(), "expected at most " + SECTIONS_MAX + " decisions in a document, was more");
        } else {
            reader.accept(read);
        }
    }

    private void flaw(int line, String message) {
        add(new DecisionFlaw(line, section == null ? null : section.title(), message));
    }

    private void add(DecisionFlaw flaw) {
        if (flaws.size() < FLAWS_MAX) {
            flaws.add(flaw);
        }
    }

    /** A line, cut and without control characters, fit for a message. */
    static String excerpt(String line) {
        String cut = line.length() <= 60 ? line : line.substring(0, 60) + "…";
        StringBuilder shown = new StringBuilder(cut);
        for (int i = 0; i < shown.length(); i++) {
            if (Character.isISOControl(shown.charAt(i)) || Character.isSurrogate(shown.charAt(i))) {
                shown.setCharAt(i, '?');
            }
        }
        return shown.toString();
    }
}
