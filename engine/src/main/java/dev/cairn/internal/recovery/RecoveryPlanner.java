package dev.cairn.internal.recovery;

import dev.cairn.CairnOptions;
import dev.cairn.DamagedLogException;
import dev.cairn.internal.codec.Frame;
import dev.cairn.internal.segment.LogDirectory;
import dev.cairn.internal.segment.LogDirectory.NumberedFile;
import dev.cairn.internal.segment.Segment;
import dev.cairn.internal.segment.SegmentCatalog;
import dev.cairn.internal.segment.SegmentCatalog.Effect;
import dev.cairn.internal.segment.SegmentCatalog.Problem;
import dev.cairn.internal.segment.SegmentScan;
import dev.cairn.internal.segment.SegmentScan.Verdict;
import dev.cairn.internal.segment.SegmentScanner;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the log as the last stop left it and decides what becomes of it.
 *
 * <p>Sealed segments are taken at their manifest's word, but one that is the newest is read again; unsealed ones are scanned
 * byte by byte. A bad tail may be cut only if nothing in it was ever durable, as far as anything in the directory knows, and
 * only if it looks like sectors that never reached the disk. Damage within an older segment is no reason not to go on: it is
 * named, and who reads there is told. Everything else is refused: {@link DamagedLogException}, and nothing is changed.
 *
 * <p>Threading: one instance for each opening.
 */
public final class RecoveryPlanner {
    /** Appends wait at the limit of records, but the document that reaches it may hold many: no more than fit into one. */
    private static final int DOCUMENT_RECORDS_MAX = CairnOptions.DOCUMENT_BYTES_MAX / Frame.HEADER_BYTES;

    private final LogDirectory directory;
    private final SegmentCatalog catalog;
    private final Evidence evidence;
    private final SegmentScanner scanner;
    private final List<SegmentScan> seal = new ArrayList<>();
    private final List<Path> setAside = new ArrayList<>();
    private final List<String> damages = new ArrayList<>();
    private long durable;
    private long highest;
    private long lastOffset = -1;
    private int lastChecksum;
    private int lastEpoch;
    private String cut = "";
    private @Nullable Path cutFile;
    private long cutPosition;
    /** The last segment that holds neither a record nor a gap: no other of its epoch follows one, unless its records were lost. */
    private @Nullable SegmentScan empty;

    /** The last file that was read, and where its documents end: what is missing was expected there. */
    private Path endFile;

    private long endPosition;

    public RecoveryPlanner(LogDirectory directory, UUID installation, SegmentCatalog catalog, Evidence evidence) {
        this.directory = directory;
        this.catalog = catalog;
        this.evidence = evidence;
        this.scanner = new SegmentScanner(installation);
        this.durable = evidence.durable();
        this.highest = evidence.durable();
        this.endFile = directory.logDirectory();
    }

    /**
     * @param unforcedRecordsMax at how many records without any trace the next document had to wait
     * @throws DamagedLogException when records that were durable are missing, or damaged in the newest segment
     */
    public RecoveryPlan plan(long unforcedRecordsMax) throws IOException {
        takeProblems();
        int newestSealed = catalog.newestSealed();
        List<SegmentScan> tail = new ArrayList<>();
        for (NumberedFile file : directory.segmentFiles()) {
            Segment segment = catalog.byNumber(file.number());
            if (segment != null && segment.isSealed()) {
                takeSealed(segment);
            } else if (file.number() < newestSealed) {
                takeAmongSealed(file, segment);
            } else {
                tail.add(scan(
                        file,
                        tail.isEmpty()
                                ? lastOffset + 1
                                : tail.get(tail.size() - 1).lastOffset() + 1));
            }
        }
        Segment newest = newestSealed == 0 ? null : catalog.byNumber(newestSealed);
        if (newest != null && tail.stream().noneMatch(scan -> scan.records() > 0)) {
            checkNewest(newest);
        }
        tail.forEach(this::take);
        durable = Math.max(durable, evidence.clean().durableWhere(lastEpoch, lastChecksum));
        refuseShortLog();
        return result(unforcedRecordsMax);
    }

    private void takeProblems() {
        for (Problem problem : catalog.problems()) {
            if (problem.effect() == Effect.MISSING) {
                throw new DamagedLogException(problem.file(), problem.position(), problem.offset(), problem.what());
            }
            damages.add(problem.file() + " at byte " + problem.position() + ": " + problem.what());
        }
    }

    private void refuseShortLog() {
        if (lastOffset < durable) {
            throw new DamagedLogException(
                    cutFile == null ? endFile : cutFile,
                    cutFile == null ? endPosition : cutPosition,
                    lastOffset + 1,
                    "expected durable records up to offset " + durable + ", was "
                            + (cut.isEmpty() ? "the end of the log at offset " + lastOffset : cut));
        }
    }

    private void takeSealed(Segment segment) {
        lastOffset = segment.lastOffset();
        lastEpoch = segment.epoch();
        durable = Math.max(durable, lastOffset);
    }

