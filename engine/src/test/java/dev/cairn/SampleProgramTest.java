package dev.cairn;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compiles and runs the program of the embedding tutorial as it stands there, in a JVM without any flags. */
class SampleProgramTest {
    private static final Pattern PROGRAM = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

    @TempDir
    Path directory;

    @Test
    void shouldRunAsTheTutorialShowsIt() throws Exception {
        Path tutorial = Path.of("..", "docs", "tutorial", "embedding.md");
        Matcher program = PROGRAM.matcher(Files.readString(tutorial));
        assertThat(program.find()).isTrue();
        Path source = Files.writeString(directory.resolve("Sample.java"), program.group(1));
        Path bin = Path.of(System.getProperty("java.home"), "bin");
        String classPath = System.getProperty("java.class.path");

        String compiled =
                run(bin.resolve("javac").toString(), "-cp", classPath, "-d", directory.toString(), source.toString());
        assertThat(compiled).isEmpty();
        String output = run(
                bin.resolve("java").toString(),
                "-cp",
                directory + System.getProperty("path.separator") + classPath,
                "Sample",
                directory.resolve("data").toString());

        assertThat(output.lines().filter(line -> !line.startsWith("WARNING:")))
                .contains(
                        "created at offset 1",
                        "refused: expected version 1, was version 2",
                        "replayed: true",
                        "then: pending",
                        "now: completed",
                        "5 task/deploy-42 created")
                .noneMatch(line -> line.contains("Exception") || line.contains("hronicle"));
    }

    private static String run(String... command) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of(command));
        Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
