package dev.cairn.decision;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A decision to append. Immutable: each method returns a changed copy. A text of nothing but white space is none.
 *
 * @param id 1–512 bytes of UTF-8 without control characters
 * @param agent who decided; a name like the id
 * @param task what it was decided for, or null; a name like the id
 * @param title one line, 1–512 bytes of UTF-8 without control characters
 * @param context what the situation was, or null
 * @param decision what was decided, in any number of lines
 * @param rationale why, or null
 * @param alternatives what else was weighed, at most {@value #ALTERNATIVES_MAX}
 */
public record NewDecision(
        String id,
        String agent,
        @Nullable String task,
        String title,
        @Nullable String context,
        String decision,
        @Nullable String rationale,
        List<String> alternatives) {
    /** So many alternatives a decision has at most. */
    public static final int ALTERNATIVES_MAX = 100;

    public NewDecision {
        alternatives = List.copyOf(alternatives);
    }

    public static NewDecision of(String id, String agent, String title, String decision) {
        return new NewDecision(id, agent, null, title, null, decision, null, List.of());
    }

    public NewDecision task(@Nullable String value) {
        return new NewDecision(id, agent, value, title, context, decision, rationale, alternatives);
    }

    public NewDecision context(@Nullable String value) {
        return new NewDecision(id, agent, task, title, value, decision, rationale, alternatives);
    }

    public NewDecision rationale(@Nullable String value) {
        return new NewDecision(id, agent, task, title, context, decision, value, alternatives);
    }

    public NewDecision alternatives(List<String> values) {
        return new NewDecision(id, agent, task, title, context, decision, rationale, values);
    }
}
