package dev.cairn.consumer;

import dev.cairn.log.From;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a group reads, as one who sets it up says it. Immutable: each {@code with…} method returns a changed copy.
 *
 * @param from where the group goes on; null leaves an existing group where it is and starts a new one at the beginning
 * @param topics any of these topics, empty for all; at most {@link dev.cairn.log.LogFilter#NAMES_MAX}
 * @param types any of these types, likewise
 */
public record ConsumerSettings(@Nullable From from, List<String> topics, List<String> types) {
    public ConsumerSettings {
        topics = List.copyOf(topics);
        types = List.copyOf(types);
    }

    /** All records, from where the group is. */
    public static ConsumerSettings all() {
        return new ConsumerSettings(null, List.of(), List.of());
    }

    public ConsumerSettings withFrom(@Nullable From value) {
        return new ConsumerSettings(value, topics, types);
    }

    public ConsumerSettings withTopics(String... values) {
        return new ConsumerSettings(from, List.of(values), types);
    }

    public ConsumerSettings withTypes(String... values) {
        return new ConsumerSettings(from, topics, List.of(values));
    }
}
