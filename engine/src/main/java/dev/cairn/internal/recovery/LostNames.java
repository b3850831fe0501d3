package dev.cairn.internal.recovery;

import dev.cairn.internal.codec.FrameView;
import dev.cairn.internal.kind.EntityId;
import dev.cairn.internal.recovery.RepairPlan.LostEntity;
import dev.cairn.internal.segment.OffsetSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who lost records: entities of which a later record that is left names a lost one, and what witnesses remember of others.
 *
 * <p>Threading: one thread.
 */
final class LostNames implements StateWitness.Listener {
    private final OffsetSet lost;
    private final Map<EntityId, LostEntity> entities = new LinkedHashMap<>();
    private final Set<String> operations = new LinkedHashSet<>();

    /** @param lost the offsets that are lost as far as is known when a name is asked or told */
    LostNames(OffsetSet lost) {
        this.lost = lost;
    }

    /** A record that is left, of which nothing is asked but where its links lead: if that is lost, whose it was. */
    void link(FrameView frame) {
        if (!lost.isEmpty() && (isLost(frame.previous()) || isLost(frame.previousImage()))) {
            add(LostEntity.before(frame));
        }
    }

    /** An entity that lost records; of what is known of one the highest version counts. */
    void add(LostEntity entity) {
        put(entities, entity);
    }

    private static void put(Map<EntityId, LostEntity> entities, LostEntity entity) {
        entities.merge(
                entity.id(), entity, (known, other) -> known.lastVersion() < other.lastVersion() ? other : known);
    }

    @Override
    public boolean isLost(long offset) {
        return lost.contains(offset);
    }

    @Override
    public void entity(byte kind, @Nullable String topic, String key, long head, long version) {
        add(new LostEntity(kind, topic, key, version, head));
    }

    @Override
    public void operation(String id) {
        operations.add(id);
    }

    List<LostEntity> entities() {
        return List.copyOf(entities.values());
    }

    /** Ids of operations whose records are lost, as far as somebody remembers them. */
    List<String> operations() {
        return List.copyOf(operations);
    }

    /** Everybody who is in one of two lists, each with the highest version that one of them knows. */
    static List<LostEntity> union(List<LostEntity> some, List<LostEntity> more) {
        Map<EntityId, LostEntity> all = new LinkedHashMap<>();
        some.forEach(entity -> put(all, entity));
        more.forEach(entity -> put(all, entity));
        return List.copyOf(all.values());
    }
}
