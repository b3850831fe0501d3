package dev.cairn.task;

import dev.cairn.InvalidRequestException;
import dev.cairn.internal.json.Json;
import dev.cairn.internal.kind.Names;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which changes of status are allowed.
 *
 * <p>Every status that is mentioned anywhere is known. Statuses are 1–128 bytes of UTF-8 without control characters.
 *
 * <p>Threading: immutable.
 *
 * @param open whether any status may follow any other; then the rest is empty but for {@code first}
 * @param first the status of a new task
 * @param finals statuses that end a task
 * @param transitions for each status, those that may follow it
 * @param claim what happens to tasks that are claimed
 */
public record Workflow(
        boolean open, String first, Set<String> finals, Map<String, List<String>> transitions, ClaimPolicy claim) {
    /** The longest name of a status, in bytes of UTF-8. */
    public static final int STATUS_BYTES_MAX = 128;

    private static final Workflow STANDARD = new Workflow(
            false,
            "pending",
            Set.of("completed", "cancelled"),
            Map.of(
                    "pending", List.of("running", "cancelled"),
                    "running", List.of("completed", "failed", "cancelled", "blocked"),
                    "blocked", List.of("running", "cancelled"),
                    "failed", List.of("pending")));
    private static final Workflow OPEN = new Workflow(true, "pending", Set.of(), Map.of());

    /** A workflow with the standard policy for claims. */
    public Workflow(boolean open, String first, Set<String> finals, Map<String, List<String>> transitions) {
        this(open, first, finals, transitions, ClaimPolicy.standard());
    }

    /** @throws InvalidRequestException with a JSON pointer, when the parts contradict each other */
    public Workflow {
        Names.check(first, STATUS_BYTES_MAX, "/first");
        finals.forEach(status -> Names.check(status, STATUS_BYTES_MAX, "/final"));
        transitions.forEach(Workflow::checkTransitions);
        if (open && !(finals.isEmpty() && transitions.isEmpty())) {
            throw new InvalidRequestException(
                    "expected neither final statuses nor transitions in an open workflow", "/open");
        }
        for (String status : finals) {
            if (!transitions.getOrDefault(status, List.of()).isEmpty()) {
                throw new InvalidRequestException(
                        "expected no transitions from the final status " + status + ", was " + transitions.get(status),
                        pointer(status));
            }
        }
        if (!open && !claim.equals(ClaimPolicy.standard())) {
            checkClaim(first, finals, transitions, claim);
        }
        // In the order in which a task meets them: equal workflows print as equal text, whatever made them.
        Set<String> order = order(first, finals, transitions);
        finals = ordered(order, finals);
        transitions = ordered(order, transitions);
    }

    /** The standard policy goes with any workflow: where it does not fit, claims are refused. */
    private static void checkClaim(
            String first, Set<String> finals, Map<String, List<String>> transitions, ClaimPolicy claim) {
        Set<String> known = order(first, finals, transitions);
        if (!known.contains(claim.status()) || finals.contains(claim.status())) {
            throw new InvalidRequestException(
                    "expected a status of " + known + " that is not final, was " + claim.status(), "/claim/status");
        }
        if (!known.contains(claim.failed())) {
            throw new InvalidRequestException(
                    "expected a status of " + known + ", was " + claim.failed(), "/claim/failed");
        }
    }

    private static void checkTransitions(String from, List<String> following) {
        Names.check(from, STATUS_BYTES_MAX, pointer(from));
        for (int i = 0; i < following.size(); i++) {
            String where = pointer(from) + "/" + i;
            Names.check(following.get(i), STATUS_BYTES_MAX, where);
            if (following.indexOf(following.get(i)) != i) {
                throw new InvalidRequestException(
                        "expected each status once, was " + following.get(i) + " twice", where);
            }
        }
    }

    /** Where the transitions from {@code status} stand in the JSON form. */
    static String pointer(String status) {
        return "/transitions/" + Json.pointerToken(status);
    }

    private static Set<String> order(String first, Set<String> finals, Map<String, List<String>> transitions) {
        Set<String> order = new LinkedHashSet<>();
        Deque<String> next = new ArrayDeque<>(List.of(first));
        while (!next.isEmpty()) {
            String status = next.remove();
            if (order.add(status)) {
                next.addAll(transitions.getOrDefault(status, List.of()));
            }
        }
        Set<String> unreachable = new TreeSet<>(finals);
        transitions.forEach((from, following) -> {
            unreachable.add(from);
            unreachable.addAll(following);
        });
        order.addAll(unreachable);
        return order;
    }

    private static Set<String> ordered(Set<String> order, Set<String> finals) {
        Set<String> ordered = new LinkedHashSet<>(order);
        ordered.retainAll(finals);
        return Collections.unmodifiableSet(ordered);
    }

    private static Map<String, List<String>> ordered(Set<String> order, Map<String, List<String>> transitions) {
        Map<String, List<String>> ordered = new LinkedHashMap<>();
        for (String status : order) {
            List<String> following = transitions.get(status);
            if (following != null) {
                ordered.put(status, List.copyOf(following));
            }
        }
        return Collections.unmodifiableMap(ordered);
    }

    /** The workflow of a new installation. */
    public static Workflow standard() {
        return STANDARD;
    }

    /** Any status, in any order. */
    public static Workflow openWorkflow() {
        return OPEN;
    }

    /**
     * Reads {@code {"first":"pending","final":[…],"transitions":{"pending":["running",…],…}}}, or {@code {"open":true}}.
     *
     * @throws InvalidRequestException with a JSON pointer, when it is not well formed
     */
    public static Workflow parse(String json) {
        return WorkflowJson.parse(json);
    }

    /** The text that {@link #parse} reads; equal workflows have equal texts. */
    public String toJson() {
        return WorkflowJson.print(this, false);
    }

    /** Like {@link #toJson}, with nothing left to be understood; {@link #parse} reads it as well. */
    public String toFullJson() {
        return WorkflowJson.print(this, true);
    }

    /** Every status that is mentioned, in the order in which a task may meet them. */
    public List<String> statuses() {
        return new ArrayList<>(order(first, finals, transitions));
    }
}
