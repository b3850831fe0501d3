package dev.cairn.inspect;

import dev.cairn.CairnOptions;
import dev.cairn.DamagedLogException;
import dev.cairn.InvalidRequestException;
import dev.cairn.internal.assembly.DirectoryEvidence;
import dev.cairn.internal.kind.Micros;
import dev.cairn.internal.recovery.RepairScope;
import dev.cairn.internal.segment.LogCursor;
import dev.cairn.internal.segment.LogDirectory;
import dev.cairn.internal.segment.LogDirectory.NumberedFile;
import dev.cairn.internal.segment.Segment;
import dev.cairn.internal.segment.SegmentCatalog;
import dev.cairn.internal.segment.SegmentScan;
import dev.cairn.internal.segment.SegmentScanner;
import dev.cairn.log.From;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What positions mean in a log that may be damaged. Where damage hides what a time means, the range is widened to whole
 * segments: to look at too much is harmless.
 *
 * <p>Threading: one thread, once.
 */
final class RecoveryRange {
    private final UUID installation;
    private final SegmentCatalog catalog;
    private final long last;

    private RecoveryRange(LogDirectory directory, UUID installation, long through) throws IOException {
        this.installation = installation;
        this.catalog = SegmentCatalog.load(directory, installation);
        this.last = Math.min(
                through,
                Math.max(
                        bound(),
                        DirectoryEvidence.withoutProjection(directory, installation)
                                .durable()));
    }

    /**
     * @param through the last offset that a running writer says is durable, {@link Long#MAX_VALUE} when there is no writer
     * @throws InvalidRequestException when an offset is beyond the end of the log, or there is nothing between the two positions
     */
    static RepairScope resolve(
            LogDirectory directory, UUID installation, long through, @Nullable From from, @Nullable From until)
            throws IOException {
        if (from == null && until == null) {
            return new RepairScope(0, Long.MAX_VALUE, through);
        }
        RecoveryRange range = new RecoveryRange(directory, installation, through);
        long first = from == null ? 0 : range.offset(from, "from", false);
        long end = until == null ? Long.MAX_VALUE : range.offset(until, "until", true);
        if (first >= end || first > range.last) {
            throw new InvalidRequestException(
                    "expected a range within offsets 0 to " + range.last + ", was from " + first + " until "
                            + Math.min(end, range.last + 1),
                    from == null ? "until" : "from");
        }
        return new RepairScope(first, end > range.last ? Long.MAX_VALUE : end, through);
    }

    /** Finds the ends of segments that are not sealed; the last offset of all. */
    private long bound() throws IOException {
        long highest = -1;
        for (Segment segment : catalog.segments()) {
            if (!segment.isSealed()) {
                SegmentScan scan = new SegmentScanner(installation)
                        .scan(
                                new NumberedFile(segment.epoch(), segment.number(), segment.file()),
                                segment.firstOffset());
                segment.bound(Math.max(scan.lastOffset(), scan.highestOffset()), Integer.MAX_VALUE);
            }
            highest = Math.max(highest, segment.lastOffset());
        }
        return highest;
    }

    private long offset(From position, String parameter, boolean end) {
        if (position instanceof From.Beginning) {
            return 0;
        } else if (position instanceof From.End) {
            return last + 1;
        } else if (position instanceof From.Offset offset) {
            return check(offset.offset(), parameter);
        } else if (position instanceof From.Last records) {
            return records.count() == 0 ? last + 1 : catalog.lastRecords(records.count(), last);
        } else if (position instanceof From.Time time) {
            return at(time.time(), end);
        }
        return at(CairnOptions.defaults().clock().instant().minus(((From.Age) position).age()), end);
    }

    private long check(long offset, String parameter) {
        if (offset > last + 1) {
            throw new InvalidRequestException(
                    "expected an offset from 0 to " + (last + 1) + ", was " + offset, parameter);
        }
        return offset;
    }

    /** The first record that is not before {@code time}. */
    private long at(Instant time, boolean end) {
        long micros = Micros.ceiling(time);
        try {
            return new LogCursor(catalog).seekTime(micros, last);
        } catch (DamagedLogException e) {
            return around(micros, end);
        }
    }

    private long around(long micros, boolean end) {
        List<Segment> segments = catalog.segments();
        long begin = 0;
        for (Segment segment : segments) {
            if (segment.firstAt() >= micros) {
                return end ? segment.firstOffset() : begin;
            }
            begin = segment.firstAt() < 0 ? begin : segment.firstOffset();
        }
        return end ? last + 1 : begin;
    }
}
