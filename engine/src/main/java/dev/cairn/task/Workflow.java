package dev.cairn.task;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which changes of status are allowed.
 *
 * @param open whether any status may follow any other; then the rest is empty but for {@code first}
 * @param first the status of a new task
 * @param finals statuses that end a task
 * @param transitions for each status, those that may follow it
 */
public record Workflow(boolean open, String first, Set<String> finals, Map<String, List<String>> transitions) {
    private static final Workflow STANDARD =
            new Workflow(false, "pending", Set.of("completed", "cancelled"), standardTransitions());
    private static final Workflow OPEN = new Workflow(true, "pending", Set.of(), Map.of());

    /** The workflow of a new installation. */
    public static Workflow standard() {
        return STANDARD;
    }

    /** Any status, in any order. */
    public static Workflow openWorkflow() {
        return OPEN;
    }

    private static Map<String, List<String>> standardTransitions() {
        Map<String, List<String>> transitions = new LinkedHashMap<>();
        transitions.put("pending", List.of("running", "cancelled"));
        transitions.put("running", List.of("completed", "failed", "cancelled", "blocked"));
        transitions.put("blocked", List.of("running", "cancelled"));
        transitions.put("failed", List.of("pending"));
        return transitions;
    }
}
