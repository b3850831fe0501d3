package dev.cairn.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class CairnCliTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void shouldPrintTheVersionItWasBuiltAs() {
        assertThat(execute("--version")).isZero();

        assertThat(out.toString()).matches("cairn \\d+\\.\\d+\\.\\d+\\R");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void shouldPrintHelpOnStdout() {
        assertThat(execute("--help")).isZero();

        assertThat(out.toString()).contains("Usage: cairn");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void shouldRefuseAnUnknownCommandAsUsage() {
        assertThat(execute("no-such-verb")).isEqualTo(CairnCli.EXIT_USAGE);

        assertThat(out.toString()).isEmpty();
        assertThat(err.toString()).contains("no-such-verb");
    }

    @Test
    void shouldAskForACommandWhenThereIsNone() {
        assertThat(execute()).isEqualTo(CairnCli.EXIT_USAGE);

        assertThat(err.toString()).contains("expected a command").contains("Usage: cairn");
    }

    private int execute(String... args) {
        CommandLine commandLine =
                CairnCli.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        return commandLine.execute(args);
    }
}
