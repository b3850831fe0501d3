package dev.cairn.model.kinds;

import dev.cairn.WriteOptions;
import dev.cairn.consumer.ConsumerGroup;
import dev.cairn.decision.Decision;
import dev.cairn.decision.NewDecision;
import dev.cairn.entity.EntityLink;
import dev.cairn.entity.EntityRef;
import dev.cairn.entity.TypedEntity;
import dev.cairn.log.From;
import dev.cairn.model.kinds.PlainLog.Entry;
import dev.cairn.model.kinds.PlainRuns.RunState;
import dev.cairn.session.Session;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What Cairn promises of all its kinds: what each wish comes to, and which records it leaves. Written from the description of the
 * interfaces; it knows no bytes, files or threads.
 *
 * <p>Threading: one thread.
 */
final class PlainKinds {
    /** So many links of each sort of a task are remembered. */
    private static final int LINKS_MAX = 16;

    final PlainLog log = new PlainLog();
    final PlainLeases leases = new PlainLeases(log);
    private final PlainTasks tasks = new PlainTasks(log, leases);
    private final PlainRuns runs = new PlainRuns(log, this);
    private boolean skipsSaves = true;

    /** A link, and the lives of its ends that it belongs to. */
    record LinkState(EntityLink link, long fromBorn, long toBorn) {}

    /** Whether automatic snapshots that change nothing are skipped from now on. */
    void skipsSaves(boolean value) {
        skipsSaves = value;
    }

    String single(Wish.Item item) {
        if (item.wish() instanceof Wish.Save save && skipsSaves && runs.isSkippedAtOnce(save, item.options())) {
            return runs.skipped(save);
        }
        log.begin();
        return one(item);
    }

    List<String> each(List<Wish.Item> items) {
        log.begin();
        return items.stream().map(this::one).toList();
    }

    /** All or nothing: the answers, or the refusal alone. */
    List<String> atomic(List<Wish.Item> items) {
        log.begin();
        Runnable takeBack = log.savepoint();
        List<String> answers = new ArrayList<>();
        for (Wish.Item item : items) {
            String answer = one(item);
            if (answer.startsWith("refused")) {
                takeBack.run();
                return List.of(Answers.refused("batch", answers.size(), answer));
            }
            answers.add(answer);
        }
        return answers;
    }

    private String one(Wish.Item item) {
        Wish wish = item.wish();
        WriteOptions options = item.options();
        String replay = log.replay(wish, options);
        if (replay != null) {
            return replayed(wish, options, replay);
        }
        String refusal = leases.fenced(wish, options);
        if (refusal != null) {
            return refusal;
        }
        Entry head = log.head(wish.topic(), wish.key());
        boolean exists = exists(wish, head);
        refusal = PlainLog.refusal(options.expect(), head, exists);
        if (refusal != null) {
            return refusal;
        }
        if (skipsSaves && wish instanceof Wish.Save save && runs.isSkipped(save)) {
            return runs.skipped(save);
        }
        int before = log.entries().size();
        refusal = decide(wish, options, exists ? head : null);
        if (refusal != null) {
            return refusal;
        }
        Entry first = log.entries().get(before);
        log.remember(wish, options, first);
        return done(wish, options, first);
    }

    private String replayed(Wish wish, WriteOptions options, String replay) {
        if (replay.startsWith("refused")) {
            return replay;
        }
        Entry first = Objects.requireNonNull(log.operation(options));
        if (wish instanceof Wish.Acquire acquire) {
            return leases.place(acquire.key(), first, true);
        } else if (wish instanceof Wish.Withdraw withdraw) {
            return leases.withdraw(withdraw, options, first, true);
        }
        return wish instanceof Wish.Save
                ? ((RunState) Objects.requireNonNull(first.view())).saved().id() + " " + replay
                : replay;
    }

    private String done(Wish wish, WriteOptions options, Entry first) {
        if (wish instanceof Wish.Acquire acquire) {
            return leases.place(acquire.key(), first, false);
        } else if (wish instanceof Wish.Withdraw withdraw) {
            return leases.withdraw(withdraw, options, first, false);
        }
        String done = Answers.done(first.epoch(), first.offset(), first.version(), false);
        return wish instanceof Wish.Save
                ? ((RunState) Objects.requireNonNull(first.view())).saved().id() + " " + done
                : done;
    }

    /** A link whose end is gone is none. */
    private boolean exists(Wish wish, @Nullable Entry head) {
        return wish instanceof Wish.Link link
                ? link(link.from(), link.relation(), link.to(), Long.MAX_VALUE) != null
                : head != null && (head.exists() || wish.topic().equals("lease"));
    }

