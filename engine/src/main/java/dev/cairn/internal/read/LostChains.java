package dev.cairn.internal.read;

import dev.cairn.DamagedLogException;
import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.FrameView;
import dev.cairn.internal.kind.StateKey;
import dev.cairn.internal.segment.LogCursor;
import dev.cairn.internal.segment.OffsetRange;
import dev.cairn.internal.segment.SegmentCatalog;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * For entities that lost records to a repair: where the newest record is that is left before each loss, for all of them at once.
 * To look for one at a time, as {@link LostLinks} does, reads the log once for each, which takes hours where a segment of large
 * entities is gone. So once a few were asked for the log is read twice: for who lost records, and for what is left of each.
 *
 * <p>Memory: grows with the number of entities that lost records.
 *
 * <p>Threading: any thread.
 */
public final class LostChains {
    /** No such entity is known, and it has to be looked for alone. */
    static final long UNKNOWN = -2;

    private static final int ALONE_MAX = 8;

    private final SegmentCatalog catalog;
    private final LongSupplier end;
    private final List<ByteSlab> lostHeads;
    private final Set<ByteBuffer> asked = new HashSet<>();
    private boolean isDamaged;
    private volatile @Nullable Found found;

    private record Found(List<OffsetRange> lost, Map<ByteBuffer, Left> chains) {}

    /** Offsets of records, ascending; the newest before each loss is among them. */
    private static final class Left {
        private long[] offsets = new long[2];
        private int count;
        private int losses = -1;

        /** @param lossesBefore how many ranges are lost before the record */
        void add(long offset, int lossesBefore) {
            if (lossesBefore > losses) {
                losses = lossesBefore;
                if (count == offsets.length) {
                    offsets = Arrays.copyOf(offsets, count * 2);
                }
                count++;
            }
            offsets[count - 1] = offset;
        }

        long newestBefore(long offset) {
            int at = Arrays.binarySearch(offsets, 0, count, offset);
            int before = at >= 0 ? at - 1 : -at - 2;
            return before < 0 ? -1 : offsets[before];
        }
    }

    /**
     * @param end the last offset that may be read
     * @param lostHeads state keys of entities whose newest record is lost, so that no record behind it names them
     */
    public LostChains(SegmentCatalog catalog, LongSupplier end, List<ByteSlab> lostHeads) {
        this.catalog = catalog;
        this.end = end;
        this.lostHeads = List.copyOf(lostHeads);
    }

    /** The newest record of the entity that is left before the lost {@code offset}: −1 for none, or {@link #UNKNOWN}. */
    long newestBefore(ByteSlab stateKey, long offset) {
        Found known = found;
        if (known == null || !known.lost().equals(catalog.lostRanges())) { // another process may have repaired more
            known = askedFor(copy(stateKey));
        }
        Left left = known == null ? null : known.chains().get(copy(stateKey));
        return left == null ? UNKNOWN : left.newestBefore(offset);
    }

    private synchronized @Nullable Found askedFor(ByteBuffer stateKey) {
        if (asked.size() <= ALONE_MAX) {
            asked.add(stateKey);
        }
        if (isDamaged || asked.size() <= ALONE_MAX) {
            return null;
        }
        List<OffsetRange> lost = catalog.lostRanges();
        Found known = found;
        if (known == null || !known.lost().equals(lost)) {
            try {
                known = new Found(lost, find(lost));
                found = known;
            } catch (DamagedLogException e) {
                isDamaged = true; // one by one, then: each may lie before the damage
                return null;
            }
        }
        return known;
    }

    private Map<ByteBuffer, Left> find(List<OffsetRange> lost) {
        Map<ByteBuffer, Left> chains = new HashMap<>();
        if (lost.isEmpty()) {
            return chains;
        }
        lostHeads.forEach(key -> chains.put(copy(key), new Left()));
        ByteSlab key = new ByteSlab(64);
        forEachRecord(lost.get(0).last() + 1, end.getAsLong(), frame -> {
            if (OffsetRange.contain(lost, frame.previous()) || OffsetRange.contain(lost, frame.previousImage())) {
                StateKey.write(key, frame);
                chains.putIfAbsent(copy(key), new Left());
            }
        });
        int[] before = {0};
        forEachRecord(catalog.startOffset(), lost.get(lost.size() - 1).first() - 1, frame -> {
            while (before[0] < lost.size() && lost.get(before[0]).last() < frame.offset()) {
                before[0]++;
            }
            StateKey.write(key, frame);
            Left left = chains.get(copy(key));
            if (left != null) {
                left.add(frame.offset(), before[0]);
            }
        });
        return chains;
    }

    private void forEachRecord(long from, long through, Consumer<FrameView> visitor) {
        LogCursor cursor = new LogCursor(catalog);
        cursor.seek(from);
        while (cursor.next(through)) {
            visitor.accept(cursor.frame());
        }
    }

    private static ByteBuffer copy(ByteSlab key) {
        return ByteBuffer.wrap(key.toByteArray());
    }
}
