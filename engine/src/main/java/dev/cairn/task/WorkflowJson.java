package dev.cairn.task;

import dev.cairn.InvalidRequestException;
import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.json.Json;
import dev.cairn.internal.json.JsonWriter;
import dev.cairn.internal.kind.Names;
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
    private static final Set<String> MEMBERS = Set.of("open", "first", "final", "transitions", "claim");
    private static final Set<String> CLAIM_MEMBERS = Set.of("status", "failed", "maxAttempts", "onExpiry");

    private WorkflowJson() {}

    static Workflow parse(String json) {
        Map<?, ?> members = object(Json.tree(json, ""), "");
        for (Object name : members.keySet()) {
            if (!MEMBERS.contains(name)) {
                throw new InvalidRequestException(
                        "expected first, final, transitions and claim alone, was another member",
                        "/" + Json.pointerToken((String) name));
            }
        }
        boolean open = bool(members.get("open"));
        Object first = members.get("first");
        if (first == null && open) {
            first = Workflow.openWorkflow().first();
        }
        return new Workflow(
                open,
                status(first, "/first"),
                finals(members.get("final")),
                transitions(members.get("transitions")),
                claim(members.get("claim")));
    }

    private static ClaimPolicy claim(@Nullable Object tree) {
        ClaimPolicy standard = ClaimPolicy.standard();
        if (tree == null) {
            return standard;
        }
        Map<?, ?> members = object(tree, "/claim");
        for (Object name : members.keySet()) {
            if (!CLAIM_MEMBERS.contains(name)) {
                throw new InvalidRequestException(
                        "expected status, failed, maxAttempts and onExpiry alone, was another member",
                        "/claim/" + Json.pointerToken((String) name));
            }
        }
        Object status = members.get("status");
        Object failed = members.get("failed");
        Object attempts = members.get("maxAttempts");
        return new ClaimPolicy(
                status == null ? standard.status() : status(status, "/claim/status"),
                failed == null ? standard.failed() : status(failed, "/claim/failed"),
                attempts == null ? standard.attemptsMax() : attempts(attempts),
                failsOnExpiry(members.get("onExpiry")));
    }

    private static int attempts(Object tree) {
        if (tree instanceof Integer number) {
            return number;
        }
        throw expected("a whole number", tree, "/claim/maxAttempts");
    }

    private static boolean failsOnExpiry(@Nullable Object tree) {
        if (tree == null || tree.equals("return")) {
            return false;
        }
        if (tree.equals("fail")) {
            return true;
        }
        throw expected("return or fail", tree, "/claim/onExpiry");
    }

    private static Set<String> finals(@Nullable Object tree) {
        Set<String> finals = new LinkedHashSet<>();
        List<String> listed = statuses(tree, "/final");
        for (int i = 0; i < listed.size(); i++) {
            if (!finals.add(listed.get(i))) {
                throw new InvalidRequestException(
                        "expected each status once, was " + listed.get(i) + " twice", "/final/" + i);
            }
        }
        return finals;
    }

    private static Map<String, List<String>> transitions(@Nullable Object tree) {
        Map<String, List<String>> transitions = new LinkedHashMap<>();
        if (tree != null) {
            object(tree, "/transitions")
                    .forEach((from, following) ->
                            transitions.put((String) from, statuses(following, Workflow.pointer((String) from))));
        }
        return transitions;
    }

    private static boolean bool(@Nullable Object tree) {
        if (tree != null && !(tree instanceof Boolean)) {
            throw expected("true or false", tree, "/open");
        }
        return Boolean.TRUE.equals(tree);
    }

    private static Map<?, ?> object(@Nullable Object tree, String where) {
        if (tree instanceof Map<?, ?> members) {
            return members;
        }
        throw expected("an object", tree, where);
    }

    private static List<String> statuses(@Nullable Object tree, String where) {
        List<String> statuses = new ArrayList<>();
        if (tree instanceof List<?> elements) {
            for (Object element : elements) {
                statuses.add(status(element, where + "/" + statuses.size()));
            }
        } else if (tree != null) {
            throw expected("an array of statuses", tree, where);
        }
        return statuses;
    }

    private static String status(@Nullable Object tree, String where) {
        if (tree instanceof String text) {
            return Names.check(text, Workflow.STATUS_BYTES_MAX, where);
        }
        throw expected("the name of a status", tree, where);
    }

    private static InvalidRequestException expected(String what, @Nullable Object tree, String where) {
        String was = tree == null
                ? "nothing"
                : tree instanceof Map ? "an object" : tree instanceof List ? "an array" : "a " + word(tree);
        return new InvalidRequestException("expected " + what + ", was " + was, where);
    }

    private static String word(Object scalar) {
        return scalar instanceof String ? "string" : scalar instanceof Boolean ? "boolean" : "number";
    }

    /** @param all whether to say also what is not said where it is understood: parsing gives the same either way */
    static String print(Workflow workflow, boolean all) {
        JsonWriter json = new JsonWriter(new ByteSlab(256)).beginObject();
        if (all || workflow.open()) {
            json.name("open").bool(workflow.open());
        }
        json.name("first").string(workflow.first());
        if (all || !workflow.open()) {
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
        // Only what is not standard, so that a workflow without a policy of its own prints as it was given.
        if (all || !workflow.claim().equals(ClaimPolicy.standard())) {
            claim(json, workflow.claim());
        }
        return json.endObject().out().utf8();
    }

    private static void claim(JsonWriter json, ClaimPolicy claim) {
        json.name("claim").beginObject();
        json.name("status").string(claim.status());
        json.name("failed").string(claim.failed());
        json.name("maxAttempts").number(claim.attemptsMax());
        json.name("onExpiry").string(claim.failsOnExpiry() ? "fail" : "return");
        json.endObject();
    }
}
