package dev.cairn.internal.read;

import dev.cairn.GoneException;
import dev.cairn.InvalidRequestException;
import dev.cairn.internal.kind.Micros;
import dev.cairn.internal.segment.LogCursor;
import dev.cairn.internal.segment.OffsetRange;
import dev.cairn.internal.segment.SegmentCatalog;
import dev.cairn.log.From;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;

/**
 * What a position means in this log: whether it exists, was lost, is gone or not yet there.
 *
 * <p>Threading: any thread.
 */
public final class Positions {
    private final SegmentCatalog catalog;
    private final LogEnds ends;
    private final Clock clock;
    private final RecentRecords recent;

    public Positions(SegmentCatalog catalog, LogEnds ends, Clock clock) {
        this(catalog, ends, clock, RecentRecords.none());
    }

    /** @param recent what need not be looked up in the segments */
    public Positions(SegmentCatalog catalog, LogEnds ends, Clock clock, RecentRecords recent) {
        this.catalog = catalog;
        this.ends = ends;
        this.clock = clock;
        this.recent = recent;
    }

    /** The offset that {@code from} means for a reader of durable records. */
    public long resolve(From from) {
        long durable = ends.durableOffset();
        if (from instanceof From.Beginning) {
            return startOffset();
        } else if (from instanceof From.End) {
            return durable + 1;
        } else if (from instanceof From.Offset offset) {
            return check(offset.offset(), "from");
        } else if (from instanceof From.Last last) {
            return lastRecords(last.count(), durable);
        } else if (from instanceof From.Time time) {
            return firstAt(time.time(), durable);
        }
        return firstAt(ago(((From.Age) from).age()), durable);
    }

    private long lastRecords(long count, long durable) {
        long first = durable - count + 1;
        // An opening leaves no hole between its records: what is recent can be counted.
        return count == 0 || first <= durable && recent.holds(first) ? first : catalog.lastRecords(count, durable);
    }

    private Instant ago(Duration age) {
        try {
            return clock.instant().minus(age);
        } catch (DateTimeException | ArithmeticException e) {
            return age.isNegative() ? Instant.MAX : Instant.MIN;
        }
    }

    /**
     * The offset of the last record that is not later than {@code time}, −1 when all are.
     *
     * @param parameter what to name in the error when the time has not come yet
     */
    public long lastUpTo(Instant time, String parameter) {
        checkPast(time, parameter);
        long durable = ends.durableOffset();
        if (durable < 0) {
            return -1;
        }
        long next = new LogCursor(catalog).seekTime(Micros.floor(time) + 1, durable);
        long last = catalog.lastRecords(1, next - 1); // not simply the offset before: that may have been lost
        return last < next ? last : -1;
    }

    private long firstAt(Instant time, long durable) {
        checkPast(time, "from");
        return durable < 0 ? 0 : new LogCursor(catalog).seekTime(Micros.ceiling(time), durable);
    }

    /** The log's time may be ahead of the clock, which may have been set back: what it has come to is not the future either. */
    private void checkPast(Instant time, String parameter) {
        long at = Micros.floor(time);
        long now = Micros.floor(clock.instant());
        if (at <= now) {
            return;
        }
        long latest = Math.max(now, lastAt());
        if (at > latest) {
            throw new InvalidRequestException(
                    "expected a time up to now, " + Micros.toInstant(latest) + ", was " + time, parameter);
        }
    }

    private long lastAt() {
        long appended = ends.appendedOffset();
        long last = catalog.lastRecords(1, appended);
        LogCursor cursor = new LogCursor(catalog);
        return last <= appended && cursor.read(last, appended) ? cursor.frame().at() : Long.MIN_VALUE;
    }

    /** The first offset that is in the log. */
    public long startOffset() {
        return Math.max(0, catalog.startOffset());
    }

    /** The number of records from {@code from} to {@code through}, both included: what was lost does not count. */
    public long count(long from, long through) {
        long count = Math.max(0, through - from + 1);
        if (count == 0) {
            return 0;
        }
        for (OffsetRange lost : catalog.lostRanges()) {
            count -= Math.max(0, Math.min(through, lost.last()) - Math.max(from, lost.first()) + 1);
        }
        return count;
    }

    /**
     * Checks that {@code offset} is that of a record which a reader of accepted records can see.
     *
     * @param parameter what to name in the error
     */
    public void checkIncluded(long offset, String parameter) {
        if (offset > ends.appendedOffset()) {
            throw new InvalidRequestException(
                    "expected an offset up to " + ends.appendedOffset() + ", was " + offset, parameter);
        }
        check(offset, parameter);
    }

    /**
     * Returns {@code offset} if a reader may start there: at a record, or right behind the last one.
     *
     * @param parameter what to name in the error
     */
    public long check(long offset, String parameter) {
        if (recent.holds(offset)) {
            return offset;
        }
        long end = ends.endOffset();
        if (offset < 0 || offset > end) {
            throw new InvalidRequestException("expected an offset from 0 to " + end + ", was " + offset, parameter);
        }
        long start = startOffset();
        if (offset < start) {
            throw new GoneException("expected an offset from " + start + ", was " + offset, start, null);
        }
        long resume = offset == end ? offset : catalog.resumeFrom(offset);
        if (resume != offset) {
            throw new GoneException(
                    "expected an offset outside the lost range that ends before " + resume + ", was " + offset,
                    null,
                    resume);
        }
        return offset;
    }
}
