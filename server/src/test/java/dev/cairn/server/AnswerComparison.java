package dev.cairn.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cairn.server.Questions.Question;
import dev.cairn.server.Questions.Sort;
import dev.cairn.server.TestServer.Answer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Holds answers about a log that lost records against those before: what lost none is answered as before. What did says so, unless it
 * says the same as before all the same, or nothing that is left tells of the loss; and it says nothing that was never so.
 *
 * <p>Threading: one thread.
 */
final class AnswerComparison {
    /** Members that tell of the whole log, of this process, or of its clock: an opening gives those who hold a lease their time again. */
    private static final Set<String> OF_THE_MOMENT = Set.of("lag", "projectionOffset", "refused", "expiresAt");

    /** Members that add up what may be lost in part. */
    private static final Set<String> SUMS = Set.of("messages", "bytes", "snapshots", "storedBytes", "queue");

    private static final int SHOWN_MAX = 12;

    private final Map<Question, Answer> before;
    private final LostOffsets lost;
    private final @Nullable List<String> deleted;
    private final Map<String, Map<String, Set<JsonNode>>> everSaid = new HashMap<>();
    private final List<String> contradictions = new ArrayList<>();

    /**
     * @param before what was answered then
     * @param deleted things that count as deleted, as the repair says; null where there was no repair
     */
    AnswerComparison(Map<Question, Answer> before, LostOffsets lost, @Nullable List<String> deleted) {
        this.before = before;
        this.lost = lost;
        this.deleted = deleted;
        before.forEach((question, answer) -> {
            if (question.sort() == Sort.THING && answer.status() == 200) {
                Map<String, Set<JsonNode>> said = everSaid.computeIfAbsent(question.thing(), absent -> new HashMap<>());
                answer.json()
                        .properties()
                        .forEach(member -> said.computeIfAbsent(member.getKey(), absent -> new HashSet<>())
                                .add(member.getValue()));
                // What lost its beginning begins with what is left.
                said.computeIfAbsent("createdAt", absent -> new HashSet<>())
                        .add(answer.json().path("updatedAt"));
            }
        });
    }

    List<String> contradictions() {
        return contradictions;
    }

    void assertNoContradiction() {
        if (!contradictions.isEmpty()) {
            throw new AssertionError(contradictions.size() + " contradictions, lost " + lost + ", deleted " + deleted
                    + ":\n"
                    + String.join("\n", contradictions.subList(0, Math.min(SHOWN_MAX, contradictions.size()))));
        }
    }

    /** All records that are left must be there, as they were. */
    void records(NavigableMap<Long, JsonNode> left) {
        lost.all().forEach((offset, record) -> {
            JsonNode is = left.get(offset);
            JsonNode expected = lost.has(offset) ? null : record;
            if (is == null ? expected != null : !is.equals(expected)) {
                contradictions.add("record " + offset + ": expected " + cut(expected) + ", was " + cut(is));
            }
        });
    }

    /** Compares one answer; says in a word what it is. */
    String answer(Question question, Answer after) {
        if (deleted == null && isDamaged(after)) {
            return "damaged"; // until a repair, also what the way back leads to through the damage
        }
        NavigableMap<Long, JsonNode> missing = lost.of(question);
        if (missing.isEmpty()) {
            return unharmed(question, after);
        }
        if (after.status() != 200) {
            refused(question, missing, after);
            return String.valueOf(after.status());
        }
        JsonNode json = after.json();
        switch (question.sort()) {
            case THING -> thing(question, missing, json);
            case HISTORY -> history(question, missing, json);
            case PARTS -> parts(question, missing, json);
            case STATE -> state(question, json);
            case VIEW -> view(question, missing, json);
            case LINKS -> {
                // The list has no member that would say it; each link says it of itself.
            }
        }
        return json.path("incomplete").asBoolean() ? "incomplete" : "left";
    }

    private boolean isDamaged(Answer after) {
        return after.status() == 500
                && after.json().path("code").asText().equals("damaged")
                && lost.has(after.json().path("offset").asLong());
    }

    private String unharmed(Question question, Answer after) {
        Answer then = then(question);
        JsonNode is = normal(after.json());
        if (then.status() == after.status()) {
            if (is.equals(normal(then.json()))) {
                return "as before";
            }
            // Until a repair it is not known since when.
            boolean marked = deleted == null && lost.concern(question) && is instanceof ObjectNode;
            if (marked && ((ObjectNode) is).without("incomplete").equals(normal(then.json()))) {
                return "incomplete";
            }
        }
        contradict(question, "nothing of it is lost", after);
        return "contradiction";
    }

    private void refused(Question question, NavigableMap<Long, JsonNode> missing, Answer after) {
        boolean gone = after.status() == 404 && question.through() == Long.MAX_VALUE;
        boolean saidSo = deleted != null && question.about().stream().anyMatch(deleted::contains);
        if (after.status() == 500 && question.sort() != Sort.STATE) {
            contradict(question, "lost " + missing.keySet(), after);
        } else if (gone && then(question).status() == 200 && !saidSo && !lost.mayBeUnknown(question.thing(), missing)) {
            contradict(question, "lost " + missing.keySet() + ", and not said to be deleted", after);
        }
    }

