package dev.cairn.inspect;

import dev.cairn.internal.segment.OffsetRange;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Ranges of offsets that hold no records, and whose records they held, as far as later records and others tell.
 *
 * <p>Threading: one thread.
 */
final class MissingRanges {
    private static final int NAMES_MAX = 5;

    private final TreeMap<Long, Missing> byFirst = new TreeMap<>();

    /** One range. */
    private static final class Missing {
        private final long last;
        private final Set<String> names = new LinkedHashSet<>();

        Missing(long last) {
            this.last = last;
        }
    }

    void add(long first, long last) {
        byFirst.put(first, new Missing(last));
    }

    boolean contains(long offset) {
        return around(offset) != null;
    }

    private @Nullable Missing around(long offset) {
        Map.Entry<Long, Missing> entry = byFirst.floorEntry(offset);
        return entry != null && offset <= entry.getValue().last ? entry.getValue() : null;
    }

    boolean isEmpty() {
        return byFirst.isEmpty();
    }

    /** The record of {@code entity} at {@code offset} is known to be one of those that are missing. */
    void lost(long offset, String entity) {
        Missing range = around(offset);
        if (range != null) {
            range.names.add(entity);
        }
    }

    /** What is affected by the loss of {@code ranges}, for people. */
    String describe(List<OffsetRange> ranges) {
        String text = ranges.stream().map(MissingRanges::describe).collect(Collectors.joining(", "));
        Set<String> names = new LinkedHashSet<>();
        for (OffsetRange range : ranges) {
            byFirst.subMap(floor(range.first()), true, range.last(), true)
                    .values()
                    .forEach(missing -> names.addAll(missing.names));
        }
        if (names.isEmpty()) {
            return text;
        }
        int more = names.size() - NAMES_MAX;
        return text + "; records of " + names.stream().limit(NAMES_MAX).collect(Collectors.joining(", "))
                + (more > 0 ? " and " + more + " more" : "");
    }

    private long floor(long first) {
        Long floor = byFirst.floorKey(first);
        return floor != null && contains(first) ? floor : first;
    }

    static String describe(OffsetRange range) {
        return range.first() == range.last()
                ? "offset " + range.first()
                : "offsets " + range.first() + ".." + range.last();
    }
}