    /** A segment among sealed ones has lost its manifest, which is made again if all its records are there. */
    private void takeAmongSealed(NumberedFile file, @Nullable Segment segment) throws IOException {
        if (segment == null) {
            scan(file, lastOffset + 1);
            setAside.add(file.path()); // no offset is missing here: the catalog would have said so
            return;
        }
        SegmentScan scan = scan(file, segment.firstOffset());
        boolean ends = scan.verdict() instanceof Verdict.CleanEnd || scan.verdict() instanceof Verdict.Torn;
        // Where nothing says how far it went, whole frames behind its end show that it went on.
        long end = segment.isBounded() ? segment.lastOffset() : scan.highestOffset();
        if (ends && scan.lastOffset() >= end) {
            seal.add(scan);
            return;
        }
        damages.add(damaged(scan).getMessage());
        if (!segment.isBounded()) {
            segment.bound(end, Integer.MAX_VALUE);
        }
    }

    private void checkNewest(Segment newest) throws IOException {
        if (newest.problem() != null) {
            throw new DamagedLogException(newest.file(), 0, newest.firstOffset(), newest.problem());
        }
        SegmentScan scan = scanner.scanSealed(newest);
        if (scan.lastOffset() < newest.lastOffset()) {
            throw damaged(scan);
        }
        see(scan);
        lastChecksum = scan.lastChecksum();
    }

    private SegmentScan scan(NumberedFile file, long nextOffset) throws IOException {
        SegmentScan scan = scanner.scan(file, nextOffset);
        see(scan);
        return scan;
    }

    private void see(SegmentScan scan) {
        durable = Math.max(durable, scan.highestDurable());
        highest = Math.max(highest, Math.max(scan.highestOffset(), scan.lastOffset()));
        endFile = scan.file();
        endPosition = scan.endPosition();
    }

    private void take(SegmentScan scan) {
        SegmentScan before = empty;
        if (cut.isEmpty() && before != null && before.epoch() == scan.epoch()) {
            cut("its records never reached the disk", before, before.endPosition());
        }
        if (cut.isEmpty() && scan.epoch() == lastEpoch && scan.firstOffset() > lastOffset + 1) {
            cut("records " + (lastOffset + 1) + " to " + (scan.firstOffset() - 1) + " never reached the disk", scan, 0);
        }
        if (!cut.isEmpty() || scan.lastOffset() < scan.firstOffset()) { // a gap is as good as a record: it ends the log
            if (scan.verdict() instanceof Verdict.Damaged) {
                throw damaged(scan);
            } else if (cut.isEmpty() && scan.verdict() instanceof Verdict.Torn torn) {
                cut(torn.why(), scan, torn.position());
            }
            setAside.add(scan.file());
            empty = scan;
            endFile = scan.file();
            endPosition = scan.endPosition();
            return;
        }
        if (scan.verdict() instanceof Verdict.Damaged) {
            throw damaged(scan);
        } else if (scan.verdict() instanceof Verdict.Torn torn) {
            cut(torn.why(), scan, torn.position());
        }
        seal.add(scan);
        lastOffset = scan.lastOffset();
        lastChecksum = scan.lastChecksum();
        lastEpoch = scan.epoch();
    }

    private void cut(String why, SegmentScan scan, long position) {
        cut = scan.file().getFileName() + " at byte " + position + ": " + why;
        cutFile = scan.file();
        cutPosition = position;
    }

    private DamagedLogException damaged(SegmentScan scan) {
        if (scan.verdict() instanceof Verdict.Damaged damage) {
            return new DamagedLogException(scan.file(), damage.position(), damage.offset(), damage.why());
        }
        String why = scan.verdict() instanceof Verdict.Torn torn ? torn.why() : "the end of the documents";
        return new DamagedLogException(
                scan.file(), scan.endPosition(), scan.lastOffset() + 1, "expected more records, was " + why);
    }

    private RecoveryPlan result(long unforcedRecordsMax) throws IOException {
        long unforced = Math.max(unforcedRecordsMax, evidence.unforcedRecordsMax()) + DOCUMENT_RECORDS_MAX;
        highest = Math.max(highest, durable);
        highest = Math.max(highest, Math.min(evidence.highest(), Math.max(highest, lastOffset) + unforced));
        Evidence.CleanEnd end = evidence.clean();
        boolean clean = cut.isEmpty()
                && seal.isEmpty()
                && setAside.isEmpty()
                && (lastOffset < 0 && highest < 0
                        || end.endOffset() > lastOffset
                                && end.checksum() == lastChecksum
                                && end.epoch() == lastEpoch
                                && highest < end.endOffset());
        long next = clean ? Math.max(lastOffset + 1, end.endOffset()) : Math.max(highest, lastOffset) + 1 + unforced;
        int epoch = Math.max(evidence.highestEpoch(), lastEpoch);
        for (int used : directory.epochs()) {
            epoch = Math.max(epoch, used);
        }
        return new RecoveryPlan(
                clean,
                evidence.isEndUnknown(lastOffset, lastEpoch),
                seal,
                setAside,
                damages,
                lastOffset,
                lastChecksum,
                durable,
                clean ? unforcedRecordsMax : unforced - DOCUMENT_RECORDS_MAX,
                epoch + 1,
                next,
                cut);
    }
}
