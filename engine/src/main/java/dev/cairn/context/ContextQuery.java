package dev.cairn.context;

import dev.cairn.InvalidRequestException;

/**
 * How much of a task's surroundings is wanted.
 *
 * @param recordsMax records of its history, 0 to 1,000
 * @param decisionsMax decisions about it, 0 to 16
 * @param sessionsMax sessions that belong to it, 0 to 16
 * @param messagesMax messages of each session, 0 to 100
 * @param state whether the run's state is wanted, and not only what is known about its snapshot
 */
public record ContextQuery(int recordsMax, int decisionsMax, int sessionsMax, int messagesMax, boolean state) {
    private static final int RECORDS_LIMIT = 1_000;
    private static final int MESSAGES_LIMIT = 100;
    private static final ContextQuery USUAL = new ContextQuery(10, 10, 4, 10, true);

    /** @throws InvalidRequestException when a number is out of its range */
    public ContextQuery {
        check(recordsMax, RECORDS_LIMIT, "records");
        check(decisionsMax, TaskContextKind.EACH_MAX, "decisions");
        check(sessionsMax, TaskContextKind.EACH_MAX, "sessions");
        check(messagesMax, MESSAGES_LIMIT, "messages");
    }

    private static void check(int value, int max, String where) {
        if (value < 0 || value > max) {
            throw new InvalidRequestException("expected 0 to " + max + ", was " + value, where);
        }
    }

    /** Ten records, ten decisions, ten messages of each of four sessions, and the state. */
    public static ContextQuery usual() {
        return USUAL;
    }
}