    private @Nullable String decide(Wish wish, WriteOptions options, @Nullable Entry current) {
        return switch (wish.topic()) {
            case "task" -> tasks.decide(wish, options, current);
            case "lease" -> leases.decide(wish, options, current);
            case "run" -> runs.decide(wish, options, current);
            case "decision" -> decision(((Wish.Decide) wish).decision(), options, current);
            case "session" -> session(wish, options, current);
            case "entity" -> entity(wish, options, current);
            case "entity-link" -> link((Wish.Link) wish, options, current);
            case "consumer" -> consumer(wish, options, current);
            default -> {
                log.add(
                        wish.topic(),
                        wish.key(),
                        ((Wish.Append) wish).record().type(),
                        options,
                        null,
                        ((Wish.Append) wish).record().payload(),
                        Boolean.TRUE);
                yield null;
            }
        };
    }

    static String notFound(Wish wish) {
        return Answers.refused("not_found", wish.topic(), wish.key());
    }

    /** Ends an entity of a kind whose last record is {@code deleted}. */
    @Nullable
    String delete(Wish wish, WriteOptions options, @Nullable Entry current) {
        if (current == null) {
            return notFound(wish);
        }
        log.add(wish.topic(), wish.key(), "deleted", options, null, null, null);
        return null;
    }

    /** Lets a task be asked for {@code name}. */
    void link(String task, String what, String name, WriteOptions options, @Nullable String actor) {
        List<String> links = new ArrayList<>(links(task, Long.MAX_VALUE));
        String link = what + " " + name;
        links.remove(link);
        links.add(link);
        List<String> ofSort =
                links.stream().filter(known -> known.startsWith(what + " ")).toList();
        if (ofSort.size() > LINKS_MAX) {
            links.remove(ofSort.get(0));
        }
        log.add("task-context", task, "linked", options, actor, null, links);
    }

    /** The links of a task, the oldest first. */
    @SuppressWarnings("unchecked") // the views of this topic are lists of texts
    List<String> links(String task, long offset) {
        Entry head = log.headAsOf("task-context", task, offset);
        return head == null ? List.of() : (List<String>) Objects.requireNonNull(head.view());
    }

    // Decisions and sessions

    private @Nullable String decision(NewDecision made, WriteOptions options, @Nullable Entry current) {
        if (current != null) {
            return PlainLog.conflict("none", current, true);
        }
        Decision decision = new Decision(
                made.id(),
                log.nextOffset(),
                log.at(),
                options.occurredAt(),
                made.agent(),
                made.task(),
                made.title(),
                made.context(),
                made.decision(),
                made.rationale(),
                made.alternatives(),
                1,
                log.nextOffset(),
                false);
        log.add("decision", made.id(), "made", options, made.agent(), null, decision);
        if (made.task() != null) {
            link(made.task(), "decision", made.id(), options, made.agent());
        }
        return null;
    }

    private @Nullable String session(Wish wish, WriteOptions options, @Nullable Entry current) {
        if (!(wish instanceof Wish.Say say)) {
            return delete(wish, options, current);
        }
        Session before = current == null ? null : (Session) current.view();
        String json = say.message().json();
        String named = say.message().task();
        String task = named == null && before != null ? before.task() : named;
        Session session = new Session(
                say.key(),
                before == null ? 1 : before.messages() + 1,
                json.getBytes(StandardCharsets.UTF_8).length + (before == null ? 0 : before.bytes()),
                task,
                log.version("session", say.key()) + 1,
                log.nextOffset(),
                before == null ? log.at() : before.createdAt(),
                log.at(),
                false);
        log.add("session", say.key(), "appended", options, null, json, session);
        if (named != null && !(before != null && named.equals(before.task()))) {
            link(named, "session", say.key(), options, null);
        }
        return null;
    }

    // Entities

    private @Nullable String entity(Wish wish, WriteOptions options, @Nullable Entry current) {
        TypedEntity before = current == null ? null : (TypedEntity) current.view();
        if (wish instanceof Wish.Put put) {
            String type = before == null ? "created" : "replaced";
            log.add("entity", put.key(), type, options, null, null, entity(put.ref(), before, put.properties()));
            return null;
        } else if (wish instanceof Wish.Patch patch && before != null) {
            String merged = Flat.merge(before.properties(), patch.patch());
            log.add("entity", patch.key(), "patched", options, null, null, entity(patch.ref(), before, merged));
            return null;
        }
        return delete(wish, options, current);
    }

    private TypedEntity entity(EntityRef ref, @Nullable TypedEntity before, String properties) {
        long version = log.version("entity", ref.toString()) + 1;
        long born = before == null ? version : before.born();
        Instant createdAt = before == null ? log.at() : before.createdAt();
        return new TypedEntity(ref, properties, version, log.nextOffset(), born, createdAt, log.at(), false);
    }

