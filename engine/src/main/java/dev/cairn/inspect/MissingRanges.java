package dev.cairn.inspect;

import dev.cairn.internal.segment.OffsetRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Ranges of offsets that hold no records, and whose records they held, as far as later records tell.
 *
 * <p>Threading: one thread.
 */
final class MissingRanges {
    private static final int NAMES_MAX = 5;

    private final TreeMap<Long, Missing> byFirst = new TreeMap<>();

    /** One range. */
    private static final class Missing {
        private final long last;
        private final List<String> names = new ArrayList<>();
        private long entities;

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

    /** A record follows one at {@code offset}, which is missing. */
    void lost(long offset, String entity) {
        Missing range = around(offset);
        if (range != null) {
            range.entities++;
            if (range.names.size() < NAMES_MAX) {
                range.names.add(entity);
            }
        }
    }

    /** What is affected by the loss of {@code ranges}, for people. */
    String describe(List<OffsetRange> ranges) {
        StringBuilder text = new StringBuilder();
        List<String> names = new ArrayList<>();
        long entities = 0;
        for (OffsetRange range : ranges) {
            text.append(text.isEmpty() ? "" : ", ").append(describe(range));
            for (Missing missing : byFirst.subMap(floor(range.first()), true, range.last(), true)
                    .values()) {
                missing.names.stream().limit(NAMES_MAX - names.size()).forEach(names::add);
                entities += missing.entities;
            }
        }
        if (!names.isEmpty()) {
            text.append("; records of ").append(String.join(", ", names));
            text.append(entities > names.size() ? " and " + (entities - names.size()) + " more" : "");
        }
        return text.toString();
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
