package dev.cairn.inspect;

import dev.cairn.Progress;
import dev.cairn.inspect.Check.LogEnd;
import dev.cairn.inspect.Check.Place;
import dev.cairn.inspect.LogFiles.Item;
import dev.cairn.inspect.Verification.Severity;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.codec.FrameView;
import dev.cairn.internal.disk.DiskFailure;
import dev.cairn.internal.segment.LogDirectory.NumberedFile;
import dev.cairn.internal.segment.ManifestAudit;
import dev.cairn.internal.segment.OffsetRange;
import dev.cairn.internal.segment.Segment;
import dev.cairn.internal.segment.SegmentAudit;
import dev.cairn.internal.system.OpenEpoch;
import dev.cairn.internal.system.RecordRepair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads every segment once, from the oldest to the newest, and shows each record to the checks.
 *
 * <p>Threading: one instance for each verification; one thread.
 */
final class LogWalk {
    private static final int PROGRESS_RECORDS = 1 << 14;

    private final Scene scene;
    private final long through;
    private final LogFiles files;
    private final Findings findings;
    private final LostRecords lost;
    private final ManifestCheck manifests;
    private final List<Check> checks;
    private final LongSupplier witnessed;
    private final Progress progress;
    private final Event event = new Event();

    private long bytesDone;
    private long bytesTotal;
    private long records;
    private int segments;
    private int number;
    private long next;
    private int epoch;
    private int checksum;
    private long durable = -1;
    /** As {@link #durable}, with what the segments tell that are still to come; −1 until somebody had to know. */
    private long durableBehind = -1;

    private Path file;
    private int position;
    /** Set where a crash cut the log: what comes behind is set aside when the directory is opened. */
    private boolean cut;

    /**
     * @param through the last offset to look at, {@link Long#MAX_VALUE} for all
     * @param witnessed the last offset that files beside the log know to have been durable
     */
    LogWalk(
            Scene scene,
            long through,
            LogFiles files,
            Findings findings,
            LostRecords lost,
            List<Check> checks,
            LongSupplier witnessed,
            Progress progress) {
        this.witnessed = witnessed;
        this.scene = scene;
        this.through = through;
        this.files = files;
        this.findings = findings;
        this.lost = lost;
        this.manifests = new ManifestCheck(scene, findings);
        this.checks = checks;
        this.progress = progress;
        this.file = scene.directory().logDirectory();
    }

    /** Reads the log and says where it ends. */
    LogEnd walk() throws IOException {
        for (Item item : files.items()) {
            bytesTotal += size(item);
        }
        for (int i = 0; i < files.items().size() && next <= through; i++) {
            Item item = files.items().get(i);
            walk(i, item);
            bytesDone += size(item);
            progress.update("log", bytesDone, bytesTotal);
        }
        return new LogEnd(file, position, next - 1, epoch, checksum, known(), files.allSealed());
    }

    /** Beside a writer only what was durable when the reading began must be there. */
    private long known() {
        return scene.live() ? through : durable;
    }

    private static long size(Item item) throws IOException {
        NumberedFile segment = item.segment();
        return segment == null || !Files.exists(segment.path()) ? 0 : Files.size(segment.path());
    }

    private void walk(int index, Item item) throws IOException {
        if (item.number() <= number) {
            findings.add(
                    Severity.DAMAGE,
                    item.segment() != null ? item.segmentFile() : item.manifestFile(),
                    0,
                    "expected segment number " + (number + 1) + " or higher, was " + item.number() + " once more",
                    "the file, which belongs to no place in the log");
            return;
        }
        manifests.read(item, files.sealedBehind(index));
        if (item.number() > number + 1) {
            missingBefore(item);
        }
        number = item.number();
        durable = Math.max(
                durable, manifests.current() == null ? -1 : manifests.current().lastOffset());
        NumberedFile segment = item.segment();
        if (segment == null) {
            missing(item);
        } else {
            audit(index, item, segment);
        }
    }

    private void missingBefore(Item item) throws IOException {
        Missing missing = before(item);
        if (missing.end() < next) {
            return; // a repair left no number here, and no offset is missing
        }
        int last = item.number() - 1; // a repair makes one for all of them there
        Path expected = scene.directory().segmentFile(missing.epoch(), last).path();
        String what = "expected segment " + (number + 1) + (last == number + 1 ? "" : " to " + last) + ", was no file";
        lost.add(expected, 0, next, range(next, missing.end()), what);
    }

