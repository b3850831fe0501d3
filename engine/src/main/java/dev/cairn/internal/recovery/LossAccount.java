package dev.cairn.internal.recovery;

import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.codec.FrameView;
import dev.cairn.internal.kind.EntityId;
import dev.cairn.internal.recovery.RepairPlan.LostEntity;
import dev.cairn.internal.segment.OffsetRange;
import dev.cairn.internal.segment.SegmentSalvager;
import dev.cairn.internal.system.RecordRepair;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whose records are lost, while the records that are left pass by in order of offset: each names the one before it of
 * the same entity, so the first one behind a hole gives away who was in it. A gap is as good as a hole until the account of the
 * repair passes by that left it: then the log itself tells of it.
 *
 * <p>Threading: one thread.
 */
final class LossAccount implements SegmentSalvager.Visitor, StateWitness.Listener {
    private final Map<EntityId, LostEntity> entities = new LinkedHashMap<>();
    private List<OffsetRange> lost = new ArrayList<>();
    private final List<OffsetRange> gaps = new ArrayList<>();
    private List<OffsetRange> unrecorded = new ArrayList<>();
    /** Who lost records in a gap that no account was met of so far. */
    private final Map<EntityId, Link> intoUnrecorded = new LinkedHashMap<>();

    private final Set<String> operations = new LinkedHashSet<>();
    private final ByteSlab topic = new ByteSlab(32);
    private final ByteSlab key = new ByteSlab(64);

    /** The record expected next within the segment that passes by. */
    private long next;

    /** A record of {@code entity} names the one at {@code offset} as one before it. */
    private record Link(long offset, LostEntity entity) {}

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
            put(entities, before(frame));
        }
        if (!unrecorded.isEmpty()) {
            link(frame, frame.previous());
            link(frame, frame.previousImage());
            if (RecordRepair.mayBe(frame.kind(), frame.type())) {
                Event event = new Event();
                frame.copyTo(event);
                recorded(RecordRepair.lost(event));
            }
        }
    }

    private LostEntity before(FrameView frame) {
        frame.copyAddress(topic, key);
        return new LostEntity(frame.kind(), topic.isEmpty() ? null : topic.utf8(), key.utf8(), frame.version() - 1);
    }

    private void link(FrameView frame, long offset) {
        if (OffsetRange.contain(unrecorded, offset)) {
            LostEntity entity = before(frame);
            intoUnrecorded.merge(
                    entity.id(),
                    new Link(offset, entity),
                    (known, other) -> known.offset() < other.offset() ? other : known);
        }
    }

    private void recorded(List<OffsetRange> ranges) {
        unrecorded = new ArrayList<>(OffsetRange.minus(unrecorded, ranges));
        intoUnrecorded.values().removeIf(link -> OffsetRange.contain(ranges, link.offset()));
    }

    @Override
    public void gap(OffsetRange range) {
        if (range.first() > next) {
            lose(new OffsetRange(next, range.first() - 1));
        }
        next = range.last() + 1;
        add(gaps, range);
        add(unrecorded, range);
    }

    /** Gaps in what is not looked at: the log has an account of them for all that is known. */
    void passGaps(List<OffsetRange> ranges) {
        ranges.forEach(range -> add(gaps, range));
    }

    /** Everything that repairs gave up, ascending. */
    List<OffsetRange> gaps() {
        return List.copyOf(gaps);
    }

    /** What repairs gave up and no account that passed by tells of, ascending. */
    List<OffsetRange> unrecorded() {
        return List.copyOf(unrecorded);
    }

    /** Counts {@code ranges}, which repairs gave up, among what is lost; for when all records have passed by. */
    void giveUp(List<OffsetRange> ranges) {
        lost = OffsetRange.union(lost, ranges);
        intoUnrecorded.values().stream()
                .filter(link -> OffsetRange.contain(ranges, link.offset()))
                .forEach(link -> put(entities, link.entity()));
    }

    /** Offsets that nothing is left of; those of passing segments are noticed without being told. */
    void lose(OffsetRange range) {
        add(lost, range);
    }

    private static void add(List<OffsetRange> ranges, OffsetRange range) {
        int last = ranges.size() - 1;
        if (last >= 0 && ranges.get(last).last() + 1 >= range.first()) {
            OffsetRange before = ranges.get(last);
            ranges.set(last, new OffsetRange(before.first(), Math.max(before.last(), range.last())));
        } else {
            ranges.add(range);
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

    private static void put(Map<EntityId, LostEntity> entities, LostEntity entity) {
        entities.merge(
                entity.id(), entity, (known, other) -> known.lastVersion() < other.lastVersion() ? other : known);
    }

    /** Everybody who is in one of two accounts. */
    static List<LostEntity> union(List<LostEntity> some, List<LostEntity> more) {
        Map<EntityId, LostEntity> all = new LinkedHashMap<>();
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
