package dev.cairn.log;

import dev.cairn.InvalidRequestException;
import dev.cairn.LogRecord;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which records a reader wants.
 *
 * @param topics any of these topics; empty for all
 * @param key exactly this key, null for all
 * @param types any of these types; empty for all
 * @param topicsLeftOut none of these topics
 */
public record LogFilter(List<String> topics, @Nullable String key, List<String> types, List<String> topicsLeftOut) {
    /** Topics, and types, that one filter may name. */
    public static final int NAMES_MAX = 64;

    private static final LogFilter ALL = new LogFilter(List.of(), null, List.of(), List.of());

    /** @throws InvalidRequestException when more than {@link #NAMES_MAX} topics or types are named */
    public LogFilter {
        topics = bounded(topics, "topic");
        types = bounded(types, "type");
        topicsLeftOut = bounded(topicsLeftOut, "topic");
    }

    /** One of each at most; null fields match everything. */
    public LogFilter(@Nullable String topic, @Nullable String key, @Nullable String type) {
        this(listOf(topic), key, listOf(type), List.of());
    }

    private static List<String> bounded(List<String> names, String parameter) {
        if (names.size() > NAMES_MAX) {
            throw new InvalidRequestException(
                    "expected at most " + NAMES_MAX + " of " + parameter + ", was " + names.size(), parameter);
        }
        return List.copyOf(names);
    }

    private static List<String> listOf(@Nullable String name) {
        return name == null ? List.of() : List.of(name);
    }

    public static LogFilter all() {
        return ALL;
    }

    public LogFilter withTopic(@Nullable String value) {
        return withTopics(listOf(value));
    }

    public LogFilter withTopics(List<String> values) {
        return new LogFilter(values, key, types, topicsLeftOut);
    }

    public LogFilter withKey(@Nullable String value) {
        return new LogFilter(topics, value, types, topicsLeftOut);
    }

    public LogFilter withType(@Nullable String value) {
        return withTypes(listOf(value));
    }

    public LogFilter withTypes(List<String> values) {
        return new LogFilter(topics, key, values, topicsLeftOut);
    }

    /** Leaves {@code value} out, also where it is named among the topics. */
    public LogFilter withoutTopic(String value) {
        List<String> more = new ArrayList<>(topicsLeftOut);
        more.add(value);
        return new LogFilter(topics, key, types, more);
    }

    public boolean matches(LogRecord record) {
        return (topics.isEmpty() || topics.contains(record.topic()))
                && (key == null || key.equals(record.key()))
                && (types.isEmpty() || types.contains(record.type()))
                && !topicsLeftOut.contains(record.topic());
    }
}
