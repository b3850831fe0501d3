package dev.cairn.internal.recovery;

import dev.cairn.internal.codec.FrameView;
import dev.cairn.internal.segment.OffsetRange;
import dev.cairn.internal.segment.OffsetSet;
import dev.cairn.internal.segment.SegmentSalvager;
import java.util.List;

/**
 * Finds out what is lost and who lost it, while the records that are left pass by in order of offset: an offset that is left out is
 * a hole, and the first record of an entity behind it gives away who was in it, as each names the one before it.
 *
 * <p>Threading: one thread.
 */
final class LossAccount implements SegmentSalvager.Visitor {
    private final OffsetSet lost = new OffsetSet();
    private final LostNames names = new LostNames(lost);
    private final RepairGaps gaps = new RepairGaps();

    /** The record expected next within the segment that passes by. */
    private long next;

    private long records;
    private LastRecord last = LastRecord.NONE;

    /** Begins a segment whose first offset is {@code firstOffset}. */
    void begin(long firstOffset) {
        next = firstOffset;
    }

    @Override
    public void record(FrameView frame) {
        expect(frame.offset());
        next = frame.offset() + 1;
        records++;
        last = LastRecord.of(frame);
        link(frame);
    }

    @Override
    public void gap(OffsetRange range) {
        expect(range.first());
        next = range.last() + 1;
        gaps.add(range);
    }

    private void expect(long offset) {
        if (offset > next) {
            lose(new OffsetRange(next, offset - 1));
        }
    }

    /** A record that is left, of which nothing is asked but where its links lead. */
    void link(FrameView frame) {
        names.link(frame);
        gaps.link(frame);
    }

    /** Offsets that nothing is left of; those of passing segments are noticed without being told. */
    void lose(OffsetRange range) {
        lost.add(range);
    }

    /** Counts {@code ranges}, which repairs gave up, among what is lost; for when all records have passed by. */
    void giveUp(List<OffsetRange> ranges) {
        lost.addAll(ranges);
        gaps.losersIn(ranges).forEach(names::add);
    }

    boolean isAnythingLost() {
        return !lost.isEmpty();
    }

    /** Everything lost, ascending. */
    List<OffsetRange> lost() {
        return lost.list();
    }

    /** Who lost it. */
    LostNames names() {
        return names;
    }

    /** What repairs gave up. */
    RepairGaps gaps() {
        return gaps;
    }

    /** Records that are left. */
    long records() {
        return records;
    }

    /** The last of them. */
    LastRecord last() {
        return last;
    }
}
