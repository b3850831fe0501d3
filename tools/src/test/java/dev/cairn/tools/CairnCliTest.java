package dev.cairn.tools;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CairnCliTest {
    @Test
    void shouldPrintTheVersionItWasBuiltAs() {
        RunVerb run = RunVerb.cairn("--version");

        assertThat(run.exit()).isZero();
        assertThat(run.out()).matches("cairn \\d+\\.\\d+\\.\\d+\\R");
        assertThat(run.err()).isEmpty();
    }

    @Test
    void shouldPrintHelpOnStdout() {
        RunVerb run = RunVerb.cairn("--help");

        assertThat(run.exit()).isZero();
        assertThat(run.out()).contains("Usage: cairn").doesNotContain("generate-completion");
        assertThat(run.err()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"tail", "import", "export", "get", "list", "history", "config"})
    void shouldPrintHelpOfAVerbOnStdout(String verb) {
        RunVerb run = RunVerb.cairn(verb, "--help");

        assertThat(run.exit()).isZero();
        assertThat(run.out()).contains("Usage: cairn " + verb);
        assertThat(run.err()).isEmpty();
    }

    @Test
    void shouldRefuseAnUnknownCommandAsUsage() {
        RunVerb run = RunVerb.cairn("no-such-verb");

        assertThat(run.exit()).isEqualTo(ExitCode.USAGE.number());
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains("no-such-verb");
    }

    @Test
    void shouldAskForACommandWhenThereIsNone() {
        RunVerb run = RunVerb.cairn();

        assertThat(run.exit()).isEqualTo(ExitCode.USAGE.number());
        assertThat(run.err()).contains("expected a command").contains("Usage: cairn");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tail", "export", "get x", "list", "history x", "import x"})
    void shouldAskForADirectoryOrAServer(String line) {
        RunVerb run = RunVerb.cairn((Object[]) line.split(" "));

        assertThat(run.exit()).isEqualTo(ExitCode.USAGE.number());
        assertThat(run.err()).contains("expected one of --data DIR and --url URL, was none");
    }

    @Test
    void shouldRefuseADirectoryAndAServerTogether() {
        RunVerb run = RunVerb.cairn("tail", "--data", "d", "--url", "http://127.0.0.1:1");

        assertThat(run.exit()).isEqualTo(ExitCode.USAGE.number());
        assertThat(run.err()).contains("was both");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tail --data d --from yesterday",
                "tail --data d -n -1",
                "list --data d --order size",
                "list --data d --updated-after noon",
                "get x --data d --as-of then",
                "import f --data d --as messages --topic t",
                "import f --data d --as records --topic t",
                "import f --data d --as records --topic t --key k --status s",
                "import f --data d --topic t",
                "import f --data d --segment-bytes-max 64MB",
                "import f --data d --segment-bytes-max 1KiB",
                "export --data d --format markdown --topic t",
                "tail --url not-a-url",
                "describe --data=",
                "serve --data d --identity notuuid",
                "serve --data d --accept-data-loss zzz",
                "serve --data d --read-only --accept-data-loss 0123abcd"
            })
    void shouldRefuseAValueThatItDoesNotUnderstand(String line) {
        RunVerb run = RunVerb.cairn((Object[]) line.split(" "));

        assertThat(run.exit()).as(run.err()).isEqualTo(ExitCode.USAGE.number());
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).startsWith("cairn: ").contains("expected").doesNotContain("java.");
    }

    @Test
    void shouldFailWhenTheServerDoesNotAnswer() {
        RunVerb run = RunVerb.cairn("get", "x", "--url", "http://127.0.0.1:1");

        assertThat(run.exit()).isEqualTo(ExitCode.FAILED.number());
        assertThat(run.err()).contains("http://127.0.0.1:1: expected a server");
    }
}
