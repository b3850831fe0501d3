package dev.cairn.inspect;

import dev.cairn.inspect.Check.Place;
import dev.cairn.inspect.Verification.Severity;
import dev.cairn.internal.segment.OffsetRange;
import dev.cairn.internal.segment.OffsetSet;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Where records are missing from the log. What their loss affects is told by the records behind them, and by others, so the
 * findings are made when all have passed.
 *
 * <p>Threading: one thread.
 */
final class LostRecords {
    private final Findings findings;
    private final MissingRanges missing;
    private final List<Loss> losses = new ArrayList<>();
    private final List<Jump> jumps = new ArrayList<>();
    private final OffsetSet explained = new OffsetSet();
    private final List<Gap> gaps = new ArrayList<>();
    private final OffsetSet recorded = new OffsetSet();

    private record Gap(Path file, OffsetRange range) {}

    private record Loss(Path file, long position, long offset, List<OffsetRange> ranges, String what) {}

    private record Jump(Place place, long expected, long was) {}

    LostRecords(Findings findings, MissingRanges missing) {
        this.findings = findings;
        this.missing = missing;
    }

    /** Bytes or files that should hold records and do not. */
    void add(Path file, long position, long offset, List<OffsetRange> ranges, String what) {
        losses.add(new Loss(file, position, offset, ranges, what));
        explained.addAll(ranges);
    }

    /**
     * A whole segment.
     *
     * @param gaps what an earlier repair gave up of {@code all}: it is not lost once more
     */
    void addAll(Path file, long position, long offset, List<OffsetRange> all, List<OffsetRange> gaps, String what) {
        List<OffsetRange> held = OffsetRange.minus(all, gaps);
        if (held.isEmpty() && !all.isEmpty()) {
            findings.add(Severity.DAMAGE, file, position, offset, what, "no record: a repair had given up all of them");
        } else {
            add(file, position, offset, held, what);
        }
        gaps.forEach(gap -> repaired(file, gap));
    }

    /** Bytes that are not what was written, beside records that are whole. */
    void unserved(Path file, long position, long offset, String what) {
        findings.add(
                Severity.DAMAGE,
                file,
                position,
                offset,
                what,
                "no record for good: readers may be refused those of the document, a repair saves them");
    }

    /** Offsets that a repair gave up. */
    void repaired(Path file, OffsetRange range) {
        explained.add(range);
        gaps.add(new Gap(file, range));
    }

    /** The log has an account of a repair that gave up {@code ranges}. */
    void recorded(List<OffsetRange> ranges) {
        recorded.addAll(ranges);
    }

    private void report(Gap gap, List<OffsetRange> accounts) {
        List<OffsetRange> unrecorded = OffsetRange.minus(List.of(gap.range), accounts);
        if (unrecorded.isEmpty()) {
            findings.add(
                    Severity.NOTE,
                    gap.file,
                    0,
                    gap.range.first(),
                    "records that an earlier repair gave up",
                    MissingRanges.describe(gap.range));
        } else {
            findings.add(
                    Severity.DAMAGE,
                    gap.file,
                    0,
                    unrecorded.get(0).first(),
                    "records that a repair gave up which has not ended: the log has no account of it",
                    missing.describe(unrecorded));
        }
    }

    /** A segment ends in a gap or in damage: no record jumps over it. */
    void ending(long first, long last) {
        missing.add(first, last);
    }

    /** The record at {@code place} has not the offset that follows the one before. */
    void jump(Place place, long expected, long was) {
        jumps.add(new Jump(place, expected, was));
        if (was > expected) {
            missing.add(expected, was - 1);
        }
    }

    /** Whether {@code offset} is known to be lost, or was given up by a repair. */
    boolean covers(long offset) {
        return explained.contains(offset);
    }

    /** Whether there is no loss to report. */
    boolean isNothing() {
        return losses.isEmpty() && jumps.stream().allMatch(this::isExplained);
    }

    /** Reports everything. */
    void report() {
        for (Loss loss : losses) {
            String affects = loss.ranges().isEmpty() ? "nobody knows which records" : missing.describe(loss.ranges());
            findings.add(Severity.DAMAGE, loss.file(), loss.position(), loss.offset(), loss.what(), affects);
        }
        List<OffsetRange> accounts = recorded.list();
        gaps.forEach(gap -> report(gap, accounts));
        for (Jump jump : jumps) {
            if (!isExplained(jump)) {
                report(jump);
            }
        }
    }

    private boolean isExplained(Jump jump) {
        return jump.was > jump.expected && explained.intersects(new OffsetRange(jump.expected, jump.was - 1));
    }

    private void report(Jump jump) {
        String affects = jump.was < jump.expected
                ? "offset " + jump.was + ", which is there twice"
                : missing.describe(List.of(new OffsetRange(jump.expected, jump.was - 1)));
        findings.add(
                Severity.DAMAGE,
                jump.place.file(),
                jump.place.position(),
                jump.was,
                "expected offset " + jump.expected + ", was " + jump.was,
                affects);
    }
}
