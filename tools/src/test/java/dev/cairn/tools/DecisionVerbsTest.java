package dev.cairn.tools;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.Cairn;
import dev.cairn.WriteOptions;
import dev.cairn.decision.NewDecision;
import dev.cairn.server.CairnServer;
import dev.cairn.server.ServerOptions;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Decisions out of one log and into another, over the files and over HTTP. */
class DecisionVerbsTest {
    @TempDir
    Path dir;

    private Path data;
    private Cairn cairn;
    private CairnServer server;
    private String url;
    private long second;

    @BeforeEach
    void open() {
        data = dir.resolve("data");
        cairn = Cairn.open(data);
        cairn.decisions()
                .append(
                        NewDecision.of("d1", "ann", "Use SQLite", "We use it.\n\n## Really\n")
                                .task("t")
                                .context("a\r\nb"),
                        WriteOptions.defaults().withOccurredAt(Instant.parse("2020-01-01T00:00:00Z")));
        second = cairn.decisions()
                .append(NewDecision.of("d2", "bob", "Keep it", "Nothing changes.")
                        .alternatives(List.of("x", "y\nz")))
                .offset();
        cairn.decisions().append(NewDecision.of("d3", "ann", "End it", "Now."));
        server = CairnServer.start(cairn, ServerOptions.builder().port(0).build());
        url = "http://127.0.0.1:" + server.port();
    }

    @AfterEach
    void close() {
        server.close();
        cairn.close();
    }

    private static List<String> titles(RunVerb run) {
        assertThat(run.exit()).as(run.err()).isZero();
        assertThat(run.out()).startsWith("# Decisions\n");
        return run.out()
                .lines()
                .filter(line -> line.startsWith("## "))
                .map(line -> line.substring(3))
                .toList();
    }

    private RunVerb export(Object... flags) {
        Object[] all = new Object[flags.length + 3];
        all[0] = "export";
        all[1] = "--format";
        all[2] = "markdown";
        System.arraycopy(flags, 0, all, 3, flags.length);
        return RunVerb.cairn(all);
    }

    @Test
    void shouldExportTheSameBesideAServerAndFromIt() {
        RunVerb files = export("--data", data);

        assertThat(titles(files)).containsExactly("Use SQLite", "Keep it", "End it");
        assertThat(export("--url", url).out()).isEqualTo(files.out());
        for (Object[] where : new Object[][] {{"--data", data}, {"--url", url}}) {
            assertThat(titles(export(where[0], where[1], "--agent", "ann"))).containsExactly("Use SQLite", "End it");
            assertThat(titles(export(where[0], where[1], "--task", "t"))).containsExactly("Use SQLite");
            assertThat(titles(export(where[0], where[1], "--from", second))).containsExactly("Keep it", "End it");
            assertThat(titles(export(where[0], where[1], "--until", second))).containsExactly("Use SQLite");
            assertThat(titles(export(where[0], where[1], "--agent", "nobody"))).isEmpty();
        }
    }

    @Test
    void shouldTakeADocumentInOnceIntoADirectory() throws Exception {
        String document = export("--data", data).out();
        Path file = Files.writeString(dir.resolve("decisions.md"), document);
        Path other = dir.resolve("other");

        RunVerb first = RunVerb.cairn("import", file, "--as", "decisions", "--data", other);
        RunVerb again = RunVerb.cairn("import", file, "--as", "decisions", "--data", other, "-o", "json");

        assertThat(first.out()).as(first.err()).isEqualTo("3 decisions: 3 added, 0 already there\n");
        assertThat(again.out()).isEqualTo("{\"decisions\":3,\"added\":0,\"skipped\":3}\n");
        assertThat(export("--data", other).out()).isEqualTo(document);
    }

