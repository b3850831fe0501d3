package dev.cairn.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.cairn.harness.Trials;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The document that people read, and what is read back from it. */
class DecisionsMarkdownTest {
    private static final Instant DATE = Instant.parse("2026-01-02T03:04:05.000006Z");

    private static final NewDecision FIRST = NewDecision.of("d-1", "ann", "Use SQLite", "We use SQLite.")
            .task("build-42")
            .context("Lists are slow.\n\n## Numbers\n\n```sh\n# a comment\n```")
            .rationale("It is small.")
            .alternatives(List.of("PostgreSQL\n\nis a server", "A file"));
    private static final NewDecision SECOND = NewDecision.of("a/ä", "bob `the` bot", "Keep it", "Nothing changes.");

    private static final String DOCUMENT = """
            # Decisions

            Written by Cairn, one section for each decision, in the order in which they were made. `cairn import --as decisions` reads this form back.

            <a id="decision-d-1"></a>

            ## Use SQLite

            - Date: 2026-01-02T03:04:05.000006Z
            - Agent: `ann`
            - Task: `build-42`
            - Id: `d-1`

            ### Context

            Lists are slow.

            \\## Numbers

            ```sh
            # a comment
            ```

            ### Decision

            We use SQLite.

            ### Rationale

            It is small.

            ### Alternatives

            - PostgreSQL

              is a server
            - A file

            <a id="decision-a_2F_C3_A4"></a>

            ## Keep it

            - Date: 2026-01-02T03:04:05.000006Z
            - Agent: ``bob `the` bot``
            - Task: none
            - Id: `a/ä`

            ### Context

            _None._

            ### Decision

            Nothing changes.

            ### Rationale

            _None._

            ### Alternatives

            _None._
            """;

    @Test
    void shouldWriteADocumentForPeople() throws Exception {
        assertThat(document(List.of(FIRST, SECOND))).isEqualTo(DOCUMENT);
    }

    @Test
    void shouldReadBackWhatItWrote() throws Exception {
        assertThat(read(DOCUMENT))
                .containsExactly(
                        new DecisionsMarkdown.Section(FIRST, DATE, 7), new DecisionsMarkdown.Section(SECOND, DATE, 41));
        assertThat(read(document(List.of()))).isEmpty();
    }

    /** Every text comes back to the character, and the document of what came back is the same document. */
    @Test
    void shouldBringEveryTextBack() {
        Trials.of("decisions as markdown", 3_000).run(random -> {
            RandomDecisions decisions = new RandomDecisions(random);
            List<NewDecision> written = new ArrayList<>();
            for (int i = random.nextInt(4); i >= 0; i--) {
                written.add(decisions.next(i + "-"));
            }
            String document = document(written);
            List<NewDecision> read = read(document).stream()
                    .map(DecisionsMarkdown.Section::decision)
                    .toList();
            assertThat(read).as(document).isEqualTo(written);
            assertThat(document(read)).isEqualTo(document);
        });
    }

    /** Git on Windows, and some editors, end every line of a file so. */
    @Test
    void shouldReadADocumentWithOtherLineEnds() {
        Trials.of("decisions as markdown with CRLF", 200).run(random -> {
            NewDecision decision = new RandomDecisions(random).next("");
            String document = document(List.of(decision));
            assertThat(read("\ufeff" + document.replace("\n", "\r\n")))
                    .as(document)
                    .extracting(DecisionsMarkdown.Section::decision)
                    .containsExactly(decision);
        });
    }

    @Test
    void shouldReadWhatAPersonWrites() throws Exception {
        String written = DOCUMENT.replace("<a id=\"decision-d-1\"></a>\n\n", "")
                .replace("- Agent: `ann`", "-   Agent:  ann")
                .replace("2026-01-02T03:04:05.000006Z", "2026-01-02T04:04:05.000006+01:00");

        assertThat(read(written))
                .extracting(DecisionsMarkdown.Section::decision)
                .containsExactly(FIRST, SECOND);
    }

    /** A text that nothing closes, or that a reader could hide others in, stays inside of its section. */
    @Test
    void shouldKeepTextsFromReachingIntoOthers() throws Exception {
        NewDecision sly = NewDecision.of("d", "a", "T", "```\n<!-- hide\n## Fake\n### Decision\n<script>");

        assertThat(document(List.of(sly))).contains("\n\\```\n\\<!-- hide\n\\## Fake\n\\### Decision\n\\<script>\n");
        assertThat(read(document(List.of(sly))))
                .extracting(DecisionsMarkdown.Section::decision)
                .containsExactly(sly);
    }

    @Test
    void shouldTakeNoLongerThanTheTextIsLong() {
        StringBuilder fences = new StringBuilder();
        for (int i = 0; i < 100_000; i++) {
            fences.append("```x").append(i).append('\n');
        }
        for (int i = 1_000; i >= 3; i--) {
            fences.append("~".repeat(i)).append("x\n");
        }
        NewDecision decision = NewDecision.of("d", "a", "T", fences.toString());

        Assertions.assertTimeout(
                Duration.ofSeconds(60),
                () -> assertThat(read(document(List.of(decision))))
                        .extracting(DecisionsMarkdown.Section::decision)
                        .containsExactly(decision));
    }

