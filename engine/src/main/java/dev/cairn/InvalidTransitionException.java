package dev.cairn;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The workflow does not allow this change of status. */
public final class InvalidTransitionException extends CairnException {
    private static final long serialVersionUID = 1L;

    private final @Nullable String from;
    private final String to;
    private final transient List<String> allowed;

    public InvalidTransitionException(@Nullable String from, String to, List<String> allowed) {
        super("invalid_transition", "expected one of " + allowed + " after " + from + ", was " + to);
        this.from = from;
        this.to = to;
        this.allowed = List.copyOf(allowed);
    }

    /** The current status, null for a new task. */
    public @Nullable String from() {
        return from;
    }

    /** The status asked for. */
    public String to() {
        return to;
    }

    /** The statuses that are allowed now. */
    public List<String> allowed() {
        return allowed;
    }
}