    @Test
    void shouldTakeALargeDocumentInOverHttpInPieces() throws Exception {
        Path other = dir.resolve("other");
        try (Cairn from = Cairn.open(other)) {
            for (int i = 0; i < 8; i++) {
                from.decisions().append(NewDecision.of("big" + i, "carl", "T" + i, "x".repeat(600_000)));
            }
        }
        String document = export("--data", other).out();
        Path packed = dir.resolve("decisions.md.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(packed))) {
            out.write(document.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        }

        RunVerb first = RunVerb.cairn("import", packed, "--as", "decisions", "--url", url);
        RunVerb again = RunVerb.cairn("import", packed, "--as", "decisions", "--url", url);

        assertThat(first.out()).as(first.err()).isEqualTo("8 decisions: 8 added, 0 already there\n");
        assertThat(again.out()).isEqualTo("8 decisions: 0 added, 8 already there\n");
        assertThat(export("--url", url, "--agent", "carl").out()).isEqualTo(document);
    }

    @Test
    void shouldNameWhatIsBrokenAndWriteNothing() throws Exception {
        String document = export("--data", data).out();
        Path broken = Files.writeString(
                dir.resolve("broken.md"),
                document.replaceFirst("### Rationale\n", "").replaceFirst("- Agent: `bob`\n", ""));
        Path sound = Files.writeString(
                dir.resolve("sound.md"),
                document.replaceAll("`d(\\d)`", "`e$1`").replaceAll("decision-d", "decision-e"));
        String flaw = broken
                + ": line 7, \"Use SQLite\": expected a section ### Rationale in \"Use SQLite\" (line 7), was none";
        long end = cairn.watermarks().endOffset();

        for (Object[] where : new Object[][] {{"--data", dir.resolve("new")}, {"--url", url}}) {
            RunVerb run = RunVerb.cairn("import", sound, broken, "--as", "decisions", where[0], where[1]);
            assertThat(run.exit()).isEqualTo(ExitCode.FAILED.number());
            assertThat(run.out()).isEmpty();
            assertThat(run.err())
                    .contains(
                            "cairn: " + flaw + "\n",
                            ": expected a line - Agent:, was none\n",
                            "2 places; nothing was written\n");
        }
        RunVerb dry = RunVerb.cairn("import", broken, "--as", "decisions", "--dry-run");
        RunVerb json = RunVerb.cairn("import", broken, "--as", "decisions", "--dry-run", "-o", "json");

        assertThat(cairn.watermarks().endOffset()).isEqualTo(end);
        assertThat(dir.resolve("new")).doesNotExist();
        assertThat(dry.exit()).isEqualTo(ExitCode.FINDINGS.number());
        assertThat(dry.out()).startsWith(flaw + "\n").endsWith("\n1 decisions, 2 things wrong\n");
        assertThat(json.exit()).isEqualTo(ExitCode.FINDINGS.number());
        assertThat(Json.parse(json.out()).at("/errors/0/line").asInt()).isEqualTo(7);
        assertThat(Json.parse(json.out()).at("/errors/0/heading").asText()).isEqualTo("Use SQLite");
        assertThat(RunVerb.cairn("import", sound, "--as", "decisions", "--dry-run"))
                .isEqualTo(new RunVerb(0, "3 decisions, nothing wrong\n", ""));
    }

    @Test
    void shouldNameADecisionThatIsThereWithOtherContent() throws Exception {
        Path file = Files.writeString(
                dir.resolve("other.md"), export("--data", data).out().replace("Nothing changes.", "All changes."));

        RunVerb run = RunVerb.cairn("import", file, "--as", "decisions", "--url", url);

        assertThat(run.exit()).isEqualTo(ExitCode.FAILED.number());
        assertThat(run.err())
                .contains(
                        file + ": 409 conflict: expected the decision d2 to be as in \"Keep it\" (line ",
                        "), was another, made at offset " + second);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "import x --as decisions --data d --id id",
                "import x --as decisions --data d --workflow open",
                "import x --as decisions --data d --skip-bad-rows",
                "import x --as decisions",
                "import x --data d --dry-run",
                "export --data d --task t"
            })
    void shouldRefuseFlagsThatMeanNothing(String line) {
        assertThat(RunVerb.cairn((Object[]) line.split(" ")).exit()).isEqualTo(ExitCode.USAGE.number());
    }
}
