package dev.cairn.run;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;

/**
 * Real transcripts of agents: for each, the states after each of its messages, which are all the messages so far.
 *
 * <p>Threading: stateless.
 */
final class Trajectories {
    private static final String FILE = "trajectories.ndjson.gz";
    private static final Pattern SESSION = Pattern.compile("\"session\"\\s*:\\s*\"([^\"]+)\"");

    private Trajectories() {}

    /** The file, if this machine has it: in CAIRN_TEST_DATA, or in shared/data beside a directory above this one. */
    static Optional<Path> file() {
        String named = System.getenv("CAIRN_TEST_DATA");
        if (named != null) {
            return Optional.of(Path.of(named, FILE)).filter(Files::exists);
        }
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            Path file = at.resolve("shared").resolve("data").resolve(FILE);
            if (Files.exists(file)) {
                return Optional.of(file);
            }
        }
        return Optional.empty();
    }

    static Map<String, List<String>> read(Path file) throws IOException {
        Map<String, List<String>> messages = new LinkedHashMap<>();
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                Matcher session = SESSION.matcher(line);
                if (!session.find()) {
                    throw new IOException("expected a session, was none");
                }
                messages.computeIfAbsent(session.group(1), ignored -> new ArrayList<>())
                        .add(line);
            }
        }
        Map<String, List<String>> states = new LinkedHashMap<>();
        messages.forEach((session, all) -> {
            List<String> steps = new ArrayList<>();
            for (int i = 1; i <= all.size(); i++) {
                steps.add("[" + String.join(", ", all.subList(0, i)) + "]");
            }
            states.put(session, steps);
        });
        return states;
    }
}
