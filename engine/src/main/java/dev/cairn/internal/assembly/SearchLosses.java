package dev.cairn.internal.assembly;

import dev.cairn.DamagedLogException;
import dev.cairn.internal.kind.EntityId;
import dev.cairn.internal.kind.Kind;
import dev.cairn.internal.read.Hole;
import dev.cairn.internal.read.Losses;
import dev.cairn.internal.segment.ReadOnlyLog;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a search passed over, and whose newest records were there as far as the projection knows. Where no search met damage the
 * projection is not looked at.
 *
 * <p>Threading: any thread.
 */
final class SearchLosses implements Losses {
    private final ReadOnlyLog files;
    private final List<Kind> kinds;
    private final TreeMap<Long, Hole> holes = new TreeMap<>();
    private Map<EntityId, DamagedLogException> newest = Map.of();
    private boolean lookedUp = true;

    SearchLosses(ReadOnlyLog files, List<Kind> kinds) {
        this.files = files;
        this.kinds = kinds;
    }

    synchronized void passedOver(Hole hole) {
        Hole known = holes.put(hole.offsets().first(), hole);
        lookedUp &= known != null && known.offsets().equals(hole.offsets());
    }

    /** What was passed over so far. */
    synchronized List<Hole> holes() {
        return List.copyOf(holes.values());
    }

    @Override
    public boolean concern(byte kind, @Nullable String topic, String key, long head) {
        return newest(kind, topic, key) != null;
    }

    @Override
    public synchronized @Nullable DamagedLogException newest(byte kind, @Nullable String topic, String key) {
        if (!lookedUp) {
            newest = NewestRecords.in(
                    holes(), files.directory().root(), files.identity().installation(), kinds, files.isLive());
            lookedUp = true;
        }
        return newest.get(new EntityId(kind, topic, key));
    }
}
