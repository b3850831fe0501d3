package dev.cairn.context;

import dev.cairn.LogRecord;
import dev.cairn.NotFoundException;
import dev.cairn.decision.Decision;
import dev.cairn.internal.kind.Kind;
import dev.cairn.internal.kind.KindHost;
import dev.cairn.internal.kind.Names;
import dev.cairn.internal.kind.TaskLinks.What;
import dev.cairn.lease.Lease;
import dev.cairn.run.Run;
import dev.cairn.run.Runs;
import dev.cairn.run.Snapshot;
import dev.cairn.session.Message;
import dev.cairn.session.MessageQuery;
import dev.cairn.session.MessageQuery.Bound;
import dev.cairn.session.Session;
import dev.cairn.task.Task;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@link Contexts} over the clients of the other capabilities: fixes an offset, and asks each of them for that.
 *
 * <p>Most of what is asked for has not changed since the offset was fixed a moment ago; so the present is looked at first, and
 * the past only where the present is too new.
 *
 * <p>Threading: any thread.
 */
final class ContextsClient implements Contexts {
    /** When the records, or the messages of all sessions, hold so much, no more are read. */
    private static final long BYTES_MAX = 8 << 20;

    /** Records are read so many at a time: each may be as large as a task. */
    private static final int RECORDS_EACH = 16;

    private final LinkReader links;
    private final KindHost host;
    private final ContextModule.Sources sources;
    private final FieldSearch fields;

    ContextsClient(LinkReader links, KindHost host, Kind tasks, ContextModule.Sources sources) {
        this.links = links;
        this.host = host;
        this.sources = sources;
        this.fields = new FieldSearch(links, host, tasks, sources);
    }

    static String guard(String task) {
        return "task:" + task;
    }

    @Override
    public Optional<TaskContext> of(String task, ContextQuery query) {
        Names.check(task, "id");
        long offset = host.appendedOffset();
        Optional<Task> found = offset < 0 ? Optional.empty() : task(task, offset);
        return found.map(known -> new TaskContext(
                offset,
                known,
                lease(guard(task), offset),
                records(task, offset, query.recordsMax()),
                decisions(task, offset, query.decisionsMax()),
                sessions(task, offset, query),
                snapshot(task, offset, query.state())));
    }

    private Optional<Task> task(String id, long offset) {
        Optional<Task> now = sources.tasks().get(id);
        return now.isPresent() && now.get().revision() <= offset
                ? now
                : sources.tasks().getAsOf(id, offset);
    }

    private @Nullable Lease lease(String name, long offset) {
        Optional<Lease> now = sources.leases().get(name);
        if (now.isPresent() && now.get().revision() > offset) {
            now = sources.leases().getAsOf(name, offset);
        }
        return now.orElse(null);
    }

    /** As many as wanted, but no more once they hold {@link #BYTES_MAX}. */
    private List<LogRecord> records(String task, long offset, int max) {
        List<LogRecord> records = new ArrayList<>();
        long before = offset + 1;
        long bytes = 0;
        int wanted = Math.min(max, RECORDS_EACH);
        while (wanted > 0) {
            List<LogRecord> page = sources.tasks().history(task, before, wanted);
            records.addAll(page);
            for (LogRecord record : page) {
                before = record.offset();
                bytes += record.payload().length();
            }
            boolean more = page.size() == wanted && bytes < BYTES_MAX;
            wanted = more ? Math.min(max - records.size(), RECORDS_EACH) : 0;
        }
        return records;
    }

    private List<Decision> decisions(String task, long offset, int max) {
        List<Decision> decisions = new ArrayList<>();
        for (String id : links.names(task, offset, What.DECISION, max)) {
            sources.decisions().get(id).ifPresent(decisions::add);
        }
        return decisions;
    }

    private List<TaskContext.SessionContext> sessions(String task, long offset, ContextQuery query) {
        List<Session> newest = links.names(task, offset, What.SESSION, TaskContextKind.EACH_MAX).stream()
                .flatMap(id -> session(id, offset).stream())
                .sorted(Comparator.comparingLong(Session::revision).reversed())
                .limit(query.sessionsMax())
                .toList();
        List<TaskContext.SessionContext> sessions = new ArrayList<>();
        long bytes = 0;
        for (Session session : newest) {
            int max = bytes < BYTES_MAX ? query.messagesMax() : 0;
            List<Message> messages = messages(session.id(), offset, session, max);
            for (Message message : messages) {
                bytes += message.json().length();
            }
            sessions.add(new TaskContext.SessionContext(session, messages));
        }
        return sessions;
    }

    private Optional<Session> session(String id, long offset) {
        Optional<Session> now = sources.sessions().get(id);
        return now.isPresent() && now.get().revision() <= offset
                ? now
                : sources.sessions().getAsOf(id, offset);
    }

    private List<Message> messages(String id, long offset, Session session, int max) {
        if (max == 0) {
            return List.of();
        }
        MessageQuery newest = MessageQuery.newest().limit(max).before(Bound.offset(offset + 1)); // none that came since
        boolean isPast = sources.sessions()
                .get(id)
                .filter(now -> now.revision() == session.revision())
                .isEmpty();
        try {
            return sources.sessions()
                    .messages(id, isPast ? asOf(offset, max) : newest)
                    .messages();
        } catch (NotFoundException e) {
            // Deleted at this very moment: as it was, then.
            return sources.sessions().messages(id, asOf(offset, max)).messages();
        }
    }

    private static MessageQuery asOf(long offset, int max) {
        return MessageQuery.newest().limit(max).asOf(Bound.offset(offset));
    }

    private @Nullable Snapshot snapshot(String task, long offset, boolean withState) {
        Runs runs = sources.runs();
        Run newest = links.names(task, offset, What.RUN, TaskContextKind.EACH_MAX).stream()
                .flatMap(id -> run(id, offset).stream())
                .max(Comparator.comparingLong(Run::revision))
                .orElse(null);
        if (newest == null) {
            return null;
        }
        Optional<Snapshot> latest = runs.latest(newest.id());
        if (latest.isEmpty() || latest.get().info().offset() > offset) {
            latest = runs.loadAsOf(newest.id(), Runs.LATEST, offset);
        }
        return latest.map(found -> withState ? found : new Snapshot(found.info(), ""))
                .orElse(null);
    }

    private Optional<Run> run(String id, long offset) {
        Optional<Run> now = sources.runs().get(id);
        return now.isPresent() && now.get().revision() <= offset
                ? now
                : sources.runs().getAsOf(id, offset);
    }

    @Override
    public Explanation explain(String task, String field) {
        return fields.explain(Names.check(task, "id"), TaskField.of(field));
    }
}
