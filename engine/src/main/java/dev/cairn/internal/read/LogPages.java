package dev.cairn.internal.read;

import dev.cairn.DamagedLogException;
import dev.cairn.InvalidRequestException;
import dev.cairn.LogRecord;
import dev.cairn.NotReadyException;
import dev.cairn.internal.kind.Kinds;
import dev.cairn.internal.segment.LogCursor;
import dev.cairn.internal.segment.SegmentCatalog;
import dev.cairn.log.From;
import dev.cairn.log.LogFilter;
import dev.cairn.log.LogPage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Durable records by the page, and waiting for more.
 *
 * <p>Threading: any thread.
 */
public final class LogPages {
    /** Records that one read looks at, at most, however few the filter lets pass. */
    private static final int LOOKED_AT_MAX = 100_000;

    private final Kinds kinds;
    private final SegmentCatalog catalog;
    private final LogEnds ends;
    private final Positions positions;

    public LogPages(Kinds kinds, SegmentCatalog catalog, LogEnds ends, Positions positions) {
        this.kinds = kinds;
        this.catalog = catalog;
        this.ends = ends;
        this.positions = positions;
    }

    /** See {@link dev.cairn.log.Log#resolve}. */
    public long resolve(From from) {
        return positions.resolve(from);
    }

    /** See {@link dev.cairn.log.Log#read}. */
    public LogPage read(long from, long until, LogFilter filter, int limit) {
        if (limit < 1) {
            throw new InvalidRequestException("expected a limit from 1, was " + limit, "limit");
        }
        positions.check(from, "from");
        LogReads reads = new LogReads(kinds, new LogCursor(catalog), filter);
        reads.seek(from);
        long through = Math.min(ends.durableOffset(), until - 1);
        List<LogRecord> records = new ArrayList<>();
        long next = from;
        try {
            for (int i = 0; i < LOOKED_AT_MAX && records.size() < limit && reads.advance(through); i++) {
                if (reads.offset() != next) {
                    break; // a lost range begins here: the next read says so
                }
                LogRecord record = reads.record();
                if (record != null) {
                    records.add(record);
                }
                next = reads.nextOffset();
            }
        } catch (DamagedLogException e) {
            // What is before the damage is shown first; whoever goes on from there meets it again.
            if (next == from) {
                throw e;
            }
        }
        return new LogPage(records, next);
    }

    /** See {@link dev.cairn.log.Log#awaitDurable}. */
    public boolean awaitDurable(long offset, Duration timeout) {
        try {
            return ends.await(offset, false, timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NotReadyException("interrupted while waiting for records");
        }
    }
}
