package dev.cairn.tools;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Real input, and what it must lead to, folded here without a line of Cairn's own code.
 *
 * <p>Threading: immutable once read.
 */
final class Incidents {
    static final int EVENTS = 65_533;
    static final int INCIDENTS = 7_554;

    private static final String FILE = "incidents.ndjson.gz";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, List<Step>> steps = new LinkedHashMap<>();
    private int events;

    /** An incident after one of its events. */
    record Step(
            Instant at,
            String activity,
            JsonNode patch,
            String status,
            @Nullable String owner,
            JsonNode metadata) {}

    /** The file, if this machine has it: in CAIRN_TEST_DATA, or in shared/data beside a directory above this one. */
    static Optional<Path> file() {
        return file(FILE);
    }

    /** Another file of that place. */
    static Optional<Path> file(String name) {
        String named = System.getenv("CAIRN_TEST_DATA");
        if (named != null) {
            return Optional.of(Path.of(named, name)).filter(Files::exists);
        }
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            Path file = at.resolve("shared").resolve("data").resolve(name);
            if (Files.exists(file)) {
                return Optional.of(file);
            }
        }
        return Optional.empty();
    }

    static Incidents read(Path file) throws IOException {
        Incidents incidents = new Incidents();
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                incidents.add(JSON.readTree(line));
            }
        }
        return incidents;
    }

    private void add(JsonNode row) {
        events++;
        List<Step> before = steps.computeIfAbsent(row.get("case").asText(), id -> new ArrayList<>());
        Step last = before.isEmpty() ? null : before.get(before.size() - 1);
        ObjectNode patch = JSON.createObjectNode();
        for (String name : List.of("transition", "attributes")) {
            if (row.hasNonNull(name)) {
                patch.set(name, row.get(name));
            }
        }
        JsonNode metadata = merged(last == null ? JSON.createObjectNode() : last.metadata(), patch);
        String owner = row.hasNonNull("resource") ? row.get("resource").asText() : last == null ? null : last.owner();
        String status = row.get("activity").asText();
        Instant at = OffsetDateTime.parse(row.get("at").asText()).toInstant();
        before.add(new Step(at, status, patch, status, owner, metadata));
    }

    /** RFC 7396. */
    private static JsonNode merged(JsonNode target, JsonNode patch) {
        if (!patch.isObject()) {
            return patch;
        }
        ObjectNode result = target.isObject() ? target.deepCopy() : JSON.createObjectNode();
        patch.properties().forEach(member -> {
            if (member.getValue().isNull()) {
                result.remove(member.getKey());
            } else {
                JsonNode old = result.has(member.getKey()) ? result.get(member.getKey()) : JSON.nullNode();
                result.set(member.getKey(), merged(old, member.getValue()));
            }
        });
        return result;
    }

    int events() {
        return events;
    }

    /** For each incident, in the order of their first events, what it was after each of its events. */
    Map<String, List<Step>> steps() {
        return steps;
    }

    Step last(String id) {
        List<Step> all = steps.get(id);
        return all.get(all.size() - 1);
    }

    Map<String, Long> countsByStatus() {
        Map<String, Long> counts = new TreeMap<>();
        steps.keySet().forEach(id -> counts.merge(last(id).status(), 1L, Long::sum));
        return counts;
    }
}
