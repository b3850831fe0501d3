package dev.cairn.internal.segment;

import java.util.ArrayList;
import java.util.List;

/**
 * Offsets, as ranges that are ascending and apart: those that overlap or touch each other are one. A range behind all others, or
 * within one of them, is added at no cost; one between them moves those behind it.
 *
 * <p>Threading: one thread.
 */
public final class OffsetSet {
    private List<OffsetRange> ranges = new ArrayList<>();

    /** Adds the offsets of {@code range}, wherever it lies. */
    public void add(OffsetRange range) {
        int from = reaching(range.first() - 1);
        int to = from;
        long first = range.first();
        long last = range.last();
        while (to < ranges.size() && ranges.get(to).first() - 1 <= last) {
            first = Math.min(first, ranges.get(to).first());
            last = Math.max(last, ranges.get(to).last());
            to++;
        }
        if (from == to) {
            ranges.add(from, range);
        } else {
            ranges.set(from, new OffsetRange(first, last));
            ranges.subList(from + 1, to).clear();
        }
    }

    /** Index of the first range that reaches up to {@code offset}, or behind it. */
    private int reaching(long offset) {
        int last = ranges.size() - 1;
        boolean behindAll = last < 0 || ranges.get(last).last() < offset;
        return behindAll ? last + 1 : OffsetRange.reaching(ranges, offset);
    }

    /** Adds the offsets of {@code more}, in any order. */
    public void addAll(List<OffsetRange> more) {
        more.forEach(this::add);
    }

    /** Takes the offsets of {@code others} out, which are ascending and apart. */
    public void removeAll(List<OffsetRange> others) {
        ranges = OffsetRange.minus(ranges, others);
    }

    public boolean contains(long offset) {
        return OffsetRange.contain(ranges, offset);
    }

    /** Whether any offset of {@code range} is in it. */
    public boolean intersects(OffsetRange range) {
        int at = reaching(range.first());
        return at < ranges.size() && ranges.get(at).first() <= range.last();
    }

    public boolean isEmpty() {
        return ranges.isEmpty();
    }

    /** The ranges, ascending and apart; stays as it is when more are added. */
    public List<OffsetRange> list() {
        return List.copyOf(ranges);
    }
}
