package dev.cairn.internal.assembly;

import dev.cairn.DamagedLogException;
import dev.cairn.GoneException;
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
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;

/**
 * What repairs gave up that have not ended: there are gaps in the log, and no account in it tells of them. So no record says what
 * became of those who lost records there either, and the gaps are as good as damage.
 *
 * <p>Threading: stateless.
 */
final class UnrecordedLosses {
    private static final int PAGE_RECORDS = 64;

    private UnrecordedLosses() {}

    /** @param passedOver what the state was made over, ascending */
    static List<Hole> in(OpenLog log, List<Hole> passedOver) {
        Kind system = log.registry().kinds.byId(KindIds.SYSTEM);
        return in(log.catalog(), log.readers(), system, () -> passedOver);
    }

    /**
     * One hole for each, ascending. Where accounts cannot be read, or may be in what was passed over, they may tell of all before:
     * there are none, then.
     *
     * @param system the kind of the accounts
     * @param passedOver what was passed over in looking for the newest account; asked for when that is done
     */
    static List<Hole> in(
            SegmentCatalog catalog, EntityReaders readers, Kind system, Supplier<Collection<Hole>> passedOver) {
        List<OffsetRange> gaps = new ArrayList<>();
        catalog.segments().forEach(segment -> gaps.addAll(segment.lost()));
        if (gaps.isEmpty()) {
            return List.of();
        }
        List<OffsetRange> recorded = recorded(readers, system, gaps);
        long lastPassed = passedOver.get().stream()
                .mapToLong(hole -> hole.offsets().last())
                .max()
                .orElse(-1);
        List<Hole> holes = new ArrayList<>();
        for (Segment segment : catalog.segments()) {
            for (OffsetRange range : OffsetRange.minus(segment.lost(), recorded)) {
                if (range.last() > lastPassed) {
                    holes.add(new Hole(range, why(segment, range)));
                }
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
            List<LogRecord> page;
            do {
                page = readers.history(system, null, RecordRepair.KEY, before, PAGE_RECORDS);
                for (LogRecord record : page) {
                    before = record.offset();
                    if (record.type().equals(RecordRepair.TYPE)) { // an account may have been lost and recovered itself
                        recorded = OffsetRange.union(recorded, RecordRepair.lost(record.payload()));
                    }
                }
            } while (!page.isEmpty() && !OffsetRange.minus(gaps, recorded).isEmpty());
            return recorded;
        } catch (DamagedLogException | GoneException e) {
            return gaps;
        }
    }
}
