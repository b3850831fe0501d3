package dev.cairn.decision;

import org.jspecify.annotations.Nullable;

/**
 * One thing that is wrong with a Markdown document of decisions.
 *
 * @param line where, from 1
 * @param heading the title of the decision that it is about; null before the first
 * @param message what was expected and found
 */
public record DecisionFlaw(int line, @Nullable String heading, String message) {
    /** For people: line, heading, message. */
    @Override
    public String toString() {
        return "line " + line + (heading == null ? "" : ", \"" + heading + "\"") + ": " + message;
    }
}
