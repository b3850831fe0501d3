package dev.cairn.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What {@code cairn demo} prints to be copied. */
class DemoVerbTest {
    @Test
    void shouldNameTheDirectoryAsAShellTakesIt() throws Exception {
        Path directory = Path.of("it's $HOME; here");
        String command = DemoVerb.script("http://127.0.0.1:1", directory).stream()
                .filter(line -> line.strip().startsWith("java "))
                .findFirst()
                .orElseThrow();

        Process shell = new ProcessBuilder(
                        "sh", "-c", "java() { for last; do :; done; printf %s \"$last\"; }\n" + command)
                .start();

        assertThat(new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEqualTo(directory.toString());
    }
}
