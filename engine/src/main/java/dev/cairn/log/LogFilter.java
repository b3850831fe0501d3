package dev.cairn.log;

import dev.cairn.LogRecord;
import org.jspecify.annotations.Nullable;

/**
 * Which records a reader wants; null fields match everything.
 *
 * @param topic exactly this topic
 * @param key exactly this key
 * @param type exactly this type
 */
public record LogFilter(
        @Nullable String topic,
        @Nullable String key,
        @Nullable String type) {
    private static final LogFilter ALL = new LogFilter(null, null, null);

    public static LogFilter all() {
        return ALL;
    }

    public LogFilter withTopic(@Nullable String value) {
        return new LogFilter(value, key, type);
    }

    public LogFilter withKey(@Nullable String value) {
        return new LogFilter(topic, value, type);
    }

    public LogFilter withType(@Nullable String value) {
        return new LogFilter(topic, key, value);
    }

    public boolean matches(LogRecord record) {
        return (topic == null || topic.equals(record.topic()))
                && (key == null || key.equals(record.key()))
                && (type == null || type.equals(record.type()));
    }
}
