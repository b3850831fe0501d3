package dev.cairn.decision;

import dev.cairn.InvalidRequestException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One decision of a document while it is read: first its facts, one a line, then its four texts.
 *
 * <p>Threading: one thread.
 */
final class DecisionSection {
    private static final List<String> FACTS = List.of("Date", "Agent", "Task", "Id");
    private static final String DECISION = "Decision";
    private static final String ALTERNATIVES = "Alternatives";

    private final String title;
    private final int line;
    private final @Nullable String anchor;
    private final Map<String, String> facts = new LinkedHashMap<>();
    private final Map<String, List<String>> texts = new LinkedHashMap<>();
    /** Where facts and headings stand, so that what is wrong with one of them is found there. */
    private final Map<String, Integer> lineOf = new HashMap<>();
    /** The heading whose text is being read; null before the first, empty below one that does not belong here. */
    private @Nullable String current;

    private int expected;
    private long chars;

    /** @param anchor the line before the heading, null where there is none */
    DecisionSection(String title, int line, @Nullable String anchor) {
        this.title = title;
        this.line = line;
        this.anchor = anchor;
    }

    String title() {
        return DecisionsParser.excerpt(title);
    }

    int line() {
        return line;
    }

    boolean inText() {
        return current != null && !inList();
    }

    boolean inList() {
        return ALTERNATIVES.equals(current);
    }

    boolean tooLarge(String next) {
        chars += next.length() + 1;
        return chars > DecisionsParser.SECTION_CHARS_MAX;
    }

    /** Begins the text below a heading; returns what is wrong with that, or null. */
    @Nullable
    String begin(String heading, int number) {
        endText(true);
        int place = MarkdownText.HEADINGS.indexOf(heading);
        if (place < 0) {
            current = "";
            return "expected a section ### " + String.join(", ", MarkdownText.HEADINGS) + ", was ### "
                    + DecisionsParser.excerpt(heading);
        }
        if (place < expected) {
            current = "";
            return texts.containsKey(heading)
                    ? "expected a section ### " + heading + " once, was twice"
                    : "expected the sections in the order " + String.join(", ", MarkdownText.HEADINGS) + ", was ### "
                            + heading + " late";
        }
        expected = place + 1;
        current = heading;
        texts.put(heading, new ArrayList<>());
        lineOf.put(heading, number);
        return null;
    }

    /** Takes a line that is no structure; returns what is wrong with it, or null. */
    @Nullable
    String take(String text, int number) {
        if (current == null) {
            return text.isBlank() ? null : takeFact(text, number);
        }
        List<String> lines = texts.get(current);
        if (lines != null) {
            lines.add(text);
        }
        return null;
    }

    private @Nullable String takeFact(String text, int number) {
        int colon = text.indexOf(':');
        String name =
                text.startsWith("- ") && colon > 0 ? text.substring(2, colon).strip() : "";
        if (!FACTS.contains(name)) {
            return "expected a line - Date:, - Agent:, - Task: or - Id:, or a section, was "
                    + DecisionsParser.excerpt(text);
        }
        lineOf.putIfAbsent(name, number);
        boolean again = facts.putIfAbsent(name, text.substring(colon + 1).strip()) != null;
        return again ? "expected a line - " + name + ": once, was twice" : null;
    }

    /** Takes the blank line behind the heading, and the one before what follows, away. */
    private void endText(boolean blankBehind) {
        List<String> lines = current == null ? null : texts.get(current);
        if (lines == null) {
            return;
        }
        if (!lines.isEmpty() && lines.get(0).isBlank()) {
            lines.remove(0);
        }
        if (blankBehind && !lines.isEmpty() && lines.get(lines.size() - 1).isBlank()) {
            lines.remove(lines.size() - 1);
        }
    }

