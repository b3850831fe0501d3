package dev.cairn.internal.assembly;

import dev.cairn.DamagedLogException;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.follow.RecordSource;
import dev.cairn.internal.read.LogEnds;
import dev.cairn.internal.segment.LogCursor;
import dev.cairn.internal.segment.SegmentCatalog;
import java.util.concurrent.TimeUnit;

/** The durable log for one follower. Threading: the follower's thread. */
final class DurableSource implements RecordSource {
    private final LogCursor cursor;
    private final LogEnds ends;
    private final Runnable caughtUp;

    /** @param caughtUp is called whenever everything durable has been read */
    DurableSource(SegmentCatalog catalog, LogEnds ends, long from, Runnable caughtUp) {
        this.cursor = new LogCursor(catalog);
        this.ends = ends;
        this.caughtUp = caughtUp;
        cursor.seek(from);
    }

    @Override
    public boolean next(Event into) {
        long through = ends.durableOffset();
        while (true) {
            try {
                if (!cursor.next(through)) {
                    return false;
                }
                cursor.frame().copyTo(into);
                return true;
            } catch (DamagedLogException e) {
                if (cursor.seekBehindDamage(e.offset(), through) < 0) {
                    cursor.seek(through + 1);
                    return false;
                }
            }
        }
    }

    @Override
    public boolean atDocumentEnd() {
        return cursor.atDocumentEnd();
    }

    @Override
    public int checksum() {
        return cursor.frame().checksum();
    }

    @Override
    public long durableOffset() {
        return ends.durableOffset();
    }

    @Override
    public boolean awaitDurable(long offset, long timeoutNanos) throws InterruptedException {
        caughtUp.run();
        return ends.await(offset, false, timeoutNanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void close() {}
}
