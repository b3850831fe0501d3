package dev.cairn.model.kinds;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.Cairn;
import dev.cairn.NotFoundException;
import dev.cairn.consumer.ConsumerGroup;
import dev.cairn.consumer.ConsumerPage;
import dev.cairn.decision.Decision;
import dev.cairn.decision.DecisionPage;
import dev.cairn.decision.DecisionQuery;
import dev.cairn.entity.EntityLink;
import dev.cairn.entity.EntityPage;
import dev.cairn.entity.EntityQuery;
import dev.cairn.entity.EntityRef;
import dev.cairn.entity.LinkPage;
import dev.cairn.entity.LinkQuery;
import dev.cairn.entity.LinkQuery.Direction;
import dev.cairn.entity.LinkedEntity;
import dev.cairn.entity.TypedEntity;
import dev.cairn.lease.Lease;
import dev.cairn.lease.LeaseQuery;
import dev.cairn.lease.Leases;
import dev.cairn.model.kinds.PlainKinds.LinkState;
import dev.cairn.model.kinds.PlainLog.Entry;
import dev.cairn.model.kinds.PlainRuns.RunState;
import dev.cairn.run.Run;
import dev.cairn.run.RunPage;
import dev.cairn.run.RunQuery;
import dev.cairn.session.Session;
import dev.cairn.session.SessionPage;
import dev.cairn.session.SessionQuery;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Questions to a projection that has caught up, whose answers the model finds by looking at everything.
 *
 * <p>Threading: one thread.
 */
final class KindsQuestions {
    private static final int LINK_QUESTIONS = 6;

    private final PlainKinds model;
    private final PlainLog log;
    private final Chance chance;

    KindsQuestions(PlainKinds model, Chance chance) {
        this.model = model;
        this.log = model.log;
        this.chance = chance;
    }

    void ask(Cairn cairn) {
        decisions(cairn);
        sessions(cairn);
        runs(cairn);
        leases(cairn);
        consumers(cairn);
        entities(cairn);
        for (int i = 0; i < LINK_QUESTIONS; i++) {
            links(cairn);
        }
    }

    private <T> Stream<T> views(String topic, Class<T> type) {
        return log.heads(topic).stream()
                .map(Entry::view)
                .filter(Objects::nonNull)
                .map(type::cast);
    }

    /** A page: what is on it, and the cursor of the next. */
    private record Page<T>(Collection<T> items, @Nullable String next) {}

    private static <T> List<T> all(Function<@Nullable String, Page<T>> read) {
        List<T> found = new ArrayList<>();
        String cursor = null;
        do {
            Page<T> page = read.apply(cursor);
            found.addAll(page.items());
            cursor = page.next();
        } while (cursor != null);
        return found;
    }

    private int limit() {
        return 1 + chance.upTo(6);
    }

    private void decisions(Cairn cairn) {
        String agent = chance.oneIn(2) ? chance.agent() : null;
        String task = chance.oneIn(2) ? chance.task() : null;
        boolean newestFirst = chance.oneIn(2);
        DecisionQuery query = DecisionQuery.all().agent(agent).task(task).newestFirst(newestFirst);
        int limit = limit();
        Comparator<Decision> order = Comparator.comparing(Decision::offset);
        List<Decision> found = all(cursor -> {
            DecisionPage page = cairn.decisions().list(query.page(limit, cursor));
            return new Page<>(page.decisions(), page.next());
        });
        assertThat(found)
                .as("decisions by %s", query)
                .isEqualTo(views("decision", Decision.class)
                        .filter(decision -> agent == null || agent.equals(decision.agent()))
                        .filter(decision -> task == null || task.equals(decision.task()))
                        .sorted(newestFirst ? order.reversed() : order)
                        .toList());
    }

    private void sessions(Cairn cairn) {
        String task = chance.oneIn(2) ? chance.task() : null;
        int limit = limit();
        List<Session> found = all(cursor -> {
            SessionPage page = cairn.sessions()
                    .list(new SessionQuery(task, SessionQuery.Order.ID, false, limit, cursor, -1, Duration.ZERO));
            return new Page<>(page.sessions(), page.next());
        });
        assertThat(found)
                .as("sessions of %s", task)
                .isEqualTo(views("session", Session.class)
                        .filter(session -> task == null || task.equals(session.task()))
                        .sorted(Comparator.comparing(Session::id))
                        .toList());
    }

    private void runs(Cairn cairn) {
        String task = chance.oneIn(2) ? chance.task() : null;
        int limit = limit();
        List<String> found = all(cursor -> {
            RunPage page = cairn.runs().list(new RunQuery(task, limit, cursor, -1, Duration.ZERO));
            return new Page<>(page.runs().stream().map(Run::id).toList(), page.next());
        });
        assertThat(new TreeSet<>(found))
                .as("runs of %s", task)
                .hasSameSizeAs(found)
                .isEqualTo(new TreeSet<>(views("run", RunState.class)
                        .map(RunState::run)
                        .filter(run -> task == null || task.equals(run.task()))
                        .map(Run::id)
                        .toList()));
    }

