package dev.cairn.tools;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cairn.CairnOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import picocli.CommandLine;

class SettingsTest {
    @TempDir
    Path dir;

    @Test
    void shouldPreferFlagThenEnvironmentThenFileThenDefault() throws Exception {
        Path file = Files.writeString(dir.resolve("my.properties"), "port = 1\nhost = filed\nack=accepted\n");
        Map<String, String> environment =
                Map.of("CAIRN_PORT", "2", "CAIRN_HOST", "environed", "CAIRN_CONFIG", file.toString());

        JsonNode effective = Json.parse(
                RunVerb.in(environment, "config", "-o", "json", "--port", "3").out());

        assertThat(effective.at("/port/value").asText()).isEqualTo("3");
        assertThat(effective.at("/port/origin").asText()).isEqualTo("flag --port");
        assertThat(effective.at("/host/value").asText()).isEqualTo("environed");
        assertThat(effective.at("/host/origin").asText()).isEqualTo("environment CAIRN_HOST");
        assertThat(effective.at("/ack/value").asText()).isEqualTo("accepted");
        assertThat(effective.at("/ack/origin").asText()).isEqualTo("file " + file);
        assertThat(effective.at("/segment-age-max/value").asText()).isEqualTo("24h");
        assertThat(effective.at("/segment-age-max/origin").asText()).isEqualTo("default");
    }

    @Test
    void shouldPrintEveryKeyForPeople() {
        RunVerb run = RunVerb.cairn("config");

        assertThat(run.exit()).isZero();
        for (ConfigKey key : ConfigKey.values()) {
            assertThat(run.out()).containsPattern("(?m)^" + key.key() + " ");
        }
    }

    @Test
    void shouldRefuseAFileWithAKeyThatIsNone() throws Exception {
        Path file = Files.writeString(dir.resolve("my.properties"), "prot = 1\n");

        RunVerb run = RunVerb.cairn("config", "--config", file);

        assertThat(run.exit()).isEqualTo(ExitCode.USAGE.number());
        assertThat(run.err()).contains(file.toString()).contains("was prot");
    }

    @Test
    void shouldRefuseAFileThatIsNotThere() {
        assertThat(RunVerb.cairn("config", "--config=" + dir.resolve("none")).exit())
                .isEqualTo(ExitCode.USAGE.number());
    }

    @Test
    void shouldSayWhereABadValueIsFrom() {
        RunVerb run = RunVerb.in(Map.of("CAIRN_PORT", "many"), "config");

        assertThat(run.exit()).isEqualTo(ExitCode.USAGE.number());
        assertThat(run.err()).contains("many").contains("environment CAIRN_PORT");
    }

    @Test
    void shouldTakeTheDirectoryFromTheEnvironment() {
        Map<String, String> environment =
                Map.of("CAIRN_DATA", dir.resolve("none").toString());

        assertThat(RunVerb.in(environment, "get", "x").exit()).isEqualTo(ExitCode.DIRECTORY.number());
    }

    @Test
    void shouldPreferAFlagOverTheOtherTargetInTheEnvironment() {
        Map<String, String> environment = Map.of("CAIRN_URL", "http://127.0.0.1:1");

        assertThat(RunVerb.in(environment, "get", "x", "--data", dir.resolve("none"))
                        .exit())
                .isEqualTo(ExitCode.DIRECTORY.number());
    }

    /** The defaults of the command line are written once more than the engine's: they must be the same. */
    @Test
    void shouldDefaultToWhatTheEngineDefaultsTo() {
        EngineFlags flags = new EngineFlags();
        CommandLine.populateSpec(EngineFlags.class);
        new CommandLine(flags).setDefaultValueProvider(Settings.defaults()).parseArgs();
        CairnOptions options = flags.options().build();
        CairnOptions defaults = CairnOptions.defaults();

        assertThat(options).usingRecursiveComparison().isEqualTo(defaults);
        assertThat(options.segmentAgeMax()).isEqualTo(Duration.ofHours(24));
    }

    @ParameterizedTest
    @EnumSource(ConfigKey.class)
    void shouldTakeEveryKeyAsAFlag(ConfigKey key) {
        CommandLine root = CairnCli.commandLine(new Console(System.out, System.err, false, false), Settings.defaults());

        assertThat(root.getSubcommands().get("config").getCommandSpec().findOption(key.flag()))
                .as(key.flag())
                .isNotNull();
    }
}
