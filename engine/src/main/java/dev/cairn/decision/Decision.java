package dev.cairn.decision;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A decision that was made.
 *
 * @param id 1–512 bytes of UTF-8
 * @param offset address of the record that made it: decisions are in the order of their offsets
 * @param at the log's time of that record
 * @param occurredAt the caller's own time of the decision, if given
 * @param agent who decided
 * @param task what it was decided for, or null
 * @param title one line
 * @param context what the situation was, or null
 * @param decision what was decided
 * @param rationale why, or null
 * @param alternatives what else was weighed
 * @param version how many records are about it
 * @param revision offset of the last record about it
 * @param incomplete whether records of it were lost to damage
 */
public record Decision(
        String id,
        long offset,
        Instant at,
        @Nullable Instant occurredAt,
        String agent,
        @Nullable String task,
        String title,
        @Nullable String context,
        String decision,
        @Nullable String rationale,
        List<String> alternatives,
        long version,
        long revision,
        boolean incomplete) {
    public Decision {
        alternatives = List.copyOf(alternatives);
    }

    /** When it was decided: the caller's time, or the log's where the caller gave none. */
    public Instant date() {
        return occurredAt == null ? at : occurredAt;
    }

    /** What was given to make it. */
    public NewDecision content() {
        return new NewDecision(id, agent, task, title, context, decision, rationale, alternatives);
    }
}
