package dev.cairn.internal.kind;

/**
 * What other kinds say about a task: that a decision is about it, that a session or a run belongs to it. From this a task's
 * surroundings are found without a search.
 *
 * <p>Threading: commit lock held.
 */
@FunctionalInterface
public interface TaskLinks {
    /** Links to nothing: for tests of a kind alone. */
    TaskLinks NONE = (draft, task, what, name) -> {};

    /** What is linked. */
    enum What {
        DECISION(0),
        SESSION(1),
        RUN(2);

        private static final What[] BY_CODE = values();
        private final int code;

        What(int code) {
            this.code = code;
        }

        /** How it stands in the log; never given to another. */
        public int code() {
            return code;
        }

        /** @throws IllegalStateException when nothing has the code: the record was written by a newer Cairn, or is malformed */
        public static What of(int code) {
            if (code < 0 || code >= BY_CODE.length) {
                throw new IllegalStateException(
                        "expected a link to a task up to " + (BY_CODE.length - 1) + ", was " + code);
            }
            return BY_CODE[code];
        }
    }

    /**
     * Adds the event that links {@code name} to {@code task}; call it once for each new link, after the kind's own events.
     *
     * @param task id of a task, which need not exist
     * @param name id of the decision, session or run
     */
    void link(Draft draft, String task, What what, String name);
}
