package dev.cairn.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** The reference pages of the command line say what the program does: the same verbs, flags, settings and exit codes. */
class ReferencePagesTest {
    private static final Path PAGES = Path.of("..", "docs", "reference");
    private static final Set<String> OF_EVERY_VERB = Set.of("-h", "--help", "--config");
    private static final Pattern SECTION = Pattern.compile("(?m)^## cairn (\\S+)$");
    private static final Pattern FIRST_CELL = Pattern.compile("(?m)^\\| (`-[^|]*(?:\\\\\\|[^|]*)*) \\|");
    private static final Pattern FLAG = Pattern.compile("`(--?[a-z][a-z-]*)");

    @Test
    void shouldDescribeEveryVerbAndEveryFlag() throws Exception {
        Map<String, Set<String>> described = new TreeMap<>();
        String page = Files.readString(PAGES.resolve("cli.md"));
        String[] parts = SECTION.split(page);
        List<String> verbs =
                SECTION.matcher(page).results().map(verb -> verb.group(1)).toList();
        for (int i = 0; i < verbs.size(); i++) {
            Set<String> flags = new TreeSet<>();
            FIRST_CELL
                    .matcher(parts[i + 1])
                    .results()
                    .forEach(cell -> FLAG.matcher(cell.group(1)).results().forEach(flag -> flags.add(flag.group(1))));
            described.put(verbs.get(i), flags);
        }

        Map<String, Set<String>> known = new TreeMap<>();
        verbs().forEach((name, verb) -> known.put(
                name,
                shown(verb)
                        .flatMap(option -> Arrays.stream(option.names()))
                        .filter(flag -> !OF_EVERY_VERB.contains(flag))
                        .collect(Collectors.toCollection(TreeSet::new))));

        assertThat(described).isEqualTo(known);
    }

    @Test
    void shouldHelpWithEveryVerbAndEveryFlag() {
        verbs().forEach((name, verb) -> {
            assertThat(verb.getCommandSpec().usageMessage().description())
                    .as(name)
                    .isNotEmpty();
            shown(verb)
                    .forEach(option -> assertThat(option.description())
                            .as(name + " " + option)
                            .isNotEmpty());
        });
    }

    @Test
    void shouldListEverySetting() throws Exception {
        List<List<String>> rows = rows("configuration.md", 4);

        List<List<String>> known = new ArrayList<>();
        for (ConfigKey key : ConfigKey.values()) {
            String text = key.defaultText() == null ? "–" : "`" + key.defaultText() + "`";
            known.add(List.of("`" + key.key() + "`", "`" + key.variable() + "`", text, key.meaning()));
        }
        assertThat(rows).isEqualTo(known);
    }

    @Test
    void shouldListEveryExitCode() throws Exception {
        List<List<String>> rows = rows("exit-codes.md", 2);

        assertThat(rows)
                .isEqualTo(Arrays.stream(ExitCode.values())
                        .map(code -> List.of(Integer.toString(code.number()), code.meaning()))
                        .toList());
    }

    /** The rows of the first table with so many columns, without its heading. */
    private static List<List<String>> rows(String page, int columns) throws Exception {
        return Files.readString(PAGES.resolve(page))
                .lines()
                .filter(line -> line.startsWith("| "))
                .map(line -> Arrays.stream(line.substring(2, line.length() - 2).split(" \\| "))
                        .map(String::strip)
                        .toList())
                .filter(cells -> cells.size() == columns)
                .skip(1)
                .toList();
    }

    private static Map<String, CommandLine> verbs() {
        CommandLine root = CairnCli.commandLine(new Console(System.out, System.err, false, false), Settings.defaults());
        Map<String, CommandLine> verbs = new TreeMap<>(root.getSubcommands());
        verbs.values().removeIf(verb -> verb.getCommandSpec().usageMessage().hidden());
        return verbs;
    }

    private static Stream<OptionSpec> shown(CommandLine verb) {
        return verb.getCommandSpec().options().stream().filter(option -> !option.hidden());
    }
}
