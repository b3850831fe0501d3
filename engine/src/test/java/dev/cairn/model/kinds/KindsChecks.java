package dev.cairn.model.kinds;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.Cairn;
import dev.cairn.CairnException;
import dev.cairn.GoneException;
import dev.cairn.LogRecord;
import dev.cairn.NotFoundException;
import dev.cairn.consumer.Consumer;
import dev.cairn.consumer.ConsumerGroup;
import dev.cairn.consumer.ConsumerOptions;
import dev.cairn.consumer.ConsumerRecords;
import dev.cairn.context.ContextQuery;
import dev.cairn.context.TaskContext;
import dev.cairn.entity.EntityRef;
import dev.cairn.lease.Lease;
import dev.cairn.log.From;
import dev.cairn.log.LogFilter;
import dev.cairn.log.LogPage;
import dev.cairn.model.kinds.PlainLeases.LeaseState;
import dev.cairn.model.kinds.PlainLog.Entry;
import dev.cairn.model.kinds.PlainRuns.RunState;
import dev.cairn.model.kinds.PlainRuns.Saved;
import dev.cairn.run.Run;
import dev.cairn.run.Runs;
import dev.cairn.run.Snapshot;
import dev.cairn.run.SnapshotInfo;
import dev.cairn.session.Message;
import dev.cairn.session.MessagePage;
import dev.cairn.session.MessageQuery;
import dev.cairn.session.MessageQuery.Bound;
import dev.cairn.session.NewMessage;
import dev.cairn.session.Session;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads of an engine, each compared with what the model says.
 *
 * <p>Threading: one thread.
 */
final class KindsChecks {
    private static final int PAST = 12;
    private static final Instant LATER = Instant.EPOCH;

    private final PlainKinds model;
    private final PlainLog log;
    private final Chance chance;
    private final KindsQuestions questions;

    KindsChecks(PlainKinds model, Chance chance) {
        this.model = model;
        this.log = model.log;
        this.chance = chance;
        this.questions = new KindsQuestions(model, chance);
    }

    /** Whatever reads cannot be told from each other must agree: all of them. Everything must be durable. */
    void everything(Cairn cairn) {
        for (Entry head : log.entries()) {
            if (head == log.head(head.topic(), head.key())) {
                sameAsOf(cairn, head, null);
            }
        }
        for (int i = 0; i < 3; i++) {
            messages(cairn, "s" + i, null);
            snapshots(cairn, "r" + i);
        }
        for (int i = 0; i < 4; i++) {
            context(cairn, "t" + i);
        }
        lastRecords(cairn);
        sameRecords(records(cairn, 0), log.entries(), "log");
        for (int i = 0; i < PAST; i++) {
            past(cairn);
        }
    }

    /** What only the projection knows; it has caught up. */
    void projection(Cairn cairn) {
        questions.ask(cairn);
    }

    /** One read by chance that needs nothing to be durable. */
    void one(Cairn cairn) {
        switch (chance.upTo(5)) {
            case 0 -> messages(cairn, chance.session(), null);
            case 1 -> snapshots(cairn, chance.run());
            case 2 -> context(cairn, chance.task());
            case 3 -> past(cairn);
            default -> {
                Entry entry = chance.any(log.entries());
                cairn.sync(); // a group's lag is that behind durable records
                sameAsOf(cairn, Objects.requireNonNull(log.head(entry.topic(), entry.key())), null);
            }
        }
    }

    // Entities of every kind, now and in the past

    /** Some entity as it was after some record. */
    private void past(Cairn cairn) {
        Entry of = chance.any(log.entries());
        long offset = chance.anOffset();
        sameAsOf(cairn, of, offset);
        if (of.topic().equals("session")) {
            messages(cairn, of.key(), offset);
        }
    }

    private void sameAsOf(Cairn cairn, Entry of, @Nullable Long offset) {
        long asOf = offset == null ? Long.MAX_VALUE : offset;
        Entry head = log.headAsOf(of.topic(), of.key(), asOf);
        Object expected = head == null ? null : head.view();
        Object found = found(cairn, of.topic(), of.key(), offset);
        switch (of.topic()) {
            case "lease" -> expected = head == null ? null : leaseOf(head, offset == null);
            case "run" -> {
                found = found == null ? null : plain((Run) found);
                expected = expected == null ? null : ((RunState) expected).run();
            }
            case "entity-link" -> {
                List<EntityRef> ends = ends(of.key());
                expected = model.link(ends.get(0), of.key().split("/")[2], ends.get(1), asOf);
            }
            case "consumer" -> expected = expected == null ? null : group((ConsumerGroup) expected, asOf);
            case "task", "decision", "session", "entity" -> {
                // The view is what is read.
            }
            default -> {
                return; // it has no reads of its own
            }
        }
        assertThat(found).as("%s %s as of %s", of.topic(), of.key(), offset).isEqualTo(expected);
    }

