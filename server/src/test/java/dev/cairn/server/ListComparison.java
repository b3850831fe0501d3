package dev.cairn.server;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The lists of all things, asked before damage and behind it.
 *
 * <p>Threading: one thread.
 */
final class ListComparison {
    private static final Map<String, String> PATHS = paths();

    private final Map<String, Map<String, JsonNode>> before;

    private ListComparison(Map<String, Map<String, JsonNode>> before) {
        this.before = before;
    }

    private static Map<String, String> paths() {
        Map<String, String> paths = new LinkedHashMap<>();
        paths.put("task", "/v1/tasks?limit=1000");
        paths.put("session", "/v1/sessions?limit=1000");
        paths.put("run", "/v1/runs?limit=1000");
        paths.put("entity", "/v1/entities/thing?limit=1000");
        paths.put("decision", "/v1/decisions?limit=1000");
        paths.put("consumer", "/v1/consumers?limit=1000");
        paths.put("lease", "/v1/leases?limit=1000");
        return paths;
    }

    /** Asks for the lists, with all records up to {@code through} in them. */
    static ListComparison with(TestServer server, long through) {
        return new ListComparison(lists(server, through));
    }

    private static Map<String, Map<String, JsonNode>> lists(TestServer server, long through) {
        Map<String, Map<String, JsonNode>> lists = new LinkedHashMap<>();
        PATHS.forEach((topic, path) -> {
            JsonNode answer =
                    server.get(path + "&waitMs=20000&minOffset=" + through).json();
            Map<String, JsonNode> items = new TreeMap<>();
            answer.forEach(member -> member.forEach(item -> items.put(thing(topic, item), item)));
            lists.put(topic, items);
        });
        return lists;
    }

    private static String thing(String topic, JsonNode item) {
        String type =
                item.has("type") && topic.equals("entity") ? item.path("type").asText() + "/" : "";
        for (String name : List.of("id", "name", "group")) {
            if (item.has(name)) {
                return topic + "/" + type + item.path(name).asText();
            }
        }
        throw new AssertionError("expected a name, was " + item);
    }

    /** Asks again: what lost nothing must be there as it was, and nothing else beside what lost records. */
    void compare(TestServer server, LostOffsets lost, List<String> contradictions) {
        lists(server, lost.all().lastKey()).forEach((topic, are) -> {
            Map<String, JsonNode> were = before.getOrDefault(topic, Map.of());
            were.forEach((thing, item) -> {
                JsonNode is = are.get(thing);
                if (!lost.concern(thing)
                        && (is == null || !AnswerComparison.normal(item).equals(AnswerComparison.normal(is)))) {
                    contradictions.add(topic + " list: expected " + item + ", was " + is);
                }
            });
            are.forEach((thing, item) -> {
                if (!lost.concern(thing) && !were.containsKey(thing)) {
                    contradictions.add(topic + " list: was not there before: " + item);
                }
            });
        });
    }
}
