package dev.cairn.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunsVerbTest {
    @TempDir
    Path directory;

    private Path file(String name, String text) throws Exception {
        return Files.writeString(directory.resolve(name), text);
    }

    private static String steps(int count) {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < count; i++) {
            lines.append("{ \"session\": \"s")
                    .append(i % 2)
                    .append("\", \"seq\": ")
                    .append(i);
            lines.append(", \"body\": \"a \\\"step\\\" that says ")
                    .append("this and that ".repeat(20))
                    .append("\" }\n");
        }
        return lines.toString();
    }

    @Test
    void shouldCompareBothModesOverSteps() throws Exception {
        Path gzip = directory.resolve("steps.ndjson.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(gzip))) {
            out.write(steps(60).getBytes(StandardCharsets.UTF_8));
        }

        RunVerb run = RunVerb.cairn("runs", "compare", gzip, "-o", "json");

        assertThat(run.exit()).as(run.err()).isZero();
        JsonNode both = Json.parse(run.out());
        JsonNode optimised = both.get("optimised");
        JsonNode standard = both.get("standard");
        assertThat(optimised.get("writes").asInt()).isEqualTo(60);
        assertThat(standard.get("writes").asInt()).isEqualTo(60);
        assertThat(optimised.get("stateBytes")).isEqualTo(standard.get("stateBytes"));
        assertThat(standard.get("storedBytes")).isEqualTo(standard.get("stateBytes"));
        assertThat(standard.get("logBytes").asLong())
                .isGreaterThan(standard.get("stateBytes").asLong());
        assertThat(optimised.get("logBytes").asLong() * 5)
                .isLessThan(standard.get("logBytes").asLong());
        for (JsonNode mode : both) {
            assertThat(mode.get("wrong").asInt()).isZero();
            assertThat(mode.get("saveMicrosP50").asDouble()).isPositive();
            assertThat(mode.get("loadMicrosP99").asDouble()).isPositive();
        }
    }

    @Test
    void shouldSkipStatesThatSayTheSame() throws Exception {
        Path states = file("states.ndjson", "{\"n\":1,\"at\":1}\n{\"at\":2, \"n\":1}\n\n{\"n\":2,\"at\":3}\n[1e400]\n");

        RunVerb run = RunVerb.cairn("runs", "compare", "--states", "--ignore", "/at", states, "-o", "json");

        assertThat(run.exit()).as(run.err()).isZero();
        assertThat(Json.parse(run.out()).at("/optimised/writes").asInt()).isEqualTo(3);
        assertThat(Json.parse(run.out()).at("/optimised/skipped").asInt()).isEqualTo(1);
        assertThat(Json.parse(run.out()).at("/standard/writes").asInt()).isEqualTo(4);
    }

    @Test
    void shouldPrintThemSideBySide() throws Exception {
        RunVerb run = RunVerb.cairn("runs", "compare", file("steps.ndjson", steps(10)));

        assertThat(run.exit()).as(run.err()).isZero();
        assertThat(run.out())
                .containsPattern("(?m)^ +optimised +standard$")
                .containsPattern("(?m)^snapshots written +10 +10$")
                .containsPattern("(?m)^loaded as saved +10 of 10 +10 of 10$")
                .contains("save p50", "load p99", "in the log");
    }

    @Test
    void shouldLeaveNothingBehind() throws Exception {
        Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
        long before = leftovers(temporary);
        RunVerb.cairn("runs", "compare", file("steps.ndjson", steps(4)));
        RunVerb.cairn("runs", "compare", file("bad.ndjson", "{\"session\":\"s\"}\n{"));
        assertThat(leftovers(temporary)).isEqualTo(before);
    }

    private static long leftovers(Path temporary) throws Exception {
        try (var files = Files.list(temporary)) {
            return files.filter(file -> file.getFileName().toString().startsWith("cairn-runs-"))
                    .count();
        }
    }

    @Test
    void shouldSayWhichLineIsBad() throws Exception {
        RunVerb noKey = RunVerb.cairn("runs", "compare", file("a.ndjson", "{\"session\":\"s\"}\n{\"seq\":1}\n"));
        assertThat(noKey.exit()).isEqualTo(ExitCode.FAILED.number());
        assertThat(noKey.err()).contains("a.ndjson:2: expected a field session");
        RunVerb noJson = RunVerb.cairn("runs", "compare", "--states", file("b.ndjson", "1\n{\"a\"\n"));
        assertThat(noJson.exit()).isEqualTo(ExitCode.FAILED.number());
        assertThat(noJson.err()).contains("b.ndjson:2: expected JSON");
        RunVerb twice = RunVerb.cairn("runs", "compare", "--states", file("c.ndjson", "{\"a\":1,\"a\":2}\n"));
        assertThat(twice.exit()).isEqualTo(ExitCode.FAILED.number());
        assertThat(twice.err()).contains("c.ndjson:1: ");
        assertThat(RunVerb.cairn("runs", "compare", "--ignore", "x", file("d.ndjson", steps(1)))
                        .exit())
                .isEqualTo(ExitCode.FAILED.number());
        assertThat(RunVerb.cairn("runs", "compare", directory.resolve("none")).exit())
                .isEqualTo(ExitCode.FAILED.number());
        assertThat(RunVerb.cairn("runs", "compare").exit()).isEqualTo(ExitCode.USAGE.number());
        assertThat(RunVerb.cairn("runs", "list", "x").exit()).isEqualTo(ExitCode.USAGE.number());
    }

    @Test
    void shouldCompareRealRuns() throws Exception {
        Optional<Path> file = Incidents.file("trajectories.ndjson.gz");
        assumeTrue(
                file.isPresent(),
                "skipped: expected trajectories.ndjson.gz in CAIRN_TEST_DATA or in a directory shared/data above, was none");

        RunVerb run = RunVerb.cairn("runs", "compare", file.orElseThrow());

        System.out.println(run.out());
        assertThat(run.exit()).as(run.err()).isZero();
        assertThat(run.out()).containsPattern("(?m)^loaded as saved +192 of 192 +192 of 192$");
    }
}
