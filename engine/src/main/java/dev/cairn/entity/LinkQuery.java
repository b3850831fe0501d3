package dev.cairn.entity;

import dev.cairn.InvalidRequestException;
import dev.cairn.internal.kind.Names;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which links to follow from an entity. Immutable: each method returns a changed copy.
 *
 * @param start where the first hop begins
 * @param relations links of any of these; empty for all; at most {@link #RELATIONS_MAX}
 * @param secondRelations the same for the second hop; empty for {@code relations}
 * @param direction which way links are followed
 * @param hops 1: the neighbours; 2: them and their neighbours
 * @param limit results at most, 1 to 1,000
 * @param cursor where the page before ended, null for the first
 * @param minOffset the answer must include the log up to this offset, −1 for any
 * @param waitMax how long to wait for {@code minOffset}
 */
public record LinkQuery(
        EntityRef start,
        List<String> relations,
        List<String> secondRelations,
        Direction direction,
        int hops,
        int limit,
        @Nullable String cursor,
        long minOffset,
        Duration waitMax) {
    /** Which way links are followed. */
    public enum Direction {
        /** From where they go out to where they go. */
        OUT,
        /** Against that. */
        IN,
        /** Both ways. */
        BOTH
    }

    /** The most relations for one hop. */
    public static final int RELATIONS_MAX = 16;

    public LinkQuery {
        relations = checked(relations, "relation");
        secondRelations = checked(secondRelations, "relation2");
        if (hops < 1 || hops > 2) {
            throw new InvalidRequestException("expected 1 or 2 hops, was " + hops, "hops");
        }
        if (hops == 1 && !secondRelations.isEmpty()) {
            throw new InvalidRequestException("expected 2 hops for a second relation, was 1", "relation2");
        }
        EntityQuery.checkLimit(limit);
    }

    private static List<String> checked(List<String> relations, String where) {
        if (relations.size() > RELATIONS_MAX) {
            throw new InvalidRequestException(
                    "expected at most " + RELATIONS_MAX + " relations, was " + relations.size(), where);
        }
        relations.forEach(relation -> Names.check(relation, where));
        return relations.stream().distinct().toList();
    }

    /** The neighbours that links from {@code start} go to. */
    public static LinkQuery from(EntityRef start) {
        return new LinkQuery(
                start,
                List.of(),
                List.of(),
                Direction.OUT,
                1,
                EntityQuery.LIMIT_DEFAULT,
                null,
                -1,
                Duration.ofSeconds(5));
    }

    public LinkQuery relations(String... any) {
        return new LinkQuery(start, List.of(any), secondRelations, direction, hops, limit, cursor, minOffset, waitMax);
    }

    public LinkQuery secondRelations(String... any) {
        return new LinkQuery(start, relations, List.of(any), direction, hops, limit, cursor, minOffset, waitMax);
    }

    public LinkQuery direction(Direction value) {
        return new LinkQuery(start, relations, secondRelations, value, hops, limit, cursor, minOffset, waitMax);
    }

    public LinkQuery hops(int number) {
        return new LinkQuery(start, relations, secondRelations, direction, number, limit, cursor, minOffset, waitMax);
    }

    /** The page behind {@code from}, null for the first. */
    public LinkQuery page(int limitMax, @Nullable String from) {
        return new LinkQuery(start, relations, secondRelations, direction, hops, limitMax, from, minOffset, waitMax);
    }

    public LinkQuery including(long offset, Duration wait) {
        return new LinkQuery(start, relations, secondRelations, direction, hops, limit, cursor, offset, wait);
    }
}
