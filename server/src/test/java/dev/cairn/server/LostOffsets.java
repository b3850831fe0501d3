package dev.cairn.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cairn.inspect.Inspection.Range;
import dev.cairn.server.Questions.Question;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Which of a log's records are lost, and of what.
 *
 * <p>Threading: immutable.
 */
final class LostOffsets {
    private final NavigableMap<Long, JsonNode> all;
    private final List<Range> lost;
    private final Map<String, NavigableMap<Long, JsonNode>> byThing = new HashMap<>();

    /**
     * @param all the records that there were
     * @param lost offsets of those that are lost; of others, too
     */
    LostOffsets(NavigableMap<Long, JsonNode> all, List<Range> lost) {
        this.all = all;
        this.lost = lost;
        all.forEach((offset, record) -> {
            if (has(offset)) {
                byThing.computeIfAbsent(Questions.thing(record), thing -> new TreeMap<>())
                        .put(offset, record);
            }
        });
    }

    NavigableMap<Long, JsonNode> all() {
        return all;
    }

    boolean has(long offset) {
        return lost.stream().anyMatch(range -> range.first() <= offset && offset <= range.last());
    }

    boolean concern(String thing) {
        return byThing.containsKey(thing);
    }

    boolean concern(Question question) {
        return question.about().stream().anyMatch(this::concern);
    }

    /** Those that the answer was made of. */
    NavigableMap<Long, JsonNode> of(Question question) {
        NavigableMap<Long, JsonNode> missing = new TreeMap<>();
        for (String thing : question.about()) {
            missing.putAll(byThing.getOrDefault(thing, new TreeMap<>()));
        }
        return missing.headMap(question.through(), true);
    }

    /** Whether nothing that is left tells of the last of {@code missing}: no later record of the same thing links to it. */
    boolean mayBeUnknown(NavigableMap<Long, JsonNode> missing) {
        String thing = Questions.thing(missing.lastEntry().getValue());
        return all.tailMap(missing.lastKey(), false).entrySet().stream()
                .noneMatch(later -> !has(later.getKey())
                        && Questions.thing(later.getValue()).equals(thing));
    }

    /** The same of all that {@code thing}, or else {@code missing}, lost. */
    boolean mayBeUnknown(String thing, NavigableMap<Long, JsonNode> missing) {
        return mayBeUnknown(byThing.getOrDefault(thing, missing));
    }

    @Override
    public String toString() {
        return lost.toString();
    }
}
