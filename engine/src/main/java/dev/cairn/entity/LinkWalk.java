package dev.cairn.entity;

import dev.cairn.entity.LinkCursor.Place;
import dev.cairn.entity.LinkQuery.Direction;
import dev.cairn.internal.kind.Kind;
import dev.cairn.internal.kind.RowQuery;
import dev.cairn.internal.kind.RowQuery.Condition;
import dev.cairn.internal.kind.RowView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Follows links over one or two hops until a page is full: the links of the start in the order of relation and key, and behind each
 * the links of its other end. A page costs at most {@link #STEPS_MAX} queries on an index and {@link #BYTES_MAX} of properties,
 * whatever the number of links; where that ends it before its limit it says where to go on.
 *
 * <p>Threading: one page.
 */
final class LinkWalk {
    /** Queries for one page. */
    static final int STEPS_MAX = 2_000;

    private static final long BYTES_MAX = 8L << 20;
    private static final int CHUNK_MAX = 200;

    private final Kind links;
    private final RowView rows;
    private final LinkQuery query;
    private final String start;
    private final List<LinkedEntity> found = new ArrayList<>();
    private @Nullable LinkCursor reached;
    private @Nullable LinkCursor next;
    private long bytes;
    private int steps;

    LinkWalk(Kind links, RowView rows, LinkQuery query) {
        this.links = links;
        this.rows = rows;
        this.query = query;
        this.start = EntityKey.of(query.start());
    }

    LinkPage run() {
        String cursor = query.cursor();
        LinkCursor from = cursor == null ? null : LinkCursor.decode(query, cursor);
        if (from == null || goOn(from)) {
            walk(from == null ? null : from.first());
        }
        LinkCursor end = next;
        return new LinkPage(found, end == null ? null : end.encode(query), rows.projectionOffset());
    }

    /** Shows what is left behind the link at which the page before ended; returns whether there is room for more. */
    private boolean goOn(LinkCursor from) {
        reached = from;
        if (!from.expand()) {
            return true;
        }
        List<Condition> conditions = ends(from.first().inbound(), start);
        conditions.add(new Condition.In("key", List.of(from.first().key())));
        for (RowQuery.Row row : step(conditions, 1).rows()) {
            if (!expand(hop(row, from.first().inbound(), null), from.first(), from.second())) {
                return false;
            }
        }
        return true;
    }

    /** Walks the first hop, behind {@code after} or from the beginning. */
    private void walk(@Nullable Place after) {
        for (boolean inbound : ways()) {
            if (after != null && after.inbound() && !inbound) {
                continue;
            }
            Place from = after != null && after.inbound() == inbound ? after : null;
            if (!walk(inbound, from)) {
                return;
            }
        }
    }

    private List<Boolean> ways() {
        return query.direction() == Direction.BOTH ? List.of(false, true) : List.of(query.direction() == Direction.IN);
    }

    private boolean walk(boolean inbound, @Nullable Place after) {
        Place last = after;
        while (true) {
            int chunk = Math.min(CHUNK_MAX, query.limit() + 1 - found.size());
            RowQuery.Page links = neighbours(start, inbound, query.relations(), last, chunk);
            for (RowQuery.Row row : links.rows()) {
                last = new Place(inbound, row.key());
                LinkedEntity neighbour = hop(row, inbound, null);
                boolean selfAgain = inbound && isBoth() && isStart(neighbour);
                if (!selfAgain && !add(neighbour, new LinkCursor(last, query.hops() == 2, null))
                        || query.hops() == 2 && !isStart(neighbour) && !expand(neighbour, last, null)) {
                    return false;
                }
            }
            if (links.next() == null || last == null) {
                return true;
            }
            if (spent()) {
                return stop(new LinkCursor(last, false, null));
            }
        }
    }

    /** Shows what links behind {@code neighbour} lead to; returns whether there is room for more. */
    private boolean expand(LinkedEntity neighbour, Place first, @Nullable Place after) {
        if (isStart(neighbour)) {
            return true;
        }
        List<String> relations = query.secondRelations().isEmpty() ? query.relations() : query.secondRelations();
        String key = EntityKey.of(neighbour.entity());
        Place shown = after;
        for (boolean inbound : ways()) {
            if (after != null && after.inbound() && !inbound) {
                continue;
            }
            Place last = after != null && after.inbound() == inbound ? after : null;
            boolean more = true;
            while (more) {
                if (spent()) {
                    return stop(new LinkCursor(first, true, shown));
                }
                int chunk = Math.min(CHUNK_MAX, query.limit() + 1 - found.size());
                RowQuery.Page links = neighbours(key, inbound, relations, last, chunk);
                for (RowQuery.Row row : links.rows()) {
                    last = new Place(inbound, row.key());
                    shown = last;
                    LinkedEntity end = hop(row, inbound, neighbour);
                    boolean selfAgain = inbound && isBoth() && end.entity().equals(neighbour.entity());
                    if (!isStart(end) && !selfAgain && !add(end, new LinkCursor(first, true, last))) {
                        return false;
                    }
                }
                more = links.next() != null;
            }
        }
        return true;
    }

    private boolean isBoth() {
        return query.direction() == Direction.BOTH;
    }

    private boolean isStart(LinkedEntity reachedEntity) {
        return reachedEntity.entity().equals(query.start());
    }

    private boolean spent() {
        return steps >= STEPS_MAX || bytes >= BYTES_MAX;
    }

    /** Adds a result and where a page behind it goes on, or ends the page before it if that is full. */
    private boolean add(LinkedEntity result, LinkCursor behind) {
        if (found.size() == query.limit() || !found.isEmpty() && bytes >= BYTES_MAX) {
            return stop(reached);
        }
        found.add(result);
        LinkedEntity via = result.via();
        bytes += result.properties().length()
                + (via == null ? 0 : via.properties().length());
        reached = behind;
        return true;
    }

    private boolean stop(@Nullable LinkCursor at) {
        next = at;
        return false;
    }

    private RowQuery.Page neighbours(
            String key, boolean inbound, List<String> relations, @Nullable Place after, int limit) {
        List<Condition> conditions = ends(inbound, key);
        if (!relations.isEmpty()) {
            conditions.add(new Condition.In(LinkTable.RELATION, List.copyOf(relations)));
        }
        if (after != null) {
            conditions.add(new Condition.Behind(LinkTable.RELATION, EntityKey.relation(after.key()), after.key()));
        }
        return step(conditions, limit);
    }

    /** Links of the entity {@code key}, both of whose ends live the life that the link belongs to. */
    private static List<Condition> ends(boolean inbound, String key) {
        List<Condition> conditions = new ArrayList<>();
        conditions.add(new Condition.In(inbound ? LinkTable.TO_KEY : LinkTable.FROM_KEY, List.of(key)));
        conditions.add(lives(LinkTable.FROM_KEY, LinkTable.FROM_BORN));
        conditions.add(lives(LinkTable.TO_KEY, LinkTable.TO_BORN));
        return conditions;
    }

    private static Condition lives(String key, String born) {
        return new Condition.Joined(
                PropertyTable.NAME, List.of(new Condition.On(key, "key"), new Condition.On(born, PropertyTable.BORN)));
    }

    private RowQuery.Page step(List<Condition> conditions, int limit) {
        steps++;
        RowQuery step = new RowQuery(conditions, LinkTable.RELATION, false, limit, null, -1, Duration.ZERO);
        return rows.query(links, step);
    }

    private static LinkedEntity hop(RowQuery.Row row, boolean inbound, @Nullable LinkedEntity via) {
        EntityLink link = LinkBody.decode(row.entity());
        return new LinkedEntity(link.relation(), inbound, inbound ? link.from() : link.to(), link.properties(), via);
    }
}
