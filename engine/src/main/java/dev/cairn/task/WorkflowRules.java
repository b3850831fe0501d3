package dev.cairn.task;

import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.kind.Rejection;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A workflow prepared for asking one question very often: may this status follow the one in a task's body?
 *
 * <p>Threading: immutable.
 */
final class WorkflowRules {
    private static final String WHERE = "/status";

    private final Workflow workflow;
    /** For each status that is known, the UTF-8 bytes of those that it may follow. */
    private final Map<String, byte[][]> before = new HashMap<>();

    private final byte[][] finals;

    WorkflowRules(Workflow workflow) {
        this.workflow = workflow;
        this.finals = workflow.finals().stream()
                .map(status -> status.getBytes(StandardCharsets.UTF_8))
                .toArray(byte[][]::new);
        Map<String, List<byte[]>> found = new HashMap<>();
        workflow.statuses().forEach(status -> found.put(status, new ArrayList<>()));
        workflow.transitions()
                .forEach((from, following) -> following.forEach(
                        to -> Objects.requireNonNull(found.get(to)).add(from.getBytes(StandardCharsets.UTF_8))));
        found.forEach((status, list) -> before.put(status, list.toArray(byte[][]::new)));
    }

    Workflow workflow() {
        return workflow;
    }

    /** Whether the same statuses end a task. */
    boolean hasFinalsOf(WorkflowRules other) {
        return workflow.finals().equals(other.workflow.finals());
    }

    /** Whether a task may have {@code status} at all. */
    boolean knows(String status) {
        return workflow.open() || before.containsKey(status);
    }

    boolean isFinal(String status) {
        return workflow.finals().contains(status);
    }

    /** Whether the status whose u16 length is at {@code at} of {@code value} ends a task. */
    boolean isFinal(ByteSlab value, int at) {
        int count = value.shortAt(at);
        for (byte[] status : finals) {
            if (status.length == count && value.regionEquals(at + Short.BYTES, status)) {
                return true;
            }
        }
        return false;
    }

    /** Why a new task may not begin with {@code status}, or null. */
    @Nullable
    Rejection refusalOfFirst(String status) {
        if (workflow.open() || status.equals(workflow.first())) {
            return null;
        }
        return before.containsKey(status)
                ? new Rejection.InvalidTransition(null, status, List.of(workflow.first()))
                : unknown(status);
    }

    /** Why {@code status} may not follow the status whose u16 length is at {@code at} of {@code value}, or null. */
    @Nullable
    Rejection refusal(ByteSlab value, int at, String status) {
        if (workflow.open()) {
            return null;
        }
        byte[][] allowed = before.get(status);
        if (allowed == null) {
            return unknown(status);
        }
        int count = value.shortAt(at);
        for (byte[] from : allowed) {
            if (from.length == count && value.regionEquals(at + Short.BYTES, from)) {
                return null;
            }
        }
        String from = value.utf8At(at + Short.BYTES, count);
        return new Rejection.InvalidTransition(
                from, status, workflow.transitions().getOrDefault(from, List.of()));
    }

    /** Why {@code status} may not follow {@code from}, or null. */
    @Nullable
    Rejection refusal(String from, String status) {
        if (workflow.open()) {
            return null;
        }
        if (!before.containsKey(status)) {
            return unknown(status);
        }
        List<String> allowed = workflow.transitions().getOrDefault(from, List.of());
        return allowed.contains(status) ? null : new Rejection.InvalidTransition(from, status, allowed);
    }

    private Rejection unknown(String status) {
        return new Rejection.Invalid("expected a status of " + workflow.statuses() + ", was " + status, WHERE);
    }
}
