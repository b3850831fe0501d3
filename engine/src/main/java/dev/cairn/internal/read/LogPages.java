package dev.cairn.internal.read;

import dev.cairn.DamagedLogException;
import dev.cairn.InvalidRequestException;
import dev.cairn.LogRecord;
import dev.cairn.NotReadyException;
import dev.cairn.internal.codec.FrameView;
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

    /** A page whose payloads have so many characters takes no further record: messages and snapshots are large. */
    static final long PAGE_CHARS_MAX = 8 << 20;

    private final Kinds kinds;
    private final SegmentCatalog catalog;
    private final LogEnds ends;
    private final Positions positions;
    private final RecentRecords recent;

    public LogPages(Kinds kinds, SegmentCatalog catalog, LogEnds ends, Positions positions) {
        this(kinds, catalog, ends, positions, RecentRecords.none());
    }

    /** @param recent where records are looked for before the segments */
    public LogPages(Kinds kinds, SegmentCatalog catalog, LogEnds ends, Positions positions, RecentRecords recent) {
        this.kinds = kinds;
        this.catalog = catalog;
        this.ends = ends;
        this.positions = positions;
        this.recent = recent;
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
        Page page = new Page(new RecordSieve(kinds, filter), from, Math.min(ends.durableOffset(), until - 1), limit);
        if (page.isDone()) {
            return page.end();
        }
        page.readRecent();
        recent.count(page.isDone());
        if (!page.isDone()) {
            page.readSegments();
        }
        return page.end();
    }

    /**
     * One page in the making.
     *
     * <p>Threading: one thread.
     */
    private final class Page {
        private final RecordSieve sieve;
        private final long from;
        private final long through;
        private final int limit;
        private final List<LogRecord> records = new ArrayList<>();
        private long next;
        private int lookedAt;
        private long chars;

        Page(RecordSieve sieve, long from, long through, int limit) {
            this.sieve = sieve;
            this.from = from;
            this.through = through;
            this.limit = limit;
            this.next = from;
        }

        boolean isDone() {
            return next > through || records.size() >= limit || lookedAt >= LOOKED_AT_MAX || chars >= PAGE_CHARS_MAX;
        }

        void readRecent() {
            if (!recent.holds(next)) {
                return;
            }
            RecentRecords.Reader reader = recent.reader();
            while (!isDone() && reader.read(next)) {
                take(reader.frame());
            }
        }

        void readSegments() {
            LogCursor cursor = new LogCursor(catalog);
            cursor.seek(next);
            try {
                while (!isDone() && cursor.next(through)) {
                    if (cursor.frame().offset() != next) {
                        break; // a lost range begins here: the next read says so
                    }
                    take(cursor.frame());
                }
            } catch (DamagedLogException e) {
                // What is before the damage is shown first; whoever goes on from there meets it again.
                if (next == from) {
                    throw e;
                }
            }
        }

        private void take(FrameView frame) {
            LogRecord record = sieve.pass(frame);
            if (record != null) {
                records.add(record);
                chars += record.payload().length();
            }
            lookedAt++;
            next++;
        }

        LogPage end() {
            return new LogPage(records, next);
        }
    }

    /** See {@link dev.cairn.log.Log#awaitDurable}. */
    public boolean awaitDurable(long offset, Duration timeout) {
        try {
            return ends.await(offset, false, TimeUnit.NANOSECONDS.convert(timeout), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NotReadyException("interrupted while waiting for records");
        }
    }
}
