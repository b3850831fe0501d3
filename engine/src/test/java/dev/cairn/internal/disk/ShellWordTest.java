package dev.cairn.internal.disk;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a shell makes of a path that is copied into it. */
class ShellWordTest {
    @Test
    void shouldLeaveAPlainPathAsItIs() {
        for (String plain : new String[] {".", "../data", "/var/lib/cairn-1_2.d/data", "C:/d+e,f@g%h=i"}) {
            assertThat(ShellWord.of(Path.of(plain))).isEqualTo(plain);
        }
    }

    @Test
    void shouldQuoteNoNameAtAll() {
        assertThat(ShellWord.of(Path.of(""))).isEqualTo("''");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"y z", "it's", "''", "a\"b", "$HOME", "`id`", "a\\b", "~", "a;b", "a&b", "*", "#a", "a\nb", "(a)"
            })
    void shouldBeOneWordToAShell(String name) throws Exception {
        String word = ShellWord.of(Path.of("/x", name));
        Process shell = new ProcessBuilder("sh", "-c", "for word in " + word + "; do printf '%s|' \"$word\"; done")
                .redirectErrorStream(true)
                .start();
        String read = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(read).isEqualTo("/x/" + name + "|");
    }
}
