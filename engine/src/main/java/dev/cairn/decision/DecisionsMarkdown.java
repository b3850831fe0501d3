package dev.cairn.decision;

import dev.cairn.internal.json.JsonWriter;
import dev.cairn.internal.kind.Micros;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.function.Consumer;

/**
 * Decisions as a Markdown document, written and read.
 *
 * <p>The document is pleasant on any page that shows Markdown, and has one fixed form: what is written is read back to the
 * character, and what is not of the form is named with its line. It is no reader of Markdown at large.
 *
 * <pre>
 * # Decisions
 *
 * Written by Cairn. …
 *
 * &lt;a id="decision-ID"&gt;&lt;/a&gt;
 *
 * ## TITLE
 *
 * - Date: 2026-01-02T03:04:05.000006Z
 * - Agent: `NAME`
 * - Task: `NAME` (or none)
 * - Id: `ID`
 *
 * ### Context
 *
 * TEXT (or _None._)
 *
 * ### Decision
 * ### Rationale
 * ### Alternatives
 *
 * - TEXT
 * - TEXT
 * </pre>
 *
 * <p>Threading: stateless.
 */
public final class DecisionsMarkdown {
    static final String TITLE = "# Decisions";

    private static final String PREAMBLE = TITLE + "\n\n"
            + "Written by Cairn, one section for each decision, in the order in which they were made."
            + " `cairn import --as decisions` reads this form back.\n";

    private DecisionsMarkdown() {}

    /**
     * One decision of a document.
     *
     * @param decision as it can be appended
     * @param date when it was decided
     * @param line where its heading stands, from 1
     */
    public record Section(NewDecision decision, Instant date, int line) {}

    /** Writes what stands before the first decision; alone it is the document of none. */
    public static void writePreamble(Appendable out) throws IOException {
        out.append(PREAMBLE);
    }

    /** Writes the section of one decision. */
    public static void write(Decision decision, Appendable out) throws IOException {
        write(decision.content(), decision.date(), out);
    }

    /** Writes the section of a decision that was made at {@code date}, to the microsecond. */
    public static void write(NewDecision decision, Instant date, Appendable out) throws IOException {
        out.append('\n').append(MarkdownNames.anchor(decision.id())).append("\n\n");
        out.append("## ").append(decision.title()).append("\n\n");
        out.append("- Date: ").append(JsonWriter.timeText(Micros.floor(date))).append('\n');
        out.append("- Agent: ").append(MarkdownNames.span(decision.agent())).append('\n');
        out.append("- Task: ").append(MarkdownNames.span(decision.task())).append('\n');
        out.append("- Id: ").append(MarkdownNames.span(decision.id())).append('\n');
        heading(MarkdownText.HEADINGS.get(0), out);
        MarkdownText.write(decision.context(), out);
        heading(MarkdownText.HEADINGS.get(1), out);
        MarkdownText.write(decision.decision(), out);
        heading(MarkdownText.HEADINGS.get(2), out);
        MarkdownText.write(decision.rationale(), out);
        heading(MarkdownText.HEADINGS.get(3), out);
        MarkdownText.writeList(decision.alternatives(), out);
    }

    private static void heading(String name, Appendable out) throws IOException {
        out.append("\n### ").append(name).append("\n\n");
    }

    /**
     * Reads a document, and hands over each decision as it is met. Holds one decision at a time, and the ids of all.
     *
     * @param reader gets the sections that are whole, also of a document that turns out to be broken further on
     * @throws BrokenDecisionsException at the end, with all that is wrong
     */
    public static void read(InputStream in, Consumer<Section> reader) throws IOException {
        new DecisionsParser(reader).parse(in);
    }

    /**
     * Looks whether a document can be read.
     *
     * @throws BrokenDecisionsException with all that is wrong
     */
    public static void check(InputStream in) throws IOException {
        read(in, section -> {});
    }
}
