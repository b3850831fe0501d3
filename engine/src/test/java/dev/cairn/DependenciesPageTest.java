package dev.cairn;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The page of dependencies lists what the parent pom manages: the same artifacts, the same versions. */
class DependenciesPageTest {
    private static final Path ROOT = Path.of("..");
    private static final Pattern PROPERTY = Pattern.compile("<([\\w.-]+\\.version)>([^<]+)</\\1>");
    private static final Pattern MANAGED = Pattern.compile("<dependency>\\s*<groupId>(?!dev\\.cairn)[^<]+</groupId>"
            + "\\s*<artifactId>([^<]+)</artifactId>\\s*<version>([^<]+)</version>");
    private static final Pattern ROW =
            Pattern.compile("^\\| ([\\w.-]+) \\| (\\d[\\w.-]*) \\| [^|]+ \\| [^|]+ \\|$", Pattern.MULTILINE);

    @Test
    void shouldListEveryManagedArtifactWithItsVersion() throws Exception {
        String pom = Files.readString(ROOT.resolve("pom.xml"));
        Map<String, String> properties = pairs(PROPERTY, pom);
        Map<String, String> managed = pairs(MANAGED, pom);
        // Jackson's parts are managed by its BOM, and named one by one on the page.
        managed.put("jackson-core", "${jackson.version}");
        managed.put("jackson-databind", "${jackson.version}");
        managed.replaceAll((artifact, version) ->
                version.startsWith("${") ? properties.get(version.substring(2, version.length() - 1)) : version);

        Map<String, String> listed = pairs(ROW, Files.readString(ROOT.resolve("docs/adr/dependencies.md")));

        assertThat(managed).hasSizeGreaterThan(20);
        assertThat(listed).containsExactlyInAnyOrderEntriesOf(managed);
    }

    private static Map<String, String> pairs(Pattern pattern, String text) {
        Map<String, String> pairs = new TreeMap<>();
        pattern.matcher(text)
                .results()
                .forEach((MatchResult match) -> assertThat(pairs.put(match.group(1), match.group(2)))
                        .as("%s listed once", match.group(1))
                        .isNull());
        return pairs;
    }
}
