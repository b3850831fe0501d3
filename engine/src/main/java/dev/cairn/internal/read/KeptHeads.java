package dev.cairn.internal.read;

import dev.cairn.DamagedLogException;
import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.FrameView;
import dev.cairn.internal.kind.StateKey;
import dev.cairn.internal.segment.LogCursor;
import dev.cairn.internal.segment.SegmentCatalog;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/**
 * For entities whose newest record a repair gave up: the newest one that is left of each, found for all of them in one pass over
 * the log. To look for one at a time, as {@link LostLinks} does, would take hours where a segment of large entities is gone.
 *
 * <p>Threading: filled by the opening thread, immutable afterwards.
 */
public final class KeptHeads {
    /** Nothing is known of the entity. */
    static final long UNKNOWN = -2;

    private final Map<ByteBuffer, Head> heads = new HashMap<>();

    private static final class Head {
        private final long lost;
        private long kept = -1;

        Head(long lost) {
            this.lost = lost;
        }
    }

    /** The entity {@code stateKey} has its newest record at {@code lost}, where there is none any more. */
    public void add(ByteSlab stateKey, long lost) {
        heads.put(ByteBuffer.wrap(stateKey.toByteArray()), new Head(lost));
    }

    /** Looks for all that were added. Where the log is damaged besides, nothing is known afterwards. */
    public void find(SegmentCatalog catalog, long through) {
        if (heads.isEmpty()) {
            return;
        }
        try {
            LogCursor cursor = new LogCursor(catalog);
            cursor.seek(catalog.startOffset());
            ByteSlab key = new ByteSlab(64);
            while (cursor.next(through)) {
                FrameView frame = cursor.frame();
                StateKey.write(key, frame);
                Head head = heads.get(ByteBuffer.wrap(key.toByteArray()));
                if (head != null && frame.offset() < head.lost) {
                    head.kept = frame.offset();
                }
            }
        } catch (DamagedLogException e) {
            heads.clear(); // one by one, then: each may lie before the damage
        }
    }

    /** The newest record that is left of the entity whose newest one was at {@code lost}: −1 for none, or {@link #UNKNOWN}. */
    long newest(ByteSlab stateKey, long lost) {
        if (heads.isEmpty()) {
            return UNKNOWN;
        }
        Head head = heads.get(ByteBuffer.wrap(stateKey.toByteArray()));
        return head == null || head.lost != lost ? UNKNOWN : head.kept;
    }
}