    private void leases(Cairn cairn) {
        String holder = chance.oneIn(2) ? chance.agent() : null;
        int limit = limit();
        List<String> found = all(cursor -> {
            Leases.LeasePage page = cairn.leases().list(new LeaseQuery(holder, limit, cursor, -1, Duration.ZERO));
            return new Page<>(page.leases().stream().map(Lease::name).toList(), page.next());
        });
        assertThat(found)
                .as("leases of %s", holder)
                .isEqualTo(Chance.LEASES.stream()
                        .filter(lease -> model.token(lease) >= 0)
                        .filter(lease -> holder == null
                                || holder.equals(Objects.requireNonNull(model.leases.state(lease))
                                        .holder()))
                        .sorted(Comparator.comparing(model::token))
                        .toList());
    }

    private void consumers(Cairn cairn) {
        int limit = limit();
        List<ConsumerGroup> found = all(cursor -> {
            ConsumerPage page = cairn.consumers().list(limit, cursor, -1, Duration.ZERO);
            return new Page<>(page.groups(), page.next());
        });
        assertThat(found)
                .as("consumers")
                .isEqualTo(views("consumer", ConsumerGroup.class)
                        .sorted(Comparator.comparing(ConsumerGroup::group))
                        .map(group -> group(log, group, Long.MAX_VALUE))
                        .toList());
    }

    /** The group with its lag behind the record at {@code through}. */
    static ConsumerGroup group(PlainLog log, ConsumerGroup group, long through) {
        return new ConsumerGroup(
                group.group(),
                group.offset(),
                log.count(group.offset(), through),
                group.topics(),
                group.types(),
                group.version(),
                group.revision(),
                group.createdAt(),
                group.updatedAt(),
                group.incomplete(),
                null);
    }

    private void entities(Cairn cairn) {
        String type = chance.any(Chance.TYPES);
        String name = "p" + chance.upTo(4);
        String value = chance.any(List.of("0", "1", "2", "true", "null", "text 0", "text 1"));
        EntityQuery query =
                chance.oneIn(3) ? EntityQuery.of(type) : EntityQuery.of(type).where(name, value);
        int limit = limit();
        List<TypedEntity> found = all(cursor -> {
            EntityPage page = cairn.entities().find(query.page(limit, cursor));
            return new Page<>(page.entities(), page.next());
        });
        assertThat(found)
                .as("entities by %s", query)
                .isEqualTo(views("entity", TypedEntity.class)
                        .filter(entity -> entity.ref().type().equals(type))
                        .filter(entity -> query.filters().isEmpty() || has(entity, name, value))
                        .sorted(Comparator.comparing(entity -> entity.ref().id()))
                        .toList());
    }

    private static boolean has(TypedEntity entity, String name, String value) {
        String is = Flat.parse(entity.properties()).get(name);
        return value.equals(is) || ('"' + value + '"').equals(is);
    }

    // Links

    private void links(Cairn cairn) {
        EntityRef start = chance.entity();
        LinkQuery query = LinkQuery.from(start).hops(1 + chance.upTo(2)).direction(Direction.values()[chance.upTo(3)]);
        if (chance.oneIn(2)) {
            query = query.relations(chance.any(Chance.RELATIONS));
        }
        LinkQuery asked = query;
        int limit = limit();
        List<String> found;
        try {
            found = all(cursor -> {
                LinkPage page = cairn.entities().links(asked.page(limit, cursor));
                return new Page<>(
                        page.links().stream().map(KindsQuestions::path).toList(), page.next());
            });
        } catch (NotFoundException e) {
            Entry head = log.head("entity", start.toString());
            assertThat(head == null || !head.exists())
                    .as("links of %s: %s", start, e)
                    .isTrue();
            return;
        }
        List<String> expected = new ArrayList<>();
        for (LinkedEntity first : hop(asked, start, null)) {
            expected.add(path(first));
            if (asked.hops() == 2 && !first.entity().equals(start)) {
                hop(asked, first.entity(), first).stream()
                        .filter(second -> !second.entity().equals(start))
                        .forEach(second -> expected.add(path(second)));
            }
        }
        assertThat(found).as("links by %s", asked).containsExactlyInAnyOrderElementsOf(expected);
    }

    private static String path(LinkedEntity reached) {
        LinkedEntity via = reached.via();
        return (via == null ? "" : path(via) + " ")
                + reached.relation()
                + (reached.inbound() ? " < " : " > ")
                + reached.entity()
                + reached.properties();
    }

    private List<LinkedEntity> hop(LinkQuery query, EntityRef from, @Nullable LinkedEntity via) {
        List<LinkedEntity> found = new ArrayList<>();
        views("entity-link", LinkState.class).map(LinkState::link).forEach(state -> {
            EntityLink link = model.link(state.from(), state.relation(), state.to(), Long.MAX_VALUE);
            if (link != null
                    && (query.relations().isEmpty() || query.relations().contains(link.relation()))) {
                boolean out = link.from().equals(from) && query.direction() != Direction.IN;
                boolean in = link.to().equals(from)
                        && query.direction() != Direction.OUT
                        && !(out && link.from().equals(link.to()));
                if (out) {
                    found.add(new LinkedEntity(link.relation(), false, link.to(), link.properties(), via));
                }
                if (in) {
                    found.add(new LinkedEntity(link.relation(), true, link.from(), link.properties(), via));
                }
            }
        });
        return found;
    }
}
