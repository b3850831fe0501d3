package dev.cairn.consumer;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A group as it is at some moment.
 *
 * @param group its name
 * @param offset the next record to be read: everything before it is committed
 * @param lag durable records from {@code offset} on, whether the filter lets them pass or not
 * @param topics any of these topics; empty for all
 * @param types any of these types; empty for all
 * @param version how many records changed it
 * @param revision offset of the last record that did
 * @param createdAt the log's time of its first record
 * @param updatedAt the log's time of its last record
 * @param incomplete whether records of the group itself were lost to damage
 * @param reader who reads now, null for nobody
 */
public record ConsumerGroup(
        String group,
        long offset,
        long lag,
        List<String> topics,
        List<String> types,
        long version,
        long revision,
        Instant createdAt,
        Instant updatedAt,
        boolean incomplete,
        @Nullable ActiveReader reader) {
    public ConsumerGroup {
        topics = List.copyOf(topics);
        types = List.copyOf(types);
    }

    /**
     * Who has a group to itself.
     *
     * @param name null for a reader that gave none
     * @param reading whether it is reading at this moment, or only keeps its place
     * @param expiresAt until when it has the group, unless it reads on
     */
    public record ActiveReader(@Nullable String name, boolean reading, Instant expiresAt) {}
}