    private void thing(Question question, NavigableMap<Long, JsonNode> missing, JsonNode json) {
        if (!isAsBefore(question, json)) { // as it is behind a record with a full value
            requireMark(question, missing, json);
        }
        Map<String, Set<JsonNode>> said = everSaid.getOrDefault(question.thing(), Map.of());
        json.properties().forEach(member -> {
            String name = member.getKey();
            boolean tells = !name.equals("incomplete")
                    && !SUMS.contains(name)
                    && !OF_THE_MOMENT.contains(name)
                    && !isOfTheMark(name, json)
                    && !isNothing(member.getValue());
            if (tells && !said.getOrDefault(name, Set.of()).contains(member.getValue())) {
                contradictions.add(question.path() + ": never had this " + name + ": " + cut(json));
            }
        });
    }

    /** What a member is where no record that is left says it. */
    private static boolean isNothing(JsonNode value) {
        return value.isNull()
                || (value.isContainerNode() && value.isEmpty())
                || Set.of("", "unknown", "default", "0").contains(value.asText());
    }

    /** Whether the member is that of the record by which the repair marked the thing. */
    private boolean isOfTheMark(String name, JsonNode json) {
        return (name.equals("version") || name.equals("revision"))
                && json.path("revision").asLong() > lost.all().lastKey();
    }

    private void history(Question question, NavigableMap<Long, JsonNode> missing, JsonNode json) {
        Map<Long, JsonNode> left = byOffset(then(question).json().path("records"));
        left.keySet().removeIf(lost::has);
        Map<Long, JsonNode> are = byOffset(json.path("records"));
        are.keySet().removeIf(offset -> offset > lost.all().lastKey()); // the repair's
        if (!left.equals(are)) {
            contradictions.add(question.path() + ": expected the records " + left.keySet() + ", was " + are.keySet());
        }
        requireMark(question, missing, json);
    }

    private void parts(Question question, NavigableMap<Long, JsonNode> missing, JsonNode json) {
        String member = json.has("messages") ? "messages" : "snapshots";
        Map<Long, JsonNode> are = byOffset(json.path(member));
        byOffset(then(question).json().path(member)).forEach((offset, part) -> {
            if (!lost.has(offset) && !part.equals(are.get(offset))) {
                contradictions.add(question.path() + ": expected " + cut(part) + ", was " + cut(are.get(offset)));
            }
        });
        are.forEach((offset, part) -> {
            if (lost.has(offset) || !lost.all().containsKey(offset)) {
                contradictions.add(question.path() + ": is lost, and yet there: " + cut(part));
            }
        });
        if (!isAsBefore(question, json)) { // as it is in a life behind the loss
            requireMark(question, missing, json);
        }
    }

    private void state(Question question, JsonNode json) {
        JsonNode saved = then(question).json().path("state");
        if (saved.isMissingNode() || !json.path("state").equals(saved)) {
            contradictions.add(question.path() + ": expected the state " + cut(saved) + ", was " + cut(json));
        }
    }

    private void view(Question question, NavigableMap<Long, JsonNode> missing, JsonNode json) {
        if (!isAsBefore(question, json)) {
            requireMark(question, missing, json);
        }
        json.findParents("offset").forEach(part -> {
            boolean isLost = lost.has(part.path("offset").asLong());
            if (part != json && isLost && !part.path("incomplete").asBoolean()) {
                contradictions.add(question.path() + ": is lost, and yet there: " + cut(part));
            }
        });
    }

    private void requireMark(Question question, NavigableMap<Long, JsonNode> missing, JsonNode json) {
        if (!json.path("incomplete").asBoolean() && !lost.mayBeUnknown(missing)) {
            contradictions.add(question.path() + ": lost " + missing.keySet() + ", and does not say so: " + cut(json));
        }
    }

    private boolean isAsBefore(Question question, JsonNode json) {
        return then(question).status() == 200 && normal(then(question).json()).equals(normal(json));
    }

    private Answer then(Question question) {
        return Objects.requireNonNull(before.get(question));
    }

    /** The answer without what is of the moment. */
    static JsonNode normal(JsonNode json) {
        if (!json.isObject()) {
            return json;
        }
        ObjectNode copy = json.deepCopy();
        copy.remove(OF_THE_MOMENT);
        if (json.has("sessions") && json.has("task")) {
            copy.remove("offset"); // of a context
        }
        return copy;
    }

    private static Map<Long, JsonNode> byOffset(JsonNode list) {
        Map<Long, JsonNode> items = new TreeMap<>();
        list.forEach(item -> items.put(item.path("offset").asLong(), item));
        return items;
    }

    private void contradict(Question question, String why, Answer after) {
        Answer then = then(question);
        contradictions.add(question.path() + ": " + why + ", expected " + then.status() + " " + cut(then.json())
                + ", was " + after.status() + " " + cut(after.json()));
    }

    private static String cut(@Nullable JsonNode json) {
        String text = String.valueOf(json);
        return text.length() < 400 ? text : text.substring(0, 300) + "…" + text.substring(text.length() - 100);
    }
}
