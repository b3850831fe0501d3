package dev.cairn.internal.recovery;

import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.FrameView;
import dev.cairn.internal.recovery.RepairPlan.LostEntity;
import dev.cairn.internal.segment.OffsetRange;
import dev.cairn.internal.segment.SegmentSalvager;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whose records are lost, while the records that are left pass by in order of offset: each names the one before it of
 * the same entity, so the first one behind a hole gives away who was in it.
 *
 * <p>Threading: one thread.
 */
final class LossAccount implements SegmentSalvager.Visitor, StateWitness.Listener {
    private final Map<String, LostEntity> entities = new LinkedHashMap<>();
    private final List<OffsetRange> lost = new ArrayList<>();
    private final Set<String> operations = new LinkedHashSet<>();
    private final ByteSlab topic = new ByteSlab(32);
    private final ByteSlab key = new ByteSlab(64);

    /** The record expected next within the segment that passes by. */
    private long next;

    private long records;
    private long lastOffset = -1;
    private int lastEpoch;
    private int lastChecksum;

    /** Begins a segment whose first offset is {@code firstOffset}. */
    void begin(long firstOffset) {
        next = firstOffset;
    }

    @Override
    public void record(FrameView frame) {
        records++;
        lastOffset = frame.offset();
        lastEpoch = frame.epoch();
        lastChecksum = frame.checksum();
        if (frame.offset() > next) {
            lose(new OffsetRange(next, frame.offset() - 1));
        }
        next = frame.offset() + 1;
        link(frame);
    }

    /** A record that is left, of which nothing is asked but where its links lead: if that is lost, whose it was. */
    void link(FrameView frame) {
        if (!lost.isEmpty() && (isLost(frame.previous()) || isLost(frame.previousImage()))) {
            frame.copyAddress(topic, key);
            put(
                    entities,
                    new LostEntity(
                            frame.kind(), topic.isEmpty() ? null : topic.utf8(), key.utf8(), frame.version() - 1));
        }
    }

    @Override
    public void gap(OffsetRange range) {
        if (range.first() > next) {
            lose(new OffsetRange(next, range.first() - 1));
        }
        next = range.last() + 1;
    }

    /** Offsets that nothing is left of; those of passing segments are noticed without being told. */
    void lose(OffsetRange range) {
        int last = lost.size() - 1;
        if (last >= 0 && lost.get(last).last() + 1 >= range.first()) {
            OffsetRange before = lost.get(last);
            lost.set(last, new OffsetRange(before.first(), Math.max(before.last(), range.last())));
        } else {
            lost.add(range);
        }
    }

    @Override
    public void entity(byte kind, @Nullable String entityTopic, String entityKey, long head, long version) {
        put(entities, new LostEntity(kind, entityTopic, entityKey, version, head));
    }

    @Override
    public void operation(String id) {
        operations.add(id);
    }

    private static void put(Map<String, LostEntity> entities, LostEntity entity) {
        entities.merge(
                entity.kind() + " " + entity.topic() + " " + entity.key(),
                entity,
                (known, other) -> known.lastVersion() < other.lastVersion() ? other : known);
    }

    /** Everybody who is in one of two accounts. */
    static List<LostEntity> union(List<LostEntity> some, List<LostEntity> more) {
        Map<String, LostEntity> all = new LinkedHashMap<>();
        some.forEach(entity -> put(all, entity));
        more.forEach(entity -> put(all, entity));
        return List.copyOf(all.values());
    }

    @Override
    public boolean isLost(long offset) {
        return OffsetRange.contain(lost, offset);
    }

    List<LostEntity> entities() {
        return List.copyOf(entities.values());
    }

    /** Ids of operations whose records are lost, as far as somebody remembers them. */
    List<String> operations() {
        return List.copyOf(operations);
    }

    /** Records that are left. */
    long records() {
        return records;
    }

    /** Offset of the last record that is left, −1 for none. */
    long lastOffset() {
        return lastOffset;
    }

    /** Epoch of that record, 0 for none. */
    int lastEpoch() {
        return lastEpoch;
    }

    /** Checksum of that record's frame, 0 for none. */
    int lastChecksum() {
        return lastChecksum;
    }

    /** Everything lost, ascending. */
    List<OffsetRange> lost() {
        return List.copyOf(lost);
    }
}
