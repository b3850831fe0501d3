package dev.cairn.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A process whose locale cannot spell the directory that it was started in; a shell makes it, as this process may have such a locale too. */
class WorkingDirectoryTest {
    @TempDir
    Path dir;

    private int exit;
    private String err = "";

    @BeforeEach
    void make() throws Exception {
        new ProcessBuilder("sh", "-c", "mkdir \"$(printf 'd\\303\\244')\"")
                .directory(dir.toFile())
                .start()
                .waitFor();
    }

    private void cairn(String words) throws IOException, InterruptedException {
        Path output = dir.resolve("output.txt");
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        ProcessBuilder builder = new ProcessBuilder(
                        "sh",
                        "-c",
                        "cd \"$(printf 'd\\303\\244')\" && exec \"$0\" " + "dev.cairn.tools.CairnCli " + words,
                        java)
                .directory(dir.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        builder.environment().put("LC_ALL", "C");
        Process process = builder.start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        exit = process.exitValue();
        err = Files.readString(output, StandardCharsets.ISO_8859_1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"verify --data .", "replay --data .", "list --data .", "describe --data .", "serve --data ."})
    void shouldSayWhichLocaleHelps(String words) throws Exception {
        cairn(words);

        assertThat(exit).as(err).isEqualTo(ExitCode.USAGE.number());
        assertThat(err)
                .startsWith("cairn: expected a working directory whose name the locale can spell, was ")
                .endsWith("; set LC_ALL to a locale of UTF-8, as C.UTF-8, or start it elsewhere\n");
    }

    @Test
    void shouldHelpEverywhere() throws Exception {
        cairn("verify --help");
        assertThat(exit).as(err).isZero();
    }
}