    /**
     * What is missing right before a segment.
     *
     * @param epoch of the last one
     * @param end the last offset that can have been used there, −1 for none, or where nobody knows
     */
    private record Missing(int epoch, long end) {}

    private Missing before(Item item) throws IOException {
        NumberedFile segment = item.segment();
        try {
            Segment behind =
                    segment == null ? null : SegmentAudit.listed(segment, scene.installation(), manifests.current());
            if (behind != null) {
                return new Missing(behind.epochOfMissingBefore(epoch), behind.lastOffsetBefore());
            }
        } catch (IOException | RuntimeException e) {
            // Reported when its turn comes, which is next.
        }
        ManifestAudit manifest = manifests.current();
        return new Missing(item.epoch(), manifest == null ? -1 : manifest.firstOffset() - 1);
    }

    /** A segment of which only the manifest is left. */
    private void missing(Item item) {
        ManifestAudit manifest = manifests.current();
        String what = "expected the segment of its manifest, was no file";
        if (manifest == null) {
            lost.add(item.segmentFile(), 0, next, List.of(), what);
        } else {
            long first = manifest.firstOffset();
            missingAll(item.segmentFile(), 0, first, range(first, manifest.lastOffset()), what);
        }
        // The records behind it tell of the gap.
    }

    /** Nothing of a segment can be read. */
    private void missingAll(Path segment, int position, long first, List<OffsetRange> all, String what) {
        ManifestAudit manifest = manifests.current();
        List<OffsetRange> gaps = manifest == null ? List.of() : manifest.lost();
        lost.addAll(segment, position, first, all, gaps, what);
    }

    private void audit(int index, Item item, NumberedFile segment) {
        segments++;
        try {
            SegmentAudit audit = SegmentAudit.open(segment, scene.installation(), manifests.current(), next);
            String other = audit.otherProblem();
            if (other != null) {
                List<OffsetRange> all = range(audit.firstOffset(), lastKnown(index, item));
                missingAll(segment.path(), audit.startPosition(), audit.firstOffset(), all, other);
                return;
            }
            manifests.checkHeader(segment, audit);
            read(index, item, segment, audit);
            durable = Math.max(durable, audit.highestDurable());
            manifests.compare(item, audit);
        } catch (IOException | RuntimeException e) {
            lost.add(
                    segment.path(),
                    0,
                    next,
                    List.of(),
                    "expected a segment that can be read, was " + DiskFailure.describe(e));
        }
    }

    private void read(int index, Item item, NumberedFile segment, SegmentAudit audit) throws IOException {
        long last = lastKnown(index, item);
        if (last != Long.MAX_VALUE) {
            if (last >= audit.firstOffset()) {
                audit.readThrough(last, frame -> show(segment.path(), frame));
            }
        } else if ((cut || (audit.firstOffset() > next && item.epoch() == epoch)) && durableFrom(index) < next) {
            setAside(segment, audit);
        } else {
            audit.readAll(() -> durableFrom(index), frame -> show(segment.path(), frame));
        }
        for (SegmentAudit.Hole hole : audit.holes()) {
            if (hole.lost().isEmpty()) {
                lost.unserved(segment.path(), hole.position(), hole.offset(), hole.what());
            } else {
                lost.add(segment.path(), hole.position(), hole.offset(), hole.lost(), hole.what());
            }
        }
        for (OffsetRange gap : audit.gaps()) {
            lost.repaired(segment.path(), gap);
        }
        if (audit.torn() != null) {
            torn(segment, audit.torn());
        }
        if (!cut && audit.lastOffset() >= next) {
            lost.ending(next, audit.lastOffset());
            missing(next, audit.lastOffset());
            next = audit.lastOffset() + 1;
        }
        if (audit.lastOffset() >= audit.firstOffset()) {
            file = segment.path();
            position = audit.endPosition();
        }
    }