    private @Nullable Object found(Cairn cairn, String topic, String key, @Nullable Long at) {
        return (switch (topic) {
                    case "task" ->
                        at == null ? cairn.tasks().get(key) : cairn.tasks().getAsOf(key, at);
                    case "lease" ->
                        (at == null ? cairn.leases().get(key) : cairn.leases().getAsOf(key, at))
                                .map(lease -> plain(lease, at == null));
                    case "decision" ->
                        at == null
                                ? cairn.decisions().get(key)
                                : cairn.decisions().getAsOf(key, at);
                    case "session" ->
                        at == null
                                ? cairn.sessions().get(key)
                                : cairn.sessions().getAsOf(key, at);
                    case "run" ->
                        at == null ? cairn.runs().get(key) : cairn.runs().getAsOf(key, at);
                    case "entity" ->
                        at == null
                                ? cairn.entities().get(Wish.ref(key))
                                : cairn.entities().getAsOf(Wish.ref(key), at);
                    case "entity-link" -> {
                        List<EntityRef> ends = ends(key);
                        String relation = key.split("/")[2];
                        yield at == null
                                ? cairn.entities().getLink(ends.get(0), relation, ends.get(1))
                                : cairn.entities().getLinkAsOf(ends.get(0), relation, ends.get(1), at);
                    }
                    case "consumer" ->
                        at == null
                                ? cairn.consumers().get(key)
                                : cairn.consumers().getAsOf(key, at);
                    default -> java.util.Optional.empty();
                })
                .orElse(null);
    }

    private static List<EntityRef> ends(String key) {
        String[] names = key.split("/");
        return List.of(EntityRef.of(names[0], names[1]), EntityRef.of(names[3], names[4]));
    }

    /** Without what the clock of the machine decides. */
    private static List<@Nullable Object> plain(Lease lease, boolean live) {
        return Arrays.asList(
                lease.holder(),
                lease.token(),
                lease.grantedAt(),
                live && lease.expiresAt() != null ? LATER : lease.expiresAt(),
                lease.progress(),
                lease.queue(),
                lease.version(),
                lease.revision(),
                live,
                lease.incomplete());
    }

    private static List<@Nullable Object> leaseOf(Entry head, boolean live) {
        LeaseState state = (LeaseState) head.view();
        boolean held = state != null && state.token() >= 0;
        List<Lease.Waiting> queue = new ArrayList<>();
        if (state != null) {
            state.queue()
                    .forEach(place -> queue.add(new Lease.Waiting(place.holder(), queue.size() + 1, place.offset())));
        }
        return Arrays.asList(
                held ? state.holder() : null,
                held ? (Long) state.token() : null,
                held ? state.grantedAt() : null,
                held ? live ? LATER : state.renewedAt().plus(state.ttl()) : null,
                held ? state.progress() : null,
                queue,
                head.version(),
                head.offset(),
                live,
                false);
    }

    private static Run plain(Run run) {
        return new Run(
                run.id(),
                run.latest(),
                run.kind(),
                run.task(),
                run.snapshots(),
                run.bytes(),
                0,
                run.version(),
                run.revision(),
                run.createdAt(),
                run.updatedAt(),
                run.incomplete());
    }

    private ConsumerGroup group(ConsumerGroup group, long asOf) {
        return KindsQuestions.group(log, group, asOf);
    }

    // Sessions

    private List<Message> messagesOf(String session, long offset) {
        List<Message> messages = new ArrayList<>();
        for (Entry entry : log.life("session", session, offset)) {
            String json = Objects.requireNonNull(entry.payload());
            messages.add(new Message(
                    entry.offset(),
                    messages.size() + 1,
                    entry.at(),
                    entry.occurredAt(),
                    entry.actor(),
                    NewMessage.parse(json).role(),
                    json));
        }
        return messages;
    }

    /** All pages of some range of a session, in either direction. */
    private void messages(Cairn cairn, String session, @Nullable Long asOf) {
        List<Message> all = messagesOf(session, asOf == null ? Long.MAX_VALUE : asOf);
        MessageQuery query = MessageQuery.all().newestFirst(chance.oneIn(2)).limit(1 + chance.upTo(6));
        query = asOf == null ? query : query.asOf(Bound.offset(asOf));
        long after = chance.oneIn(2) ? -1 : chance.anOffset();
        long before = chance.oneIn(2) ? Long.MAX_VALUE : chance.anOffset();
        query = after < 0 ? query : query.after(Bound.offset(after));
        query = before == Long.MAX_VALUE ? query : query.before(Bound.offset(before));
        List<Message> expected = new ArrayList<>(all.stream()
                .filter(message -> message.offset() > after && message.offset() < before)
                .toList());
        if (query.newestFirst()) {
            Collections.reverse(expected);
        }
        List<Message> found = new ArrayList<>();
        String cursor = null;
        try {
            do {
                MessagePage page = cairn.sessions().messages(session, query.cursor(cursor));
                assertThat(page.messages().size()).isLessThanOrEqualTo(query.limit());
                found.addAll(page.messages());
                cursor = page.next();
            } while (cursor != null);
        } catch (NotFoundException e) {
            assertThat(all).as("messages of %s by %s", session, query).isEmpty();
            return;
        }
        assertThat(all).as("messages of %s, which is not there", session).isNotEmpty();
        assertThat(found).as("messages of %s by %s", session, query).isEqualTo(expected);
    }

