package dev.cairn.task;

import dev.cairn.InvalidRequestException;
import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.json.Json;
import dev.cairn.internal.json.JsonWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A workflow as JSON, both ways.
 *
 * <p>Threading: stateless.
 */
final class WorkflowJson {
    private static final Set<String> MEMBERS = Set.of("open", "first", "final", "transitions");

    private WorkflowJson() {}

    static Workflow parse(String json) {
        Map<?, ?> members = object(Json.tree(json, ""), "");
        for (Object name : members.keySet()) {
            if (!MEMBERS.contains(name)) {
                throw new InvalidRequestException(
                        "expected only first, final and transitions, was " + name, "/" + name);
            }
        }
        boolean open = bool(members.get("open"));
        Object first = members.get("first");
        if (first == null && open) {
            first = Workflow.openWorkflow().first();
        }
        return new Workflow(
                open,
                text(first, "/first"),
                new LinkedHashSet<>(texts(members.get("final"), "/final")),
                transitions(members.get("transitions")));
    }

    private static Map<String, List<String>> transitions(@Nullable Object tree) {
        Map<String, List<String>> transitions = new LinkedHashMap<>();
        if (tree != null) {
            object(tree, "/transitions")
                    .forEach((from, following) ->
                            transitions.put((String) from, texts(following, "/transitions/" + from)));
        }
        return transitions;
    }

    private static boolean bool(@Nullable Object tree) {
        if (tree != null && !(tree instanceof Boolean)) {
            throw new InvalidRequestException("expected true or false, was " + tree, "/open");
        }
        return Boolean.TRUE.equals(tree);
    }

    private static Map<?, ?> object(@Nullable Object tree, String where) {
        if (tree instanceof Map<?, ?> members) {
            return members;
        }
        throw new InvalidRequestException("expected an object, was " + tree, where);
    }

    private static List<String> texts(@Nullable Object tree, String where) {
        List<String> texts = new ArrayList<>();
        if (tree instanceof List<?> elements) {
            for (Object element : elements) {
                texts.add(text(element, where + "/" + texts.size()));
            }
        } else if (tree != null) {
            throw new InvalidRequestException("expected an array of statuses, was " + tree, where);
        }
        return texts;
    }

    private static String text(@Nullable Object tree, String where) {
        if (tree instanceof String text) {
            return text;
        }
        throw new InvalidRequestException("expected the name of a status, was " + tree, where);
    }

    static String print(Workflow workflow) {
        JsonWriter json = new JsonWriter(new ByteSlab(256)).beginObject();
        if (workflow.open()) {
            json.name("open").bool(true);
        }
        json.name("first").string(workflow.first());
        if (!workflow.open()) {
            json.name("final").beginArray();
            workflow.finals().forEach(json::string);
            json.endArray().name("transitions").beginObject();
            workflow.transitions().forEach((from, following) -> {
                json.name(from).beginArray();
                following.forEach(json::string);
                json.endArray();
            });
            json.endObject();
        }
        return json.endObject().out().utf8();
    }
}
