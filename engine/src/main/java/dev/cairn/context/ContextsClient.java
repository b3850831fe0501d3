package dev.cairn.context;

import dev.cairn.DamagedLogException;
import dev.cairn.LogRecord;
import dev.cairn.NotFoundException;
import dev.cairn.context.LinkReader.Links;
import dev.cairn.decision.Decision;
import dev.cairn.internal.kind.Kind;
import dev.cairn.internal.kind.KindHost;
import dev.cairn.internal.kind.KindIds;
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
        return found.map(known -> of(known, offset, query));
    }

    private TaskContext of(Task task, long offset, ContextQuery query) {
        Links linked = links.of(task.id(), offset);
        Lease lease = lease(guard(task.id()), offset);
        List<String> decided = linked.names(What.DECISION, query.decisionsMax());
        List<Decision> decisions = decided.stream()
                .flatMap(id -> sources.decisions().get(id).stream())
                .toList();
        List<TaskContext.SessionContext> sessions = sessions(linked, offset, query);
        Run run = newestRun(linked, offset);
        boolean incomplete = task.incomplete()
                || linked.incomplete()
                || lease != null && lease.incomplete()
                || decisions.size() < decided.size() // nobody deletes one
                || decisions.stream().anyMatch(Decision::incomplete)
                || sessions.stream().anyMatch(session -> session.session().incomplete())
                || run != null && run.incomplete()
                || anyLost(linked, What.SESSION, KindIds.SESSION)
                || anyLost(linked, What.RUN, KindIds.RUN);
        return new TaskContext(
                offset,
                task,
                lease,
                records(task.id(), offset, query.recordsMax()),
                decisions,
                sessions,
                run == null ? null : snapshot(run, offset, query.state()),
                incomplete);
    }

    private boolean anyLost(Links linked, What what, byte kind) {
        return linked.names(what, TaskContextKind.EACH_MAX).stream().anyMatch(name -> links.isLost(kind, name));
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

    private List<TaskContext.SessionContext> sessions(Links linked, long offset, ContextQuery query) {
        List<Session> newest = linked.names(What.SESSION, TaskContextKind.EACH_MAX).stream()
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

    private @Nullable Run newestRun(Links linked, long offset) {
        return linked.names(What.RUN, TaskContextKind.EACH_MAX).stream()
                .flatMap(id -> run(id, offset).stream())
                .max(Comparator.comparingLong(Run::revision))
                .orElse(null);
    }

    /** Null where a run that lost records lost this one too: the rest of the context is told all the same. */
    private @Nullable Snapshot snapshot(Run run, long offset, boolean withState) {
        try {
            return latest(run.id(), offset)
                    .map(found -> withState ? found : new Snapshot(found.info(), ""))
                    .orElse(null);
        } catch (DamagedLogException e) {
            if (run.incomplete()) {
                return null;
            }
            throw e;
        }
    }

    private Optional<Snapshot> latest(String run, long offset) {
        Optional<Snapshot> latest = sources.runs().latest(run);
        return latest.isPresent() && latest.get().info().offset() <= offset
                ? latest
                : sources.runs().loadAsOf(run, Runs.LATEST, offset);
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