    // Runs

    private void snapshots(Cairn cairn, String run) {
        List<Saved> saved = PlainRuns.snapshots(log, run, Long.MAX_VALUE);
        for (Saved snapshot : saved) {
            same(cairn.runs().load(run, snapshot.id()).orElse(null), run, snapshot);
        }
        Saved latest = saved.isEmpty() ? null : saved.get(saved.size() - 1);
        same(cairn.runs().latest(run).orElse(null), run, latest);
        for (int i = 0; i < 6; i++) {
            String id = "i" + i;
            boolean isThere = saved.stream().anyMatch(snapshot -> snapshot.id().equals(id));
            assertThat(cairn.runs().load(run, id).isPresent())
                    .as("snapshot %s of %s", id, run)
                    .isEqualTo(isThere);
        }
        asOf(cairn, run);
        if (latest != null) {
            List<Long> offsets =
                    new ArrayList<>(saved.stream().map(Saved::offset).toList());
            Collections.reverse(offsets);
            assertThat(list(cairn, run)).as("snapshots of %s", run).isEqualTo(offsets);
        }
    }

    private void asOf(Cairn cairn, String run) {
        long offset = chance.anOffset();
        List<Saved> saved = PlainRuns.snapshots(log, run, offset);
        Saved latest = saved.isEmpty() ? null : saved.get(saved.size() - 1);
        same(cairn.runs().loadAsOf(run, Runs.LATEST, offset).orElse(null), run, latest);
        if (latest != null) {
            Saved any = chance.any(saved);
            same(cairn.runs().loadAsOf(run, any.id(), offset).orElse(null), run, any);
        }
    }

    private List<Long> list(Cairn cairn, String run) {
        List<Long> found = new ArrayList<>();
        long next = Long.MAX_VALUE;
        int limit = 1 + chance.upTo(5);
        do {
            var page = cairn.runs().list(run, next, limit);
            page.snapshots().forEach(snapshot -> found.add(snapshot.offset()));
            next = page.next();
        } while (next >= 0);
        return found;
    }

    private static void same(@Nullable Snapshot found, String run, @Nullable Saved expected) {
        Saved plain = null;
        if (found != null) {
            SnapshotInfo info = found.info();
            assertThat(info.run()).isEqualTo(run);
            assertThat(info.bytes()).isEqualTo(found.state().length());
            plain = new Saved(
                    info.id(),
                    info.kind(),
                    info.parent(),
                    info.metadata(),
                    found.state(),
                    info.offset(),
                    info.at(),
                    info.occurredAt(),
                    info.actor());
        }
        assertThat(plain).as("snapshot of %s", run).isEqualTo(expected);
    }

    // What is around a task

