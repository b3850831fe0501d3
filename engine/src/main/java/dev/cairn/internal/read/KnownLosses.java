package dev.cairn.internal.read;

import dev.cairn.internal.segment.OffsetRange;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is known, since the log was opened, to be damaged in it though the state, which came from a checkpoint, is not: whose
 * records can be read no more.
 *
 * <p>Threading: one thread states, any thread asks.
 */
public final class KnownLosses {
    private volatile @Nullable Known known;

    private record Known(List<OffsetRange> lost, Set<String> entities, String warning) {}

    /** The name under which an entity is stated and asked for. */
    public static String entity(byte kind, @Nullable String topic, String key) {
        return kind + " " + (topic == null ? "" : topic) + " " + key;
    }

    /**
     * States what was found.
     *
     * @param lost offsets of which no record can be read
     * @param entities of which a later record says that records are lost
     * @param warning for people
     */
    public void state(List<OffsetRange> lost, Set<String> entities, String warning) {
        known = new Known(List.copyOf(lost), Set.copyOf(entities), warning);
    }

    /** Whether records of the entity are known to be lost; {@code head} is the offset of its newest record. */
    boolean concern(byte kind, @Nullable String topic, String key, long head) {
        Known now = known;
        return now != null
                && (now.entities.contains(entity(kind, topic, key))
                        || now.lost.stream().anyMatch(range -> range.contains(head)));
    }

    /** What people should know, or null. */
    public @Nullable String warning() {
        Known now = known;
        return now == null ? null : now.warning;
    }
}
