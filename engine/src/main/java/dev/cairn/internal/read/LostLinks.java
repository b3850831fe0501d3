package dev.cairn.internal.read;

import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.FrameView;
import dev.cairn.internal.kind.StateKey;
import dev.cairn.internal.segment.LogCursor;
import dev.cairn.internal.segment.Segment;
import dev.cairn.internal.segment.SegmentCatalog;
import java.util.List;

/**
 * Goes on along an entity's chain where a link leads to a record that was lost: looks through the log, segment by segment
 * backwards, for the newest record of the entity before it. Slow, and only ever needed for entities that lost records; where there
 * are many, {@link LostChains} knows.
 *
 * <p>Threading: one thread at a time.
 */
final class LostLinks {
    private final SegmentCatalog catalog;
    private final LostChains chains;
    private final LogCursor cursor;
    private final ByteSlab stateKey = new ByteSlab(64);
    private final ByteSlab topic = new ByteSlab(32);
    private final ByteSlab key = new ByteSlab(64);

    LostLinks(SegmentCatalog catalog, LostChains chains) {
        this.catalog = catalog;
        this.chains = chains;
        this.cursor = new LogCursor(catalog);
    }

    /**
     * The record that {@code offset}, a link of {@code frame}, leads to, or the newest one before it if that was lost; −1 when
     * there is none.
     */
    long follow(FrameView frame, long offset) {
        if (offset < 0 || isKept(offset)) {
            return offset;
        }
        StateKey.write(stateKey, frame);
        return newestBefore(stateKey, offset);
    }

    /** The newest record of the entity {@code stateKey} that was not lost, from its head {@code offset} back; −1 when there is none. */
    long follow(ByteSlab stateKey, long offset) {
        if (offset < 0 || isKept(offset)) {
            return offset;
        }
        return newestBefore(stateKey, offset);
    }

    private long newestBefore(ByteSlab entity, long offset) {
        long known = chains.newestBefore(entity, offset);
        if (known != LostChains.UNKNOWN) {
            return known;
        }
        byte kind = (byte) entity.byteAt(0);
        StateKey.read(entity, topic, key);
        List<Segment> segments = catalog.segments();
        for (int i = segments.size() - 1; i >= 0; i--) {
            Segment segment = segments.get(i);
            long found = segment.firstOffset() < offset ? newestIn(segment, offset - 1, kind) : -1;
            if (found >= 0) {
                return found;
            }
        }
        return -1;
    }

    /** Whether a repair gave up any of these offsets; those that an opening left out between segments were never used. */
    boolean areLost(long first, long last) {
        return catalog.segments().stream()
                .flatMap(segment -> segment.lost().stream())
                .anyMatch(range -> range.first() <= last && range.last() >= first);
    }

    /** The oldest of these offsets that a repair gave up; −1 for none. */
    long oldestLost(long first, long last) {
        return catalog.lostRanges().stream()
                .filter(range -> range.first() <= last && range.last() >= first)
                .mapToLong(range -> Math.max(range.first(), first))
                .min()
                .orElse(-1);
    }

    /** Whether no repair gave up the record at {@code offset}; it may be below the start of the log. */
    boolean isKept(long offset) {
        return offset < catalog.startOffset() || catalog.resumeFrom(offset) == offset;
    }

    private long newestIn(Segment segment, long through, byte kind) {
        long newest = -1;
        cursor.seek(segment.firstOffset());
        while (cursor.next(Math.min(through, segment.lastOffset()))) {
            FrameView frame = cursor.frame();
            if (frame.kind() == kind && frame.keyEquals(key) && frame.topicEquals(topic)) {
                newest = frame.offset();
            }
        }
        return newest;
    }
}
