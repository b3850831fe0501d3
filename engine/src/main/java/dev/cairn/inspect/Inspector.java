package dev.cairn.inspect;

import dev.cairn.DamagedLogException;
import dev.cairn.inspect.Inspection.Checkpoint;
import dev.cairn.inspect.Inspection.Epoch;
import dev.cairn.inspect.Inspection.Pin;
import dev.cairn.inspect.Inspection.Problem;
import dev.cairn.inspect.Inspection.Projection;
import dev.cairn.inspect.Inspection.Range;
import dev.cairn.inspect.Inspection.SegmentFile;
import dev.cairn.inspect.Inspection.Writer;
import dev.cairn.internal.assembly.CheckpointFile;
import dev.cairn.internal.assembly.LogOpening;
import dev.cairn.internal.checkpoint.CheckpointHeader;
import dev.cairn.internal.checkpoint.StateCheckpoint;
import dev.cairn.internal.disk.DiskFailure;
import dev.cairn.internal.projection.ProjectionAudit;
import dev.cairn.internal.projection.ProjectionAudit.UnreadableException;
import dev.cairn.internal.segment.Control;
import dev.cairn.internal.segment.DirectoryLock;
import dev.cairn.internal.segment.Identity;
import dev.cairn.internal.segment.LogCursor;
import dev.cairn.internal.segment.LogDirectory;
import dev.cairn.internal.segment.ReadOnlyLog;
import dev.cairn.internal.segment.Segment;
import dev.cairn.internal.segment.SegmentScan;
import dev.cairn.internal.segment.SegmentScan.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Gathers an {@link Inspection}.
 *
 * <p>Threading: one thread, once.
 */
final class Inspector {
    private final ReadOnlyLog log;
    private final LogDirectory directory;
    private final long through;
    private final List<Problem> problems = new ArrayList<>();

    Inspector(ReadOnlyLog log) {
        this.log = log;
        this.directory = log.directory();
        this.through = log.through();
    }

    Inspection inspect() throws IOException {
        boolean live = log.isLive();
        @Nullable Control control = log.control();
        List<SegmentFile> segments = new ArrayList<>();
        for (Segment segment : log.catalog().segments()) {
            segments.add(describe(segment));
        }
        @Nullable Checkpoint checkpoint = checkpoint();
        @Nullable Projection projection = projection(control);
        log.catalog()
                .problems()
                .forEach(problem -> problems.add(
                        new Problem(relative(problem.file()), problem.position(), problem.offset(), problem.what())));
        if (!live) {
            log.scans().forEach(this::addEnd);
        }
        long end = through + 1;
        return new Inspection(
                directory.root(),
                log.identity().installation(),
                Identity.FORMAT,
                time(log.identity().createdAt()),
                live ? new Writer(DirectoryLock.holder(directory)) : null,
                Math.max(0, log.catalog().startOffset()),
                live && control != null ? Math.max(end, control.endOffset()) : end,
                through,
                epochs(segments),
                log.catalog().lostRanges().stream()
                        .map(range -> new Range(range.first(), range.last()))
                        .toList(),
                segments,
                checkpoint,
                projection,
                pins(checkpoint, projection),
                problems);
    }

    private SegmentFile describe(Segment segment) throws IOException {
        long last = Math.min(segment.lastOffset(), through);
        long bytes = segment.frameBytes();
        long firstAt = segment.firstAt();
        if (!segment.isSealed()) {
            Walk walk = walk(segment.firstOffset(), last);
            bytes = walk.bytes;
            firstAt = walk.firstAt;
            last = walk.last;
        }
        return new SegmentFile(
                segment.number(),
                segment.epoch(),
                relative(segment.file()),
                new Range(segment.firstOffset(), last),
                bytes,
                Files.exists(segment.file()) ? Files.size(segment.file()) : 0,
                last < segment.firstOffset() ? null : time(firstAt),
                segment.isSealed());
    }

    /** What the records from one offset to another add up to. */
    private static final class Walk {
        private long bytes;
        private long firstAt;
        private long last;
    }

    private Walk walk(long first, long last) {
        Walk walk = new Walk();
        walk.last = first - 1;
        LogCursor cursor = log.cursor();
        cursor.seek(first);
        try {
            while (cursor.next(last)) {
                walk.firstAt = walk.bytes == 0 ? cursor.frame().at() : walk.firstAt;
                walk.bytes += cursor.frame().length();
                walk.last = cursor.frame().offset();
            }
        } catch (DamagedLogException e) {
            problems.add(new Problem(relative(e.file()), e.position(), e.offset(), e.what()));
        }
        return walk;
    }

    private static List<Epoch> epochs(List<SegmentFile> segments) {
        Map<Integer, Range> ranges = new TreeMap<>();
        for (SegmentFile segment : segments) {
            if (segment.offsets().last() >= segment.offsets().first()) {
                ranges.merge(
                        segment.epoch(), segment.offsets(), (before, more) -> new Range(before.first(), more.last()));
            }
        }
        List<Epoch> epochs = new ArrayList<>();
        ranges.forEach((epoch, range) -> epochs.add(new Epoch(epoch, range)));
        return epochs;
    }

    private void addEnd(SegmentScan scan) {
        Path file = relative(scan.file());
        if (scan.verdict() instanceof Verdict.Torn torn) {
            problems.add(new Problem(file, torn.position(), scan.lastOffset() + 1, "a torn tail: " + torn.why()));
        } else if (scan.verdict() instanceof Verdict.Damaged damaged) {
            problems.add(new Problem(file, damaged.position(), damaged.offset(), damaged.why()));
        }
    }

    private @Nullable Checkpoint checkpoint() throws IOException {
        Path file = CheckpointFile.path(directory);
        if (!Files.exists(file)) {
            return null;
        }
        try {
            CheckpointHeader header = StateCheckpoint.describe(file);
            return new Checkpoint(relative(file), header.position().offset(), header.stateEntries(), Files.size(file));
        } catch (IOException e) {
            problems.add(new Problem(relative(file), 0, -1, DiskFailure.describe(e)));
            return null;
        }
    }

    /** How far it is: beside a writer as that tells, as asking SQLite itself could leave files behind. */
    private @Nullable Projection projection(@Nullable Control control) throws IOException {
        Path file = ProjectionAudit.file(directory.root());
        if (!Files.exists(file)) {
            return null;
        }
        long told = !log.isLive() ? stored(file) : control == null ? -1 : control.projectionOffset();
        long offset = Math.min(told, through);
        return new Projection(relative(file), offset, through - offset, Files.size(file));
    }

    /** What the database itself says: the last that a writer told of it need not be the last that it wrote. */
    private long stored(Path file) throws IOException {
        try (ProjectionAudit audit =
                ProjectionAudit.open(directory.root(), LogOpening.kinds().all(), false)) {
            return audit.hasPosition() ? audit.offset() : -1;
        } catch (UnreadableException e) {
            problems.add(
                    new Problem(relative(file), 0, -1, "expected a database that can be read, was " + e.getMessage()));
            return -1;
        }
    }

    private static List<Pin> pins(@Nullable Checkpoint checkpoint, @Nullable Projection projection) {
        List<Pin> pins = new ArrayList<>();
        if (checkpoint != null) {
            pins.add(new Pin("checkpoint", checkpoint.offset()));
        }
        if (projection != null) {
            pins.add(new Pin("projection", projection.offset()));
        }
        return pins;
    }

    private Path relative(Path file) {
        Path root = directory.root().toAbsolutePath();
        Path absolute = file.toAbsolutePath();
        return absolute.startsWith(root) ? root.relativize(absolute) : file;
    }

    private static Instant time(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }
}
