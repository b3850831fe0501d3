package dev.cairn.internal.read;

import dev.cairn.DamagedLogException;
import dev.cairn.internal.kind.EntityId;
import dev.cairn.internal.segment.OffsetRange;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is known, since the log was opened, to be damaged in it: whose records can be read no more, also where the state, which
 * came from a checkpoint, has all that they said.
 *
 * <p>Threading: any thread.
 */
public final class KnownLosses implements Losses {
    private volatile Known known = new Known(List.of(), Set.of(), Map.of(), List.of());

    private record Known(
            List<OffsetRange> lost,
            Set<EntityId> entities,
            Map<EntityId, DamagedLogException> newest,
            List<String> warnings) {}

    /**
     * States more of what was found.
     *
     * @param lost offsets of which no record can be read
     * @param entities of which a later record says that records are lost
     * @param warning for people
     */
    public synchronized void state(List<OffsetRange> lost, Set<EntityId> entities, String warning) {
        state(entities);
        Known before = known;
        known = new Known(
                OffsetRange.union(before.lost, lost), before.entities, before.newest, with(before.warnings, warning));
    }

    /** States who lost records, too, in offsets of which it is known already. */
    public synchronized void state(Set<EntityId> entities) {
        Known before = known;
        Set<EntityId> all = new HashSet<>(before.entities);
        all.addAll(entities);
        known = new Known(before.lost, Set.copyOf(all), before.newest, before.warnings);
    }

    /**
     * States what the state was made over.
     *
     * @param holes what was passed over
     * @param newest entities of which the newest record is known to be in one of them, with what to tell of it
     * @param warning for people
     */
    public synchronized void passedOver(List<Hole> holes, Map<EntityId, DamagedLogException> newest, String warning) {
        Known before = known;
        Map<EntityId, DamagedLogException> all = new HashMap<>(before.newest);
        all.putAll(newest);
        List<OffsetRange> lost = holes.stream().map(Hole::offsets).toList();
        known = new Known(
                OffsetRange.union(before.lost, lost), before.entities, Map.copyOf(all), with(before.warnings, warning));
    }

    /** States what people should know though no record is lost by it. */
    public synchronized void warn(String warning) {
        Known before = known;
        known = new Known(before.lost, before.entities, before.newest, with(before.warnings, warning));
    }

    private static List<String> with(List<String> warnings, String more) {
        List<String> all = new ArrayList<>(warnings);
        all.add(more);
        return List.copyOf(all);
    }

    @Override
    public boolean concern(byte kind, @Nullable String topic, String key, long head) {
        Known now = known;
        if (now.lost.isEmpty()) {
            return false;
        }
        EntityId entity = new EntityId(kind, topic, key);
        return now.entities.contains(entity) || now.newest.containsKey(entity) || OffsetRange.contain(now.lost, head);
    }

    @Override
    public @Nullable DamagedLogException newest(byte kind, @Nullable String topic, String key) {
        Known now = known;
        return now.newest.isEmpty() ? null : now.newest.get(new EntityId(kind, topic, key));
    }

    @Override
    public boolean lostUpTo(long offset) {
        List<OffsetRange> lost = known.lost;
        return !lost.isEmpty() && lost.get(0).first() <= offset;
    }

    /** The offset behind the last that is lost, 0 when none is. */
    public long behindLost() {
        List<OffsetRange> lost = known.lost;
        return lost.isEmpty() ? 0 : lost.get(lost.size() - 1).last() + 1;
    }

    /** What people should know. */
    public List<String> warnings() {
        return known.warnings;
    }
}
