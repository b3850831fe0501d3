package dev.cairn.entity;

import dev.cairn.entity.LinkQuery.Direction;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Entities and links as maps, and questions answered by looking at all of them.
 *
 * <p>Threading: one test.
 */
final class PlainEntities {
    /** Values that a merge patch sets as they are. */
    static final String[] SIMPLE_VALUES = {
        "0",
        "1",
        "5",
        "5.0",
        "-7",
        "1e1",
        "10",
        "9007199254740993",
        "9007199254740992.0",
        "true",
        "false",
        "\"5\"",
        "\"x\"",
        "\"\"",
        "\"true\"",
        "\"2026-01-01T00:00:00Z\"",
        "\"2026-01-01T01:00:00+01:00\"",
        "\"2026-03-01T00:00:00.5Z\""
    };

    static final String[] VALUES = java.util.stream.Stream.concat(
                    java.util.Arrays.stream(SIMPLE_VALUES), java.util.stream.Stream.of("null", "[5]", "{\"p\":5}"))
            .toArray(String[]::new);

    private static final String[] NUMBERS = {
        "-7.5", "0", "1", "5", "5.00", "9.99", "9007199254740992", "9007199254740993"
    };
    private static final String[] TIMES = {
        "2025-12-31T23:59:59Z", "2026-01-01T00:00:00Z", "2026-03-01T00:00:00.5Z", "2026-03-01T00:00:00.500001Z"
    };

    /** One life of an entity; a link holds on to those of its ends. */
    private static final class Life {
        private final Map<String, String> properties = new HashMap<>();
    }

    private record Name(EntityRef from, String relation, EntityRef to) {}

    private record Ends(@Nullable Life from, @Nullable Life to) {}

    private final Map<EntityRef, Life> entities = new HashMap<>();
    private final Map<Name, Ends> links = new HashMap<>();

    boolean exists(EntityRef ref) {
        return entities.containsKey(ref);
    }

    void put(EntityRef ref) {
        entities.computeIfAbsent(ref, any -> new Life()).properties.clear();
    }

    void set(EntityRef ref, String name, @Nullable String value) {
        if (value == null) {
            entities.get(ref).properties.remove(name);
        } else {
            entities.get(ref).properties.put(name, value);
        }
    }

    void delete(EntityRef ref) {
        entities.remove(ref);
    }

    void link(EntityRef from, String relation, EntityRef to) {
        links.put(new Name(from, relation, to), new Ends(entities.get(from), entities.get(to)));
    }

    void unlink(EntityRef from, String relation, EntityRef to) {
        if (!linked(from, relation, to)) {
            throw new AssertionError("expected no link to end, was " + from + " " + relation + " " + to);
        }
        links.remove(new Name(from, relation, to));
    }

    boolean linked(EntityRef from, String relation, EntityRef to) {
        Ends ends = links.get(new Name(from, relation, to));
        return ends != null
                && ends.from == entities.get(from)
                && ends.to == entities.get(to)
                && exists(from)
                && exists(to);
    }

    /** A filter by chance. */
    PropertyFilter filter(Random random, String name) {
        return switch (random.nextInt(4)) {
            case 0 ->
                new PropertyFilter.Between(
                        name,
                        random.nextBoolean() ? null : NUMBERS[random.nextInt(NUMBERS.length)],
                        random.nextBoolean() ? null : NUMBERS[random.nextInt(NUMBERS.length)]);
            case 1 -> new PropertyFilter.Within(name, time(random), time(random));
            default -> {
                String value = VALUES[random.nextInt(VALUES.length)];
                yield new PropertyFilter.Equal(name, value.replace("\"", ""));
            }
        };
    }

    private static @Nullable Instant time(Random random) {
        return random.nextBoolean() ? null : Instant.parse(TIMES[random.nextInt(TIMES.length)]);
    }

    TreeSet<String> find(EntityQuery query) {
        TreeSet<String> found = new TreeSet<>();
        entities.forEach((ref, life) -> {
            if (ref.type().equals(query.type())
                    && query.filters().stream()
                            .allMatch(filter -> matches(life.properties.get(filter.name()), filter))) {
                found.add(ref.toString());
            }
        });
        return found;
    }

    private static boolean matches(@Nullable String json, PropertyFilter filter) {
        if (json == null) {
            return false;
        }
        if (filter instanceof PropertyFilter.Equal equal) {
            return equal(json, equal.value());
        }
        if (filter instanceof PropertyFilter.Between between) {
            return isNumber(json)
                    && (between.min() == null || value(json).compareTo(value(between.min())) >= 0)
                    && (between.max() == null || value(json).compareTo(value(between.max())) <= 0);
        }
        PropertyFilter.Within within = (PropertyFilter.Within) filter;
        @Nullable Instant time = time(json);
        return time != null
                && (within.after() == null || time.isAfter(within.after()))
                && (within.before() == null || time.isBefore(within.before()));
    }

    private static boolean equal(String json, String value) {
        @Nullable Instant time = time(json);
        if (time != null) {
            return time.equals(time('"' + value + '"'));
        }
        if (json.startsWith("\"")) {
            return json.equals('"' + value + '"');
        }
        if (isNumber(json)) {
            return isNumber(value) && value(json).compareTo(value(value)) == 0;
        }
        return json.equals(value) && !json.startsWith("[") && !json.startsWith("{");
    }

    private static boolean isNumber(String json) {
        return json.matches("-?[0-9][0-9.e]*");
    }

    private static BigDecimal value(String json) {
        return new BigDecimal(json);
    }

    private static @Nullable Instant time(String json) {
        return json.startsWith("\"2026-")
                ? OffsetDateTime.parse(json.replace("\"", "")).toInstant()
                : null;
    }

    /** A result in words. */
    static String path(LinkedEntity reached) {
        LinkedEntity via = reached.via();
        return (via == null ? "" : path(via) + " ")
                + reached.relation()
                + (reached.inbound() ? " < " : " > ")
                + reached.entity();
    }

    TreeSet<String> links(LinkQuery query) {
        TreeSet<String> paths = new TreeSet<>();
        for (LinkedEntity first : hop(query.start(), query.relations(), query.direction(), null)) {
            paths.add(path(first));
            if (query.hops() == 2 && !first.entity().equals(query.start())) {
                List<String> relations =
                        query.secondRelations().isEmpty() ? query.relations() : query.secondRelations();
                for (LinkedEntity second : hop(first.entity(), relations, query.direction(), first)) {
                    if (!second.entity().equals(query.start())) {
                        paths.add(path(second));
                    }
                }
            }
        }
        return paths;
    }

    private List<LinkedEntity> hop(
            EntityRef from, List<String> relations, Direction direction, @Nullable LinkedEntity via) {
        List<LinkedEntity> found = new ArrayList<>();
        for (Name name : links.keySet()) {
            boolean of = relations.isEmpty() || relations.contains(name.relation);
            if (of && linked(name.from, name.relation, name.to)) {
                boolean out = name.from.equals(from) && direction != Direction.IN;
                boolean loop = name.from.equals(name.to);
                if (out) {
                    found.add(new LinkedEntity(name.relation, false, name.to, "{}", via));
                }
                if (name.to.equals(from) && direction != Direction.OUT && !(out && loop)) {
                    found.add(new LinkedEntity(name.relation, true, name.from, "{}", via));
                }
            }
        }
        return found;
    }
}
