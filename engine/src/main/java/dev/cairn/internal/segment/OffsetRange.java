package dev.cairn.internal.segment;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Offsets from one to another, both inclusive.
 *
 * <p>Threading: immutable.
 */
public record OffsetRange(long first, long last) {
    public OffsetRange {
        if (first < 0 || last < first) {
            throw new IllegalArgumentException("expected a range of offsets, was " + first + " to " + last);
        }
    }

    public boolean contains(long offset) {
        return offset >= first && offset <= last;
    }

    /** Whether {@code offset} is in one of {@code ranges}, which are ascending and apart. */
    public static boolean contain(List<OffsetRange> ranges, long offset) {
        int at = reaching(ranges, offset);
        return at < ranges.size() && ranges.get(at).contains(offset);
    }

    /** Index of the first of {@code ranges}, ascending and apart, that reaches up to {@code offset} or behind it; their number for none. */
    static int reaching(List<OffsetRange> ranges, long offset) {
        int low = 0;
        int high = ranges.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            if (ranges.get(middle).last < offset) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    public long count() {
        return last - first + 1;
    }

    /** All offsets of two lists, ascending, ranges that touch each other as one. */
    public static List<OffsetRange> union(List<OffsetRange> some, List<OffsetRange> more) {
        List<OffsetRange> sorted = new ArrayList<>(some);
        sorted.addAll(more);
        sorted.sort(Comparator.comparingLong(OffsetRange::first));
        OffsetSet union = new OffsetSet();
        union.addAll(sorted);
        return union.list();
    }

    /** The offsets of {@code some} that are in none of {@code others}; each list is ascending and apart. */
    public static List<OffsetRange> minus(List<OffsetRange> some, List<OffsetRange> others) {
        List<OffsetRange> left = new ArrayList<>();
        int from = some.isEmpty() ? 0 : reaching(others, some.get(0).first);
        for (OffsetRange range : some) {
            while (from < others.size() && others.get(from).last < range.first) {
                from++;
            }
            long next = range.first;
            for (int i = from; i < others.size() && others.get(i).first <= range.last; i++) {
                if (others.get(i).first > next) {
                    left.add(new OffsetRange(next, others.get(i).first - 1));
                }
                next = others.get(i).last + 1;
            }
            if (next <= range.last) {
                left.add(new OffsetRange(next, range.last));
            }
        }
        return left;
    }

    /** The offsets of {@code some} that are in one of {@code others} too; each list is ascending and apart. */
    public static List<OffsetRange> intersection(List<OffsetRange> some, List<OffsetRange> others) {
        return minus(some, minus(some, others));
    }
}
