package dev.cairn.model.kinds;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.Cairn;
import dev.cairn.context.ContextQuery;
import dev.cairn.context.TaskContext;
import dev.cairn.model.kinds.PlainLog.Entry;
import dev.cairn.model.kinds.PlainRuns.Saved;
import dev.cairn.run.Snapshot;
import dev.cairn.session.Message;
import dev.cairn.session.Session;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is around a task, compared with what the model says.
 *
 * <p>Threading: one thread.
 */
final class ContextChecks {
    private final PlainKinds model;
    private final PlainLog log;
    private final Chance chance;
    private final SessionChecks sessions;

    ContextChecks(PlainKinds model, Chance chance, SessionChecks sessions) {
        this.model = model;
        this.log = model.log;
        this.chance = chance;
        this.sessions = sessions;
    }

    void context(Cairn cairn, String task) {
        ContextQuery query =
                new ContextQuery(chance.upTo(5), chance.upTo(17), chance.upTo(4), chance.upTo(4), chance.oneIn(2));
        TaskContext found = cairn.contexts().of(task, query).orElse(null);
        Entry head = log.head("task", task);
        if (head == null || !head.exists()) {
            assertThat(found).as("context of %s", task).isNull();
            return;
        }
        assertThat(found).as("context of %s", task).isNotNull();
        assertThat(found.offset()).isEqualTo(log.lastOffset());
        assertThat(found.task()).isEqualTo(head.view());
        Entry lease = log.head("lease", "task:" + task);
        assertThat(found.lease() == null ? null : ComparedLease.found(found.lease(), true))
                .as("lease of %s", task)
                .isEqualTo(lease == null ? null : ComparedLease.expected(lease, true));
        List<Entry> records = new ArrayList<>(log.entries().stream()
                .filter(entry -> entry.topic().equals("task") && entry.key().equals(task))
                .toList());
        Collections.reverse(records);
        LogChecks.sameRecords(
                found.records(),
                records.subList(0, Math.min(query.recordsMax(), records.size())),
                "records of " + task);
        assertThat(found.decisions()).as("decisions of %s", task).isEqualTo(decisions(task, query.decisionsMax()));
        sessions(found, task, query);
        snapshot(found, task, query.state());
    }

    /** What a task is linked to, the newest first. */
    private List<String> linked(String task, String what) {
        List<String> names = new ArrayList<>();
        for (String link : model.links(task, Long.MAX_VALUE)) {
            if (link.startsWith(what + " ")) {
                names.add(0, link.substring(what.length() + 1));
            }
        }
        return names;
    }

    private List<@Nullable Object> decisions(String task, int max) {
        List<@Nullable Object> decisions = new ArrayList<>();
        for (String id : linked(task, "decision")) {
            if (decisions.size() < max) {
                decisions.add(Objects.requireNonNull(log.head("decision", id)).view());
            }
        }
        return decisions;
    }

    private void sessions(TaskContext found, String task, ContextQuery query) {
        List<Session> linked = new ArrayList<>();
        for (String id : linked(task, "session")) {
            Entry session = Objects.requireNonNull(log.head("session", id));
            if (session.exists()) {
                linked.add((Session) Objects.requireNonNull(session.view()));
            }
        }
        linked.sort(Comparator.comparingLong(Session::revision).reversed()); // who spoke last comes first
        assertThat(found.sessions().stream()
                        .map(TaskContext.SessionContext::session)
                        .toList())
                .as("sessions of %s", task)
                .isEqualTo(linked.subList(0, Math.min(query.sessionsMax(), linked.size())));
        for (TaskContext.SessionContext session : found.sessions()) {
            List<Message> messages = sessions.messagesOf(session.session().id(), Long.MAX_VALUE);
            Collections.reverse(messages);
            assertThat(session.messages())
                    .as("messages of %s in the context of %s", session.session().id(), task)
                    .isEqualTo(messages.subList(0, Math.min(query.messagesMax(), messages.size())));
        }
    }

    private void snapshot(TaskContext found, String task, boolean withState) {
        Saved latest = null;
        String run = "";
        for (String id : linked(task, "run")) {
            List<Saved> saved = PlainRuns.snapshots(log, id, Long.MAX_VALUE);
            Saved newest = saved.isEmpty() ? null : saved.get(saved.size() - 1);
            if (newest != null && (latest == null || newest.offset() > latest.offset())) {
                latest = newest;
                run = id;
            }
        }
        Snapshot snapshot = found.snapshot();
        if (withState || snapshot == null) {
            RunChecks.same(snapshot, run, latest);
        } else {
            assertThat(latest).as("latest snapshot in the context of %s", task).isNotNull();
            assertThat(snapshot.info().offset()).isEqualTo(latest.offset());
            assertThat(snapshot.state()).isEmpty();
        }
    }
}
