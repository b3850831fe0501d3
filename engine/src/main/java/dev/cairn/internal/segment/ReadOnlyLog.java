package dev.cairn.internal.segment;

import dev.cairn.DataDirectoryException;
import dev.cairn.DataDirectoryException.Reason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A log read without writing to it: beside a running writer, up to its durable offset, or at rest, up to its last good
 * record. Uses no class of Chronicle, so that a tool starts at once.
 *
 * <p>Threading: any thread; each takes its own {@link #cursor}.
 */
public final class ReadOnlyLog {
    private static final long PROBE_INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private final LogDirectory directory;
    private final Identity identity;
    private final SegmentCatalog catalog;

    private @Nullable Control control;
    private long probedAtNanos;
    private boolean live;
    /** The opening of a writer that was seen last: another has perhaps come, repaired, and gone meanwhile. */
    private long seenOpening;

    private boolean scanned;
    private long expectedThrough = -1;
    private long scannedThrough = -1;
    private List<SegmentScan> scans = List.of();
    private @Nullable OffsetRange missingEnd;

    private ReadOnlyLog(LogDirectory directory, Identity identity) throws IOException {
        this.directory = directory;
        this.identity = identity;
        this.live = probe();
        this.seenOpening = opening();
        this.catalog = SegmentCatalog.load(directory, identity.installation());
    }

    /**
     * Opens the data directory {@code root}.
     *
     * @throws DataDirectoryException when it does not exist or is not Cairn's
     */
    public static ReadOnlyLog open(Path root) throws IOException {
        if (!Files.isDirectory(root)) {
            throw new DataDirectoryException(root, Reason.MISSING, "expected a data directory, was none");
        }
        LogDirectory directory = new LogDirectory(root);
        Identity identity = Identity.read(directory);
        if (identity == null) {
            throw new DataDirectoryException(root, Reason.FOREIGN, "expected an identity, was none");
        }
        return new ReadOnlyLog(directory, identity);
    }

    /**
     * Says what other files than the log's own know to have been durable: a log at rest that ends before is missing its end. To be
     * said before anything is read.
     *
     * @param offset the last record, −1 for none
     */
    public synchronized ReadOnlyLog expectThrough(long offset) {
        expectedThrough = offset;
        return this;
    }

    public Identity identity() {
        return identity;
    }

    public LogDirectory directory() {
        return directory;
    }

    public SegmentCatalog catalog() {
        return catalog;
    }

    /** A reader of its own for the calling thread. */
    public LogCursor cursor() {
        return new LogCursor(catalog);
    }

    /** What the last writer told of itself, or null; of use while {@link #isLive}. */
    public synchronized @Nullable Control control() {
        return control;
    }

    /** Whether a writer has the directory; looked up a few times a second at most. */
    public synchronized boolean isLive() {
        long now = System.nanoTime();
        if (now - probedAtNanos >= PROBE_INTERVAL_NANOS) {
            boolean was = live;
            try {
                live = probe();
            } catch (IOException e) {
                throw new UncheckedIOException(directory.root() + ": cannot be looked at", e);
            }
            if (was != live || seenOpening != opening()) {
                seenOpening = opening();
                scanned = false;
            }
        }
        return live;
    }

    private boolean probe() throws IOException {
        probedAtNanos = System.nanoTime();
        if (control == null) {
            control = Control.read(directory, identity.installation());
        }
        return control != null && control.isOpen() && DirectoryLock.isHeld(directory);
    }

    private long opening() {
        return control == null ? 0 : control.opening();
    }

    /** The last offset that may be read now, −1 for none: a bound for {@link LogCursor#next}. */
    public synchronized long through() {
        Control now = control;
        if (isLive() && now != null) {
            return now.durableOffset();
        }
        if (!scanned) {
            scan();
        }
        return scannedThrough;
    }

    /** What was found in segments that no writer has sealed, when the log is at rest. */
    public synchronized List<SegmentScan> scans() {
        through();
        return scans;
    }

    /** Records that were durable and that a log at rest ends before, null for none. */
    public synchronized @Nullable OffsetRange missingEnd() {
        through();
        return missingEnd;
    }

    private void scan() {
        catalog.refresh();
        Map<Segment, SegmentScan> unsealed = new LinkedHashMap<>();
        List<SegmentScan> found = new ArrayList<>();
        try {
            for (Segment segment : catalog.segments()) {
                if (!segment.isSealed() && !segment.isProvisional()) {
                    SegmentScan scan = new SegmentScanner(identity.installation())
                            .scan(
                                    new LogDirectory.NumberedFile(segment.epoch(), segment.number(), segment.file()),
                                    segment.firstOffset());
                    unsealed.put(segment, scan);
                    found.add(scan);
                }
            }
            long durable = durable(found);
            unsealed.forEach(
                    (segment, scan) -> bound(segment, scan, isAmongWhole(segment) || durable > scan.lastOffset()));
            catalog.addMissing(durable);
            tellOfMissingEnd(found, durable);
            scannedThrough = Math.max(durable, withoutTornTail(durable));
        } catch (IOException e) {
            throw new UncheckedIOException(directory.logDirectory() + ": cannot be scanned", e);
        }
        scans = List.copyOf(found);
        scanned = true;
    }

    /**
     * Damage is no end: who reads on is told of it, and is served what is whole behind it.
     *
     * @param among whether the segment was whole once, up to the one that follows it
     */
    private static void bound(Segment segment, SegmentScan scan, boolean among) {
        boolean damaged = among || scan.verdict() instanceof SegmentScan.Verdict.Damaged;
        long known = among && segment.isBounded() ? segment.lastOffset() : scan.highestOffset();
        long last = damaged ? Math.max(scan.lastOffset(), known) : scan.lastOffset();
        segment.bound(last, last > scan.lastOffset() ? Integer.MAX_VALUE : scan.endPosition());
    }

    /** Whether a sealed segment follows, or one of a later epoch: no epoch begins before those of the one before are sealed. */
    private boolean isAmongWhole(Segment segment) {
        return catalog.segments().stream()
                .anyMatch(other ->
                        other.number() > segment.number() && (other.isSealed() || other.epoch() > segment.epoch()));
    }

    /** A log that ends below what was durable ends with an error. */
    private void tellOfMissingEnd(List<SegmentScan> found, long durable) {
        Segment last = catalog.last();
        long end = last == null ? -1 : last.lastOffset();
        if (last != null && !last.isSealed() && end < durable) {
            // What is whole behind a hole is there: only the hole is damage.
            long held = found.stream()
                    .filter(scan -> scan.number() == last.number())
                    .mapToLong(SegmentScan::highestOffset)
                    .max()
                    .orElse(-1);
            end = Math.max(end, held);
            last.bound(Math.max(end, durable), Integer.MAX_VALUE);
        }
        missingEnd = end < durable ? new OffsetRange(end + 1, durable) : null;
        catalog.expectThrough(durable);
    }

    /** The highest offset known to have been durable. */
    private long durable(List<SegmentScan> found) throws IOException {
        Watermark.Mark mark = Watermark.read(directory, identity.installation());
        long durable = Math.max(expectedThrough, mark == null ? -1 : mark.durableOffset());
        for (SegmentScan scan : found) {
            durable = Math.max(durable, scan.highestDurable());
        }
        return durable;
    }

    /**
     * The last record that is not behind a hole of a power cut: the next opening for writing cuts those. Behind a hole of
     * durable records they count, and whoever reads there is told.
     */
    private long withoutTornTail(long durable) throws IOException {
        long through = -1;
        Segment before = null;
        for (Segment segment : catalog.segments()) {
            boolean cutOff = !segment.isSealed() && !segment.isAnother();
            if (through >= durable && cutOff && isBehindHole(before, segment)) {
                return through;
            }
            through = Math.max(through, segment.lastOffset());
            before = segment;
        }
        return through;
    }

    /** Whether records between the two are missing, or a segment whose header is. */
    private boolean isBehindHole(@Nullable Segment before, Segment segment) throws IOException {
        int numberBefore = before == null ? 0 : before.number();
        for (LogDirectory.NumberedFile file : directory.segmentFiles()) {
            if (file.number() > numberBefore && file.number() < segment.number()) {
                return true;
            }
        }
        return before != null && before.epoch() == segment.epoch() && segment.firstOffset() > before.lastOffset() + 1;
    }
}