    /** The last offset that a segment must hold, {@link Long#MAX_VALUE} where only its own bytes tell. */
    private long lastKnown(int index, Item item) throws IOException {
        ManifestAudit manifest = manifests.current();
        if (manifest != null) {
            return manifest.lastOffset();
        }
        boolean more = index + 1 < files.items().size();
        if (more && (scene.live() || files.sealedBehind(index))) {
            Item follower = files.items().get(index + 1);
            long first = firstOffset(follower);
            if (follower.epoch() == item.epoch() && first >= 0) {
                return Math.min(through, first - 1);
            }
        }
        return scene.live() ? through : Long.MAX_VALUE;
    }

    private long firstOffset(Item item) throws IOException {
        if (item.manifest() != null) {
            try {
                return ManifestAudit.read(item.manifest(), scene.installation()).firstOffset();
            } catch (IOException e) {
                // Reported when its turn comes; the segment may tell.
            }
        }
        return item.segment() == null ? -1 : SegmentAudit.firstOffset(item.segment());
    }

    /** Nothing of it can be kept, as the records before it are missing; what was durable the end of the log tells. */
    private void setAside(NumberedFile segment, SegmentAudit audit) throws IOException {
        audit.readAll(() -> -1, frame -> {});
        durable = Math.max(durable, audit.highestDurable());
        if (audit.highestOffset() >= 0) {
            findings.add(
                    Severity.NOTE,
                    segment.path(),
                    audit.startPosition(),
                    audit.firstOffset(),
                    "expected records from offset " + next + " on, was " + audit.firstOffset()
                            + ": those before never reached the disk",
                    "records that were never forced; the next opening sets the segment aside");
        }
        cut = true;
    }

    /**
     * The last offset known to have been durable, as the segments from {@code index} on say too: whether a hole is that of a power
     * cut must be known when it is met.
     */
    private long durableFrom(int index) {
        if (durableBehind < 0) {
            durableBehind = witnessed.getAsLong();
            for (Item item : files.items().subList(index, files.items().size())) {
                NumberedFile segment = item.segment();
                try {
                    long stated = segment == null ? -1 : SegmentAudit.highestDurable(segment, scene.installation());
                    durableBehind = Math.max(durableBehind, stated);
                } catch (IOException | RuntimeException e) {
                    // Said of it when its turn comes.
                }
            }
        }
        return Math.max(durable, durableBehind);
    }

    private void torn(NumberedFile segment, SegmentAudit.Hole torn) {
        findings.add(
                Severity.NOTE,
                segment.path(),
                torn.position(),
                torn.offset(),
                "a torn tail: " + torn.what(),
                "records that were never forced; the next opening cuts them off");
        cut = true;
    }

    private void show(Path segment, FrameView frame) {
        if (frame.offset() > through) {
            return;
        }
        frame.copyTo(event);
        Place place = new Place(segment, frame.position(), frame.checksum());
        if (event.offset != next) {
            jump(place);
        }
        for (Check check : checks) {
            show(check, place);
        }
        lost.recorded(RecordRepair.lost(event));
        next = event.offset + 1;
        epoch = event.epoch;
        checksum = place.checksum();
        if ((++records & (PROGRESS_RECORDS - 1)) == 0) {
            progress.update("log", bytesDone + frame.position(), bytesTotal);
        }
    }

    private void show(Check check, Place place) {
        try {
            check.record(place, event);
        } catch (RuntimeException e) {
            findings.add(
                    Severity.DAMAGE,
                    place.file(),
                    place.position(),
                    event.offset,
                    "expected a record that can be understood, was " + e.getMessage(),
                    "offset " + event.offset);
        }
    }

    /** The record is not the one behind the last: rightly so where an epoch begins, or else records are missing. */
    private void jump(Place place) {
        @Nullable OpenEpoch opened = event.epoch > epoch ? OpenEpoch.of(event) : null;
        if (opened != null && event.offset > next && opened.previousEnd() == next - 1) {
            return;
        }
        lost.jump(place, next, event.offset);
        if (event.offset > next) {
            missing(next, event.offset - 1);
        }
    }

    private void missing(long first, long last) {
        for (Check check : checks) {
            check.missing(first, last);
        }
    }

    private static List<OffsetRange> range(long first, long last) {
        return first >= 0 && last >= first && last != Long.MAX_VALUE
                ? List.of(new OffsetRange(first, last))
                : List.of();
    }

    long records() {
        return records;
    }

    int segments() {
        return segments;
    }
}