    private void context(Cairn cairn, String task) {
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
        assertThat(found.lease() == null ? null : plain(found.lease(), true))
                .as("lease of %s", task)
                .isEqualTo(lease == null ? null : leaseOf(lease, true));
        List<Entry> records = new ArrayList<>(log.entries().stream()
                .filter(entry -> entry.topic().equals("task") && entry.key().equals(task))
                .toList());
        Collections.reverse(records);
        sameRecords(
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
        List<Session> sessions = new ArrayList<>();
        for (String id : linked(task, "session")) {
            Entry session = Objects.requireNonNull(log.head("session", id));
            if (session.exists()) {
                sessions.add((Session) Objects.requireNonNull(session.view()));
            }
        }
        sessions.sort(Comparator.comparingLong(Session::revision).reversed()); // who spoke last comes first
        assertThat(found.sessions().stream()
                        .map(TaskContext.SessionContext::session)
                        .toList())
                .as("sessions of %s", task)
                .isEqualTo(sessions.subList(0, Math.min(query.sessionsMax(), sessions.size())));
        for (TaskContext.SessionContext session : found.sessions()) {
            List<Message> messages = messagesOf(session.session().id(), Long.MAX_VALUE);
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
            same(snapshot, run, latest);
        } else {
            assertThat(latest).as("latest snapshot in the context of %s", task).isNotNull();
            assertThat(snapshot.info().offset()).isEqualTo(latest.offset());
            assertThat(snapshot.state()).isEmpty();
        }
    }

    // The log

    private void lastRecords(Cairn cairn) {
        int count = 1 + chance.upTo(Math.min(60, log.entries().size()));
        long from = cairn.log().resolve(From.last(count));
        List<Entry> all = log.entries();
        sameRecords(records(cairn, from), all.subList(all.size() - count, all.size()), "last " + count);
    }

    private List<LogRecord> records(Cairn cairn, long from) {
        List<LogRecord> found = new ArrayList<>();
        int limit = 1 + chance.upTo(100);
        long next = from;
        while (next <= log.lastOffset()) {
            try {
                LogPage page = cairn.log().read(next, Long.MAX_VALUE, LogFilter.all(), limit);
                found.addAll(page.records());
                assertThat(page.next()).isGreaterThan(next);
                next = page.next();
            } catch (GoneException e) {
                next = Objects.requireNonNull(e.resumeFrom());
            }
        }
        return found;
    }

    static void sameRecords(List<LogRecord> found, List<Entry> expected, String what) {
        assertThat(found.stream().map(LogRecord::offset).toList())
                .as("offsets of the %s", what)
                .isEqualTo(expected.stream().map(Entry::offset).toList());
        for (int i = 0; i < found.size(); i++) {
            boolean payload = expected.get(i).payload() != null;
            assertThat(fields(found.get(i), payload))
                    .as("record of the %s", what)
                    .isEqualTo(fields(expected.get(i)));
        }
    }

    private static List<@Nullable Object> fields(LogRecord record, boolean payload) {
        return Arrays.asList(
                record.offset(),
                record.epoch(),
                record.at(),
                record.occurredAt(),
                record.topic(),
                record.key(),
                record.type(),
                record.actor(),
                record.operation(),
                record.prev(),
                record.version(),
                record.fences(),
                payload ? record.payload() : null);
    }

    private static List<@Nullable Object> fields(Entry entry) {
        return Arrays.asList(
                entry.offset(),
                entry.epoch(),
                entry.at(),
                entry.occurredAt(),
                entry.topic(),
                entry.key(),
                entry.type(),
                entry.actor(),
                entry.operation(),
                entry.prev(),
                entry.version(),
                entry.fences(),
                entry.payload());
    }

    // Consumers

    /** Reads a group from where it is to the end, and mostly commits that. Everything must be durable. */
    void poll(Cairn cairn, boolean commits) {
        String name = chance.group();
        String reader = chance.oneIn(2) ? null : chance.agent();
        model.opensGroup(name, reader);
        try (Consumer consumer =
                cairn.consumers().open(name, ConsumerOptions.defaults().withReader(reader))) {
            cairn.sync();
            ConsumerGroup group = (ConsumerGroup)
                    Objects.requireNonNull(log.head("consumer", name)).view();
            List<LogRecord> found = new ArrayList<>();
            List<Long> gaps = new ArrayList<>();
            int limit = 1 + chance.upTo(40);
            while (consumer.position() <= log.lastOffset()) {
                ConsumerRecords polled = consumer.poll(limit, Duration.ZERO);
                assertThat(polled.records().size()).isLessThanOrEqualTo(limit);
                found.addAll(polled.records());
                if (polled.gap() != null) {
                    gaps.add(polled.gap().first());
                    gaps.add(polled.gap().last());
                }
            }
            sameRecords(found, wanted(group), "records for " + group);
            assertThat(gaps).as("gaps for %s", group).isEqualTo(gaps(group.offset()));
            if (commits && !chance.oneIn(3)) {
                Wish.Move move = new Wish.Move(name, From.offset(consumer.position()));
                String expected = model.single(new Wish.Item(move, dev.cairn.WriteOptions.defaults()));
                assertThat(Answers.of(consumer.commit(consumer.position()))).isEqualTo(expected);
            }
        } catch (CairnException e) {
            throw new AssertionError("expected group " + name + " to be read, was " + e, e);
        }
    }

    private List<Entry> wanted(ConsumerGroup group) {
        return log.entries().stream()
                .filter(entry -> entry.offset() >= group.offset()
                        && !entry.topic().equals("consumer")
                        && (group.topics().isEmpty() || group.topics().contains(entry.topic()))
                        && (group.types().isEmpty() || group.types().contains(entry.type())))
                .toList();
    }

    private List<Long> gaps(long from) {
        List<Long> gaps = new ArrayList<>();
        long next = from;
        for (Entry entry : log.entries()) {
            if (entry.offset() >= next) {
                if (entry.offset() > next) {
                    gaps.add(next);
                    gaps.add(entry.offset() - 1);
                }
                next = entry.offset() + 1;
            }
        }
        return gaps;
    }
}
