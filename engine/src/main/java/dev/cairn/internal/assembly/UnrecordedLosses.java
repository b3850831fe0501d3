package dev.cairn.internal.assembly;

import dev.cairn.DamagedLogException;
import dev.cairn.LogRecord;
import dev.cairn.internal.kind.Kind;
import dev.cairn.internal.kind.KindIds;
import dev.cairn.internal.read.EntityReaders;
import dev.cairn.internal.read.Hole;
import dev.cairn.internal.segment.OffsetRange;
import dev.cairn.internal.segment.Segment;
import dev.cairn.internal.segment.SegmentCatalog;
import dev.cairn.internal.system.RecordRepair;
import java.util.ArrayList;
import java.util.List;

/**
 * What repairs gave up that have not ended: there are gaps in the log, and no account in it tells of them. So no record says what
 * became of those who lost records there either, and the gaps are as good as damage.
 *
 * <p>Threading: stateless.
 */
final class UnrecordedLosses {
    private UnrecordedLosses() {}

    static List<Hole> in(OpenLog log) {
        return in(log.catalog(), log.readers(), log.registry().kinds.byId(KindIds.SYSTEM));
    }

    /**
     * One hole for each, ascending. Where accounts cannot be read, they may tell of all: there are none, then.
     *
     * @param system the kind of the accounts
     */
    static List<Hole> in(SegmentCatalog catalog, EntityReaders readers, Kind system) {
        List<OffsetRange> gaps = new ArrayList<>();
        catalog.segments().forEach(segment -> gaps.addAll(segment.lost()));
        List<OffsetRange> recorded = gaps.isEmpty() ? List.of() : recorded(readers, system, gaps);
        List<Hole> holes = new ArrayList<>();
        for (Segment segment : catalog.segments()) {
            for (OffsetRange range : OffsetRange.minus(segment.lost(), recorded)) {
                holes.add(new Hole(range, why(segment, range)));
            }
        }
        return holes;
    }

    private static DamagedLogException why(Segment segment, OffsetRange range) {
        return new DamagedLogException(
                segment.file(),
                0,
                range.first(),
                "expected the account of the repair that gave up offsets " + range.first() + " to " + range.last()
                        + ", was none in the log");
    }

    private static List<OffsetRange> recorded(EntityReaders readers, Kind system, List<OffsetRange> gaps) {
        List<OffsetRange> recorded = List.of();
        try {
            long before = Long.MAX_VALUE;
            while (!OffsetRange.minus(gaps, recorded).isEmpty()) {
                List<LogRecord> newest = readers.history(system, null, RecordRepair.KEY, before, 1);
                if (newest.isEmpty()) {
                    break;
                }
                recorded = OffsetRange.union(
                        recorded, RecordRepair.lost(newest.get(0).payload()));
                before = newest.get(0).offset();
            }
            return recorded;
        } catch (DamagedLogException e) {
            return gaps;
        }
    }
}