    private static Arguments row(String name, String from, String to, String... flaws) {
        return Arguments.of(name, from, to, List.of(flaws));
    }

    private static Stream<Arguments> breaks() {
        String in = ", \"Use SQLite\": expected ";
        return Stream.of(
                row(
                        "no title",
                        "# Decisions\n",
                        "Decisions\n",
                        "line 1: expected a document that begins with # Decisions, was Decisions"),
                row(
                        "no heading",
                        "## Use SQLite\n",
                        "",
                        "line 5: expected a heading ## behind the anchor, was - Date: 2026-01-02T03:04:05.000006Z"),
                row(
                        "no text of a heading",
                        "## Use SQLite",
                        "## ",
                        "line 7, \"\": expected 1 to 512 bytes of UTF-8, was 0 as title"),
                row(
                        "deep heading",
                        "## Use SQLite",
                        "# Use SQLite",
                        "line 5: expected a heading ## behind the anchor, was none",
                        "line 7: expected a heading ## TITLE of a decision, was # Use SQLite"),
                row(
                        "no section",
                        "### Decision\n",
                        "",
                        "line 7" + in + "a section ### Decision in \"Use SQLite\" (line 7), was none"),
                row(
                        "misspelt section",
                        "### Rationale",
                        "### Rationals",
                        "line 7" + in + "a section ### Rationale in \"Use SQLite\" (line 7), was none",
                        "line 28" + in + "a section ### Context, Decision, Rationale, Alternatives, was ### Rationals"),
                row(
                        "section twice",
                        "### Rationale",
                        "### Decision",
                        "line 7" + in + "a section ### Rationale in \"Use SQLite\" (line 7), was none",
                        "line 28" + in + "a section ### Decision once, was twice"),
                row(
                        "sections out of order",
                        "### Context",
                        "### Rationale",
                        "line 7" + in + "a section ### Context in \"Use SQLite\" (line 7), was none",
                        "line 7" + in + "a section ### Decision in \"Use SQLite\" (line 7), was none",
                        "line 24" + in
                                + "the sections in the order Context, Decision, Rationale, Alternatives, was ### Decision late",
                        "line 28" + in + "a section ### Rationale once, was twice"),
                row(
                        "no text",
                        "We use SQLite.\n",
                        "",
                        "line 24" + in + "a text or _None._ below ### Decision, was nothing"),
                row(
                        "no decision",
                        "We use SQLite.",
                        "_None._",
                        "line 24" + in + "a text below ### Decision, was _None._"),
                row(
                        "no list",
                        "- PostgreSQL",
                        "PostgreSQL",
                        "line 32" + in
                                + "a list, each item after \"- \" and its further lines indented by two, below ### Alternatives, was something else"),
                row("no date", "- Date: 2026-01-02T03:04:05.000006Z\n", "", "line 7" + in + "a line - Date:, was none"),
                row(
                        "bad date",
                        "2026-01-02T03:04:05.000006Z",
                        "yesterday",
                        "line 9" + in + "a time as 2026-01-01T12:00:00Z behind - Date:, was yesterday"),
                row("no agent", "- Agent: `ann`\n", "", "line 7" + in + "a line - Agent:, was none"),
                row("empty agent", "`ann`", "", "line 10" + in + "a name in backticks behind - Agent:, was "),
                row("agent is none", "`ann`", "none", "line 10" + in + "a name in backticks behind - Agent:, was none"),
                row(
                        "open backticks",
                        "`ann`",
                        "`ann",
                        "line 10" + in + "a name in backticks behind - Agent:, was `ann"),
                row(
                        "long agent",
                        "`ann`",
                        "a".repeat(513),
                        "line 10" + in + "1 to 512 bytes of UTF-8, was 513 in \"" + "a".repeat(64) + "…\" as agent"),
                row("no task", "- Task: `build-42`\n", "", "line 7" + in + "a line - Task:, was none"),
                row("no id", "- Id: `d-1`\n", "", "line 7" + in + "a line - Id:, was none"),
                row(
                        "id twice",
                        "- Id: `d-1`",
                        "- Id: `d-1`\n- Id: `d-2`",
                        "line 13" + in + "a line - Id: once, was twice"),
                row(
                        "unknown fact",
                        "- Id: `d-1`",
                        "- Id: `d-1`\n- Colour: red",
                        "line 13" + in + "a line - Date:, - Agent:, - Task: or - Id:, or a section, was - Colour: red"),
                row(
                        "another anchor",
                        "decision-d-1",
                        "decision-d-2",
                        "line 7" + in
                                + "the anchor <a id=\"decision-d-1\"></a> before the heading, was <a id=\"decision-d-2\"></a>"),
                row(
                        "open fence",
                        "# a comment\n```",
                        "# a comment",
                        "line 20" + in + "a code fence that ends within its section, was one that does not"),
                row(
                        "stray heading",
                        "It is small.",
                        "## It is small.",
                        "line 7" + in + "a section ### Alternatives in \"Use SQLite\" (line 7), was none",
                        "line 28" + in + "a text or _None._ below ### Rationale, was nothing",
                        "line 30, \"It is small.\": expected a line - Date:, was none",
                        "line 30, \"It is small.\": expected a line - Agent:, was none",
                        "line 30, \"It is small.\": expected a line - Task:, was none",
                        "line 30, \"It is small.\": expected a line - Id:, was none",
                        "line 30, \"It is small.\": expected a section ### Context in \"It is small.\" (line 30), was none",
                        "line 30, \"It is small.\": expected a section ### Decision in \"It is small.\" (line 30), was none",
                        "line 30, \"It is small.\": expected a section ### Rationale in \"It is small.\" (line 30), was none"),
                row(
                        "one id for two",
                        "`a/ä`",
                        "`d-1`",
                        "line 41, \"Keep it\": expected the anchor <a id=\"decision-d-1\"></a> before the heading, was <a id=\"decision-a_2F_C3_A4\"></a>"),
                row(
                        "anchor at the end",
                        "- A file\n",
                        "- A file\n\n<a id=\"decision-z\"></a>\n",
                        "line 39: expected a heading ## behind the anchor, was none"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("breaks")
    void shouldNameHeadingAndLineOfWhatIsBroken(String name, String from, String to, List<String> flaws) {
        assertThat(DOCUMENT).contains(from);
        int at = DOCUMENT.indexOf(from);
        String broken = DOCUMENT.substring(0, at) + to + DOCUMENT.substring(at + from.length());

        assertThat(flaws(broken).stream().map(DecisionFlaw::toString)).containsExactlyElementsOf(flaws);
    }

    @Test
    void shouldRefuseAnIdTwiceInADocument() throws Exception {
        assertThat(flaws(document(List.of(SECOND, FIRST, FIRST))))
                .extracting(DecisionFlaw::toString)
                .containsExactly(
                        "line 66, \"Use SQLite\": expected an id of its own, was that of the decision in line 32");
    }

    @Test
    void shouldRefuseWhatIsNoDocument() {
        assertThat(flaws("")).extracting(DecisionFlaw::line).containsExactly(1);
        assertThat(flaws("\n \n")).extracting(DecisionFlaw::line).containsExactly(1);
        BrokenDecisionsException bytes = catchThrowableOfType(
                BrokenDecisionsException.class,
                () -> DecisionsMarkdown.check(new ByteArrayInputStream(new byte[] {'#', ' ', (byte) 0xff})));
        assertThat(bytes).hasMessage("line 1: expected UTF-8, was another encoding");
    }

    /** Whatever a file was cut down to: it is read, or it is refused, and memory and messages are bounded. */
    @Test
    void shouldBoundWhatItTells() {
        BrokenDecisionsException broken = catchThrowableOfType(
                BrokenDecisionsException.class, () -> read("# Decisions\n\n" + "## T\n".repeat(10_000)));

        assertThat(broken.flaws()).hasSize(DecisionsParser.FLAWS_MAX);
        assertThat(broken).hasMessageEndingWith("(and 99 more)");
    }

    /** A line that is lost is noticed, or makes no difference but in the text that it was part of. */
    @Test
    void shouldNoticeEveryLineOfStructureThatIsLost() {
        List<String> lines = DOCUMENT.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            List<String> rest = new ArrayList<>(lines);
            rest.remove(i);
            boolean structure =
                    line.startsWith("# D") || line.startsWith("##") || line.matches("- (Date|Agent|Task|Id):.*");
            assertThat(isRead(String.join("\n", rest))).as(line).isEqualTo(!structure && !isOnlyText(line));
        }
    }

    private static boolean isOnlyText(String line) {
        return List.of("We use SQLite.", "It is small.", "Nothing changes.", "_None._", "```sh", "```", "- PostgreSQL")
                .contains(line);
    }

    private static boolean isRead(String document) {
        try {
            read(document);
            return true;
        } catch (BrokenDecisionsException e) {
            return false;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static List<DecisionFlaw> flaws(String document) {
        BrokenDecisionsException broken = catchThrowableOfType(BrokenDecisionsException.class, () -> read(document));
        assertThat(broken).as(document).isNotNull();
        return broken.flaws();
    }

    private static String document(List<NewDecision> decisions) throws IOException {
        StringBuilder out = new StringBuilder();
        DecisionsMarkdown.writePreamble(out);
        for (NewDecision decision : decisions) {
            DecisionsMarkdown.write(decision, DATE, out);
        }
        return out.toString();
    }

    private static List<DecisionsMarkdown.Section> read(String document) throws IOException {
        List<DecisionsMarkdown.Section> sections = new ArrayList<>();
        DecisionsMarkdown.read(new ByteArrayInputStream(document.getBytes(StandardCharsets.UTF_8)), sections::add);
        return sections;
    }
}
