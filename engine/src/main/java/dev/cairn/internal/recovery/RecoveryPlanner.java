package dev.cairn.internal.recovery;

import dev.cairn.CairnOptions;
import dev.cairn.DamagedLogException;
import dev.cairn.internal.codec.Frame;
import dev.cairn.internal.segment.LogDirectory;
import dev.cairn.internal.segment.LogDirectory.NumberedFile;
import dev.cairn.internal.segment.Segment;
import dev.cairn.internal.segment.SegmentCatalog;
import dev.cairn.internal.segment.SegmentScan;
import dev.cairn.internal.segment.SegmentScan.Verdict;
import dev.cairn.internal.segment.SegmentScanner;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the log as the last stop left it and decides what becomes of it.
 *
 * <p>Sealed segments are taken at their manifest's word, but the newest is read again; unsealed ones are scanned byte by byte. A
 * bad tail may be cut only if nothing in it was ever durable, as far as anything in the directory knows, and only if it looks
 * like sectors that never reached the disk. Everything else is damage: {@link DamagedLogException}, and nothing is changed.
 *
 * <p>Threading: one instance for each opening.
 */
public final class RecoveryPlanner {
    /** Appends wait at the limit of records, but the document that reaches it may hold many: no more than fit into one. */
    private static final int DOCUMENT_RECORDS_MAX = CairnOptions.DOCUMENT_BYTES_MAX / Frame.HEADER_BYTES;

    private final LogDirectory directory;
    private final SegmentCatalog catalog;
    private final Evidence evidence;
    private final UUID installation;
    private final @Nullable String acceptedLoss;
    private final SegmentScanner scanner;
    private final List<SegmentScan> seal = new ArrayList<>();
    private final List<Path> setAside = new ArrayList<>();
    private long durable;
    private long highest;
    private long lastOffset = -1;
    private int lastChecksum;
    private int lastEpoch;
    private String cut = "";
    private @Nullable Path cutFile;
    /** The last segment that holds no record: no other of its epoch follows one, unless its records were lost. */
    private @Nullable SegmentScan empty;

    private long cutPosition;
    /** The last file that was read, and where its documents end: what is missing was expected there. */
    private Path endFile;

    private long endPosition;

    /** @param acceptedLoss the id of a data loss that the user accepts, as a refusal named it; null for none */
    public RecoveryPlanner(
            LogDirectory directory,
            UUID installation,
            SegmentCatalog catalog,
            Evidence evidence,
            @Nullable String acceptedLoss) {
        this.directory = directory;
        this.installation = installation;
        this.acceptedLoss = acceptedLoss;
        this.catalog = catalog;
        this.evidence = evidence;
        this.scanner = new SegmentScanner(installation);
        this.endFile = directory.logDirectory();
        this.durable = evidence.durable();
        this.highest = Math.max(evidence.highest(), evidence.durable());
    }

    /**
     * @param unforcedRecordsMax at how many records without any trace the next document had to wait
     * @throws DamagedLogException when records that were durable are damaged or missing
     */
    public RecoveryPlan plan(long unforcedRecordsMax) throws IOException {
        takeSealed();
        for (SegmentScan scan : scanUnsealed()) {
            take(scan);
        }
        if (lastOffset < durable && !lossId().equals(acceptedLoss)) {
            Path file = cutFile == null ? endFile : cutFile;
            String what = "expected durable records up to offset " + durable + ", was "
                    + (cut.isEmpty() ? "the end of the log at offset " + lastOffset : cut)
                    + "; look for the missing files first; to go on without these records, accept the data loss "
                    + lossId();
            throw new DamagedLogException(file, cutFile == null ? endPosition : cutPosition, lastOffset + 1, what);
        }
        return result(unforcedRecordsMax);
    }

    /** Names exactly this loss, so that accepting it accepts no other. */
    private String lossId() {
        CRC32C crc = new CRC32C();
        crc.update((installation + " " + lastOffset + " " + durable).getBytes(StandardCharsets.UTF_8));
        return String.format("%08x", crc.getValue());
    }

    private void takeSealed() throws IOException {
        Segment newest = null;
        for (Segment segment : catalog.segments()) {
            if (segment.isSealed()) {
                newest = segment;
                lastOffset = segment.lastOffset();
                lastEpoch = segment.epoch();
            }
        }
        durable = Math.max(durable, lastOffset);
        if (newest != null) {
            checkNewest(newest);
        }
    }

    private void checkNewest(Segment newest) throws IOException {
        if (newest.problem() != null) {
            throw new DamagedLogException(newest.file(), 0, newest.firstOffset(), newest.problem());
        }
        SegmentScan scan = scanner.scanSealed(
                new NumberedFile(newest.epoch(), newest.number(), newest.file()), newest.firstOffset());
        if (scan.lastOffset() < newest.lastOffset()) {
            throw damaged(scan);
        }
        see(scan);
        lastChecksum = scan.lastChecksum();
    }

    private List<SegmentScan> scanUnsealed() throws IOException {
        List<SegmentScan> scans = new ArrayList<>();
        long next = lastOffset + 1;
        for (NumberedFile file : directory.segmentFiles()) {
            if (!isSealed(file)) {
                SegmentScan scan = scanner.scan(file, next);
                see(scan);
                scans.add(scan);
                next = scan.lastOffset() + 1;
            }
        }
        return scans;
    }

    private boolean isSealed(NumberedFile file) {
        return catalog.segments().stream().anyMatch(segment -> segment.number() == file.number() && segment.isSealed());
    }

    private void see(SegmentScan scan) {
        durable = Math.max(durable, scan.highestDurable());
        highest = Math.max(highest, Math.max(scan.highestOffset(), scan.lastOffset()));
        endFile = scan.file();
        endPosition = scan.endPosition();
    }

    private void take(SegmentScan scan) {
        if (cut.isEmpty() && scan.epoch() == lastEpoch && scan.firstOffset() > lastOffset + 1 && lastOffset >= 0) {
            cut("records " + (lastOffset + 1) + " to " + (scan.firstOffset() - 1) + " never reached the disk", scan, 0);
        }
        SegmentScan before = empty;
        if (cut.isEmpty() && before != null && before.epoch() == scan.epoch()) {
            cut("its records never reached the disk", before, before.endPosition());
        }
        if (!cut.isEmpty() || scan.records() == 0) {
            if (scan.verdict() instanceof Verdict.Damaged) {
                throw damaged(scan);
            } else if (cut.isEmpty() && scan.verdict() instanceof Verdict.Torn torn) {
                cut(torn.why(), scan, torn.position());
            }
            empty = scan;
            setAside.add(scan.file());
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
        Evidence.CleanEnd end = evidence.clean();
        boolean clean = cut.isEmpty()
                && seal.isEmpty()
                && setAside.isEmpty()
                && (lastOffset < 0 && highest < 0
                        || end.endOffset() > lastOffset
                                && end.checksum() == lastChecksum
                                && end.epoch() == lastEpoch
                                && highest < end.endOffset());
        long next = clean
                ? Math.max(lastOffset + 1, end.endOffset())
                : Math.max(highest, lastOffset) + 1 + unforcedRecordsMax + DOCUMENT_RECORDS_MAX;
        int epoch = Math.max(evidence.epoch(), lastEpoch);
        for (int used : directory.epochs()) {
            epoch = Math.max(epoch, used);
        }
        return new RecoveryPlan(clean, seal, setAside, lastOffset, lastChecksum, durable, epoch + 1, next, cut);
    }
}