    /** The decision, or null and what is wrong with it. */
    DecisionsMarkdown.@Nullable Section end(boolean blankBehind, List<DecisionFlaw> flaws) {
        endText(blankBehind);
        Instant date = date(flaws);
        String agent = name("Agent", flaws);
        String task =
                facts.containsKey("Task") && facts.get("Task").equals(MarkdownNames.NONE) ? null : name("Task", flaws);
        String id = name("Id", flaws);
        if (anchor != null && !id.isEmpty() && !anchor.equals(MarkdownNames.anchor(id))) {
            flaw(
                    flaws,
                    "expected the anchor " + MarkdownNames.anchor(id) + " before the heading, was "
                            + DecisionsParser.excerpt(anchor));
        }
        for (String heading : MarkdownText.HEADINGS) {
            checkText(heading, flaws);
        }
        if (!flaws.isEmpty()) {
            return null;
        }
        return checked(
                new NewDecision(
                        id,
                        agent,
                        task,
                        title,
                        text("Context"),
                        String.valueOf(text(DECISION)),
                        text("Rationale"),
                        alternatives()),
                date,
                flaws);
    }

    private DecisionsMarkdown.@Nullable Section checked(NewDecision read, Instant date, List<DecisionFlaw> flaws) {
        try {
            return new DecisionsMarkdown.Section(DecisionCommand.checked(read), date, line);
        } catch (InvalidRequestException e) {
            String member = String.valueOf(e.where()).substring(1);
            String fact = member.substring(0, 1).toUpperCase(Locale.ROOT) + member.substring(1);
            flaw(flaws, fact, e.getMessage() + " as " + member);
            return null;
        }
    }

    private void checkText(String heading, List<DecisionFlaw> flaws) {
        List<String> lines = texts.get(heading);
        if (lines == null) {
            flaw(flaws, "expected a section ### " + heading + " in \"" + title() + "\" (line " + line + "), was none");
        } else if (lines.stream().allMatch(String::isBlank)) {
            flaw(flaws, heading, "expected a text or " + MarkdownText.NONE + " below ### " + heading + ", was nothing");
        } else if (heading.equals(DECISION) && MarkdownText.read(lines) == null) {
            flaw(flaws, heading, "expected a text below ### Decision, was " + MarkdownText.NONE);
        } else if (heading.equals(ALTERNATIVES) && MarkdownText.readList(lines) == null) {
            flaw(
                    flaws,
                    heading,
                    "expected a list, each item after \"- \" and its further lines indented by two, below ###"
                            + " Alternatives, was something else");
        }
    }

    private @Nullable String text(String heading) {
        List<String> lines = texts.get(heading);
        return lines == null ? null : MarkdownText.read(lines);
    }

    private List<String> alternatives() {
        List<String> lines = texts.get(ALTERNATIVES);
        List<String> items = lines == null ? null : MarkdownText.readList(lines);
        return items == null ? List.of() : items;
    }

    private Instant date(List<DecisionFlaw> flaws) {
        String date = facts.get("Date");
        if (date == null) {
            flaw(flaws, "expected a line - Date:, was none");
            return Instant.EPOCH;
        }
        try {
            return OffsetDateTime.parse(date).toInstant();
        } catch (DateTimeException e) {
            flaw(
                    flaws,
                    "Date",
                    "expected a time as 2026-01-01T12:00:00Z behind - Date:, was " + DecisionsParser.excerpt(date));
        }
        return Instant.EPOCH;
    }

    /** Empty, with a flaw, where there is none. */
    private String name(String fact, List<DecisionFlaw> flaws) {
        String written = facts.get(fact);
        if (written == null) {
            flaw(flaws, "expected a line - " + fact + ":, was none");
            return "";
        }
        String name = written.equals(MarkdownNames.NONE) ? null : MarkdownNames.name(written);
        if (name == null) {
            flaw(
                    flaws,
                    fact,
                    "expected a name in backticks behind - " + fact + ":, was " + DecisionsParser.excerpt(written));
            return "";
        }
        return name;
    }

    private void flaw(List<DecisionFlaw> flaws, String message) {
        flaws.add(new DecisionFlaw(line, title(), message));
    }

    /** @param where the fact or heading that is wrong */
    private void flaw(List<DecisionFlaw> flaws, String where, String message) {
        flaws.add(new DecisionFlaw(lineOf.getOrDefault(where, line), title(), message));
    }
}
