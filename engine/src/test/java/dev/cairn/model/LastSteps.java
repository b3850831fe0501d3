package dev.cairn.model;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The last steps of a run, for whoever is to find out why it failed.
 *
 * <p>Threading: one thread.
 */
final class LastSteps {
    private static final int STEPS = 25;
    private static final int CHARS = 600;

    private final Deque<Supplier<String>> steps = new ArrayDeque<>();

    /** Takes note of a step; what it was is put into words only if it is asked for. */
    void told(int number, Supplier<String> what) {
        if (steps.size() == STEPS) {
            steps.removeFirst();
        }
        steps.addLast(() -> {
            String text = what.get();
            return number + ": " + (text.length() > CHARS ? text.substring(0, CHARS) + "…" : text);
        });
    }

    /** In words, a line each. */
    String text() {
        return steps.stream().map(Supplier::get).collect(Collectors.joining("\n    "));
    }
}
