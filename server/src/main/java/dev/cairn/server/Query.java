package dev.cairn.server;

import dev.cairn.InvalidRequestException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The query parameters of one request. A name that the route does not know is refused, so that a misspelt filter never
 * answers with everything.
 *
 * <p>Threading: immutable.
 */
final class Query {
    /** In a route's set of names: any {@code metadata.NAME}; likewise every name that ends in a dot. */
    static final String METADATA = "metadata.";

    private static final Query EMPTY = new Query(Map.of());

    private final Map<String, List<String>> values;

    private Query(Map<String, List<String>> values) {
        this.values = values;
    }

    static Query empty() {
        return EMPTY;
    }

    static Query parse(@Nullable String text, Set<String> known) {
        if (text == null || text.isEmpty()) {
            return EMPTY;
        }
        Map<String, List<String>> values = new LinkedHashMap<>();
        for (String pair : text.split("&", -1)) {
            if (pair.isEmpty()) {
                continue;
            }
            int equals = pair.indexOf('=');
            String name = Percent.decode(equals < 0 ? pair : pair.substring(0, equals), true, "query");
            checkKnown(name, known);
            String value = equals < 0 ? "" : Percent.decode(pair.substring(equals + 1), true, name);
            values.computeIfAbsent(name, ignored -> new ArrayList<>()).add(value);
        }
        return new Query(values);
    }

    private static void checkKnown(String name, Set<String> known) {
        int dot = name.indexOf('.') + 1;
        boolean family = dot > 0 && name.length() > dot && known.contains(name.substring(0, dot));
        if (!family && (!known.contains(name) || name.endsWith("."))) {
            throw new InvalidRequestException(
                    "expected one of the parameters " + known.stream().sorted().toList() + ", was " + Excerpt.of(name),
                    Excerpt.of(name));
        }
    }

    /** The parameters but {@code aside}, always in the same order and encoding; empty when there are none. */
    String canonical(Set<String> aside) {
        StringBuilder canonical = new StringBuilder();
        new TreeMap<>(values).forEach((name, all) -> {
            if (!aside.contains(name)) {
                all.forEach(value -> canonical
                        .append(canonical.isEmpty() ? '?' : '&')
                        .append(Percent.encode(name))
                        .append('=')
                        .append(Percent.encode(value)));
            }
        });
        return canonical.toString();
    }

    /** {@link #text}, which is to be a name. */
    @Nullable
    String name(String parameter) {
        String text = text(parameter);
        return text == null ? null : Names.check(text, parameter);
    }

    /** The parameter's value, null when it is absent. An empty one says nothing, so it is refused; but the first page has no cursor. */
    @Nullable
    String text(String name) {
        String value = once(name);
        if (value == null || !value.isEmpty()) {
            return value;
        }
        if (name.equals("cursor")) {
            return null;
        }
        throw empty(name);
    }

    private @Nullable String once(String name) {
        List<String> all = values.get(name);
        if (all != null && all.size() > 1) {
            throw new InvalidRequestException("expected " + name + " once, was given " + all.size() + " times", name);
        }
        return all == null ? null : all.get(0);
    }

    private static InvalidRequestException empty(String name) {
        return new InvalidRequestException("expected a value of " + name + ", was none", name);
    }

    /** A time or a position: the plus of a zone is often sent as it is, and then arrives as a space. */
    @Nullable
    String position(String name) {
        String text = text(name);
        return text == null ? null : text.replace(' ', '+');
    }

    List<String> texts(String name) {
        List<String> all = values.getOrDefault(name, List.of());
        if (all.contains("")) {
            throw empty(name);
        }
        return all;
    }

    long number(String name, long absent, long min, long max) {
        String text = text(name);
        if (text == null) {
            return absent;
        }
        if (text.matches("-?[0-9]{1,18}")) {
            long number = Long.parseLong(text);
            if (number >= min && number <= max) {
                return number;
            }
        }
        throw new InvalidRequestException(
                "expected " + name + " from " + min + " to " + max + ", was " + Excerpt.of(text), name);
    }

    boolean flag(String name) {
        String text = text(name);
        if (text == null || text.equals("false")) {
            return false;
        }
        if (text.equals("true")) {
            return true;
        }
        throw new InvalidRequestException("expected true or false, was " + Excerpt.of(text), name);
    }

    /** The parameters {@code metadata.NAME} by NAME. */
    Map<String, String> metadata() {
        return members(METADATA);
    }

    /**
     * The parameters that begin with {@code family} by what comes behind it.
     *
     * @param family ends in a dot
     */
    Map<String, String> members(String family) {
        Map<String, String> members = new LinkedHashMap<>();
        for (String name : values.keySet()) {
            if (name.startsWith(family)) {
                String value = once(name);
                members.put(name.substring(family.length()), value == null ? "" : value);
            }
        }
        return members;
    }
}
