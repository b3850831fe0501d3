package dev.cairn.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the tutorial for agents as it stands, in one shell, and holds each answer against the one that it prints. */
class TutorialTest {
    private static final Path PAGE = Path.of("../docs/tutorial/agents.md");
    private static final Path README = Path.of("../README.md");
    private static final String END = "-- end of a step --";

    /** A script, and what it prints if the page says so. */
    private static final Pattern STEP =
            Pattern.compile("(?m)^```sh\\R((?:.*\\R)*?)```\\R(?:\\R^```\\R((?:.*\\R)*?)```)?");

    @Test
    void shouldRunAsItStands(@TempDir Path directory) throws Exception {
        assumeTrue(hasCurl(), "curl is not installed");
        String page = Files.readString(PAGE);
        try (TestServer server = TestServer.start(directory)) {
            StringBuilder script = new StringBuilder();
            Matcher step = STEP.matcher(page);
            while (step.find()) {
                script.append(step.group(1)).append("echo '").append(END).append("'\n");
            }
            String[] outputs = run(script.toString(), server).split(END + "\n");

            int steps = 0;
            for (Matcher again = STEP.matcher(page); again.find(); steps++) {
                String expected = again.group(2);
                if (expected != null) {
                    assertThat(outputs[steps]).as(again.group(1)).containsPattern(pattern(expected));
                }
            }
            assertThat(steps).isEqualTo(outputs.length).isGreaterThan(10);
        }
    }

    @Test
    void shouldRunTheLinesOfTheReadme(@TempDir Path directory) throws Exception {
        assumeTrue(hasCurl(), "curl is not installed");
        Matcher lines =
                Pattern.compile("(?s)## For agents\\n.*?```sh\\n(.*?)```").matcher(Files.readString(README));
        assertThat(lines.find()).isTrue();
        try (TestServer server = TestServer.start(directory)) {
            String output = run(lines.group(1), server);

            assertThat(output).doesNotContain("urn:cairn:problem").contains("\"refused\":[]");
        }
    }

    /** Lines one behind the other, with anything where they say so; answers of JSON end without a line break. */
    private static Pattern pattern(String expected) {
        return Pattern.compile(
                expected.lines()
                        .map(line -> Arrays.stream(line.split("…", -1))
                                .map(Pattern::quote)
                                .collect(Collectors.joining(".*?")))
                        .collect(Collectors.joining("\\s*")),
                Pattern.DOTALL);
    }

    private static String run(String script, TestServer server) throws IOException {
        Process shell = new ProcessBuilder(
                        "sh", "-c", script.replace("http://127.0.0.1:7070", "http://127.0.0.1:" + server.port()))
                .redirectErrorStream(true)
                .start();
        return new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8).replace("\r\n", "\n");
    }

    private static boolean hasCurl() throws InterruptedException {
        try {
            return new ProcessBuilder("curl", "--version")
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
