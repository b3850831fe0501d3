package dev.cairn.internal.recovery;

import dev.cairn.internal.codec.Event;
import dev.cairn.internal.codec.FrameView;
import dev.cairn.internal.kind.EntityId;
import dev.cairn.internal.recovery.RepairPlan.LostEntity;
import dev.cairn.internal.segment.OffsetRange;
import dev.cairn.internal.segment.OffsetSet;
import dev.cairn.internal.system.RecordRepair;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What repairs gave up. A gap is as good as a hole until the account of the repair passes by that left it: then the log itself
 * tells of it.
 *
 * <p>Threading: one thread.
 */
final class RepairGaps {
    private final OffsetSet all = new OffsetSet();
    private final OffsetSet unrecorded = new OffsetSet();
    /** Who lost records in a gap that no account was met of so far, by the newest of them that a link leads to. */
    private final Map<EntityId, Link> intoUnrecorded = new LinkedHashMap<>();

    /** A record of {@code entity} names the one at {@code offset} as one before it. */
    private record Link(long offset, LostEntity entity) {
        Link newest(Link other) {
            return offset < other.offset ? other : this;
        }
    }

    /** A gap that passes by; its account, if there is one, comes behind it. */
    void add(OffsetRange range) {
        all.add(range);
        unrecorded.add(range);
    }

    /** Gaps in what is not looked at: the log has an account of them for all that is known. */
    void addRecorded(List<OffsetRange> ranges) {
        all.addAll(ranges);
    }

    /** A record that is left: it tells whose the records were that it names, and may be an account. */
    void link(FrameView frame) {
        if (unrecorded.isEmpty()) {
            return;
        }
        link(frame, frame.previous());
        link(frame, frame.previousImage());
        if (RecordRepair.mayBe(frame.kind(), frame.type())) {
            Event event = new Event();
            frame.copyTo(event);
            recorded(RecordRepair.lost(event));
        }
    }

    private void link(FrameView frame, long offset) {
        if (unrecorded.contains(offset)) {
            LostEntity entity = LostEntity.before(frame);
            intoUnrecorded.merge(entity.id(), new Link(offset, entity), Link::newest);
        }
    }

    private void recorded(List<OffsetRange> ranges) {
        unrecorded.removeAll(ranges);
        intoUnrecorded.values().removeIf(link -> OffsetRange.contain(ranges, link.offset()));
    }

    /** Everything that repairs gave up, ascending. */
    List<OffsetRange> all() {
        return all.list();
    }

    /** What repairs gave up and no account that passed by tells of, ascending. */
    List<OffsetRange> unrecorded() {
        return unrecorded.list();
    }

    /** Who lost records in {@code ranges}, which are ascending and apart, as far as no account was met of it. */
    List<LostEntity> losersIn(List<OffsetRange> ranges) {
        return intoUnrecorded.values().stream()
                .filter(link -> OffsetRange.contain(ranges, link.offset()))
                .map(Link::entity)
                .toList();
    }
}
