package dev.cairn.entity;

import dev.cairn.InvalidRequestException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which entities of a type a list holds, in which order. Immutable: each method returns a changed copy.
 *
 * @param type exactly this type
 * @param filters all must hold; at most {@link #FILTERS_MAX}
 * @param order what to order by
 * @param descending largest first
 * @param limit entities at most, 1 to 1,000
 * @param cursor where the page before ended, null for the first
 * @param minOffset the answer must include the log up to this offset, −1 for any
 * @param waitMax how long to wait for {@code minOffset}
 */
public record EntityQuery(
        String type,
        List<PropertyFilter> filters,
        Order order,
        boolean descending,
        int limit,
        @Nullable String cursor,
        long minOffset,
        Duration waitMax) {
    /** What a list is ordered by; ties are broken by id. */
    public enum Order {
        ID,
        CREATED_AT,
        UPDATED_AT
    }

    /** The default of {@link #limit}. */
    public static final int LIMIT_DEFAULT = 100;

    /** The largest {@link #limit}. */
    public static final int LIMIT_MAX = 1_000;

    /** The most filters. */
    public static final int FILTERS_MAX = 16;

    public EntityQuery {
        EntityRef.check(type, "type");
        filters = List.copyOf(filters);
        if (filters.size() > FILTERS_MAX) {
            throw new InvalidRequestException(
                    "expected at most " + FILTERS_MAX + " filters, was " + filters.size(), "property");
        }
        checkLimit(limit);
    }

    static void checkLimit(int limit) {
        if (limit < 1 || limit > LIMIT_MAX) {
            throw new InvalidRequestException("expected a limit from 1 to " + LIMIT_MAX + ", was " + limit, "limit");
        }
    }

    /** All entities of {@code type} by id. */
    public static EntityQuery of(String type) {
        return new EntityQuery(type, List.of(), Order.ID, false, LIMIT_DEFAULT, null, -1, Duration.ofSeconds(5));
    }

    /** See {@link PropertyFilter.Equal}. */
    public EntityQuery where(String name, String value) {
        return and(new PropertyFilter.Equal(name, value));
    }

    /** See {@link PropertyFilter.Between}. */
    public EntityQuery between(String name, @Nullable String min, @Nullable String max) {
        return and(new PropertyFilter.Between(name, min, max));
    }

    /** See {@link PropertyFilter.Within}. */
    public EntityQuery within(String name, @Nullable Instant after, @Nullable Instant before) {
        return and(new PropertyFilter.Within(name, after, before));
    }

    /** One more filter. */
    public EntityQuery and(PropertyFilter filter) {
        List<PropertyFilter> more = new ArrayList<>(filters);
        more.add(filter);
        return new EntityQuery(type, more, order, descending, limit, cursor, minOffset, waitMax);
    }

    public EntityQuery orderedBy(Order value, boolean largestFirst) {
        return new EntityQuery(type, filters, value, largestFirst, limit, cursor, minOffset, waitMax);
    }

    /** The page behind {@code from}, null for the first. */
    public EntityQuery page(int limitMax, @Nullable String from) {
        return new EntityQuery(type, filters, order, descending, limitMax, from, minOffset, waitMax);
    }

    public EntityQuery including(long offset, Duration wait) {
        return new EntityQuery(type, filters, order, descending, limit, cursor, offset, wait);
    }
}