    private long born(EntityRef ref, long offset) {
        Entry head = log.headAsOf("entity", ref.toString(), offset);
        return head == null || head.view() == null ? 0 : ((TypedEntity) head.view()).born();
    }

    /** The link as it was after the record at {@code offset}, if both of its ends were there. */
    @Nullable
    EntityLink link(EntityRef from, String relation, EntityRef to, long offset) {
        Entry head = log.headAsOf("entity-link", from + "/" + relation + "/" + to, offset);
        if (head == null || !(head.view() instanceof LinkState state)) {
            return null;
        }
        boolean holds = state.fromBorn() == born(from, offset) && state.toBorn() == born(to, offset);
        return holds ? state.link() : null;
    }

    private @Nullable String link(Wish.Link wish, WriteOptions options, @Nullable Entry current) {
        if (wish.properties() == null) {
            if (current == null) {
                return notFound(wish);
            }
            log.add("entity-link", wish.key(), "unlinked", options, null, null, null);
            return null;
        }
        long fromBorn = born(wish.from(), Long.MAX_VALUE);
        long toBorn = born(wish.to(), Long.MAX_VALUE);
        if (fromBorn == 0 || toBorn == 0) {
            return Answers.refused("not_found", "entity", (fromBorn == 0 ? wish.from() : wish.to()).toString());
        }
        EntityLink before = current == null ? null : ((LinkState) Objects.requireNonNull(current.view())).link();
        long version = log.version("entity-link", wish.key()) + 1;
        EntityLink link = new EntityLink(
                wish.from(),
                wish.relation(),
                wish.to(),
                wish.properties(),
                version,
                log.nextOffset(),
                before == null ? version : before.born(),
                before == null ? log.at() : before.createdAt(),
                log.at(),
                false);
        String type = before == null ? "linked" : "changed";
        log.add("entity-link", wish.key(), type, options, null, null, new LinkState(link, fromBorn, toBorn));
        return null;
    }

    // Consumers

    private @Nullable String consumer(Wish wish, WriteOptions options, @Nullable Entry current) {
        ConsumerGroup before = current == null ? null : (ConsumerGroup) current.view();
        if (wish instanceof Wish.Configure configure) {
            From from = configure.settings().from();
            long offset = from == null ? before == null ? 0 : before.offset() : place(from);
            if (offset > log.nextOffset()) {
                return Answers.refused("invalid_request", "/from");
            }
            String type = before == null ? "created" : "configured";
            log.add(
                    "consumer",
                    wish.key(),
                    type,
                    options,
                    null,
                    null,
                    group(
                            wish.key(),
                            before,
                            offset,
                            configure.settings().topics(),
                            configure.settings().types()));
            return null;
        } else if (wish instanceof Wish.Move move) {
            long offset = place(move.position());
            if (offset > log.nextOffset()) {
                return Answers.refused("invalid_request", "/offset");
            }
            String type = before == null ? "created" : offset < before.offset() ? "reset" : "committed";
            log.add(
                    "consumer",
                    wish.key(),
                    type,
                    options,
                    null,
                    null,
                    group(
                            wish.key(),
                            before,
                            offset,
                            before == null ? List.of() : before.topics(),
                            before == null ? List.of() : before.types()));
            return null;
        }
        return delete(wish, options, current);
    }

    /** A group that is opened by a reader begins at the beginning and reads everything. */
    void opensGroup(String name, @Nullable String reader) {
        Entry head = log.head("consumer", name);
        if (head == null || !head.exists()) {
            log.begin();
            log.add(
                    "consumer",
                    name,
                    "created",
                    WriteOptions.defaults().withActor(reader),
                    null,
                    null,
                    group(name, null, 0, List.of(), List.of()));
        }
    }

    /** A position, when everything is durable; it was looked up before the epoch's own record. */
    private long place(From from) {
        if (from instanceof From.Offset offset) {
            return offset.offset();
        } else if (from instanceof From.Beginning) {
            return 0;
        }
        throw new IllegalArgumentException("expected a position that does not depend on time, was " + from);
    }

    private ConsumerGroup group(
            String name, @Nullable ConsumerGroup before, long offset, List<String> topics, List<String> types) {
        return new ConsumerGroup(
                name,
                offset,
                0,
                topics,
                types,
                log.version("consumer", name) + 1,
                log.nextOffset(),
                before == null ? log.at() : before.createdAt(),
                log.at(),
                false,
                null);
    }

    /** The current token of a lease, −1 when nobody holds the lease. */
    long token(String lease) {
        return leases.token(lease);
    }
}
