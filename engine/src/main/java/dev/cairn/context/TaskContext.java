package dev.cairn.context;

import dev.cairn.LogRecord;
import dev.cairn.decision.Decision;
import dev.cairn.lease.Lease;
import dev.cairn.run.Snapshot;
import dev.cairn.session.Message;
import dev.cairn.session.Session;
import dev.cairn.task.Task;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A task and what is around it, as it was after one record.
 *
 * @param offset of that record
 * @param task the task
 * @param lease the lease that guards it, with its queue; null when nobody ever asked for it
 * @param records its newest records, the newest first
 * @param decisions about it, the newest first
 * @param sessions that belong to it, the one with the newest message first
 * @param snapshot the latest of all its runs; null for none, and where it was lost. Without a state if none was asked for: then the
 *     state is empty
 * @param incomplete whether records of the task, or of anything that belongs around it, were lost to damage
 */
public record TaskContext(
        long offset,
        Task task,
        @Nullable Lease lease,
        List<LogRecord> records,
        List<Decision> decisions,
        List<SessionContext> sessions,
        @Nullable Snapshot snapshot,
        boolean incomplete) {
    public TaskContext {
        records = List.copyOf(records);
        decisions = List.copyOf(decisions);
        sessions = List.copyOf(sessions);
    }

    /**
     * A session and its newest messages.
     *
     * @param session the session
     * @param messages the newest first
     */
    public record SessionContext(Session session, List<Message> messages) {
        public SessionContext {
            messages = List.copyOf(messages);
        }
    }
}
