package dev.cairn.internal.assembly;

import dev.cairn.Cairn;
import dev.cairn.CairnOptions;
import dev.cairn.DamagedLogException;
import dev.cairn.DataDirectoryException;
import dev.cairn.DataDirectoryException.Reason;
import dev.cairn.internal.commit.AppendSignal;
import dev.cairn.internal.commit.RefusalMemory;
import dev.cairn.internal.disk.DiskFailure;
import dev.cairn.internal.read.RecentRecords;
import dev.cairn.internal.recovery.Damages;
import dev.cairn.internal.recovery.Evidence;
import dev.cairn.internal.recovery.Scrub;
import dev.cairn.internal.segment.OffsetRange;
import dev.cairn.internal.segment.ReadOnlyLog;
import dev.cairn.internal.segment.Segment;
import dev.cairn.internal.segment.SegmentCatalog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens a directory for reading, beside a running writer or at rest. Writes nothing into it.
 *
 * <p>Threading: the opening thread.
 */
final class ReadOnlyOpening {
    private static final Logger LOG = LoggerFactory.getLogger(ReadOnlyOpening.class);

    private ReadOnlyOpening() {}

    static Cairn open(Path root, CairnOptions options) {
        Owned owned = new Owned();
        try {
            ReadOnlyLog log = DirectoryEvidence.openForReading(root);
            requireReadable(log);
            return open(log, options, owned);
        } catch (IOException | UncheckedIOException e) {
            owned.close();
            throw new DataDirectoryException(
                    root, Reason.INACCESSIBLE, "cannot be read: " + DiskFailure.describe(e), e);
        } catch (RuntimeException | Error e) {
            owned.close();
            throw e;
        }
    }

    /** A log of which nothing can be read is not an empty one. */
    private static void requireReadable(ReadOnlyLog log) {
        if (log.catalog().segments().isEmpty()) {
            for (SegmentCatalog.Problem problem : log.catalog().problems()) {
                throw new DamagedLogException(problem.file(), problem.position(), problem.offset(), problem.what());
            }
        }
    }

    /** Segments of which no byte changes any more: a writer cuts off what it seals. */
    private static List<Segment> unchanging(ReadOnlyLog readOnly) {
        List<Segment> segments = readOnly.catalog().segments();
        return readOnly.isLive() ? segments.stream().filter(Segment::isSealed).toList() : segments;
    }

    /** Nothing may be missing, and nobody would know. */
    private static void tellOfUnknownEnd(ReadOnlyLog readOnly, OpenLog log, long through) throws IOException {
        Segment last = log.catalog().last();
        if (readOnly.isLive() || last == null || !evidence(readOnly).isEndUnknown(through, last.epoch())) {
            return;
        }
        String what = "no watermark of the last opening is left: nothing tells whether durable records followed offset "
                + through;
        LOG.warn("{}: {}", log.directory().root(), what);
        log.losses().state(List.of(), Set.of(), what);
    }

    private static Evidence evidence(ReadOnlyLog readOnly) throws IOException {
        return DirectoryEvidence.withoutProjection(
                readOnly.directory(), readOnly.identity().installation());
    }

    /** What the state has from its checkpoint, and the log has lost. */
    private static void tellOfMissingEnd(ReadOnlyLog readOnly, OpenLog log) {
        OffsetRange missing = readOnly.missingEnd();
        if (missing == null) {
            return;
        }
        Damages damages = new Damages(log.directory().root());
        String what = "expected durable records up to offset " + missing.last() + ", was the end of the log";
        damages.add(log.directory().logDirectory(), 0, missing.first(), what);
        LOG.warn("{}: {} at offset {}", log.directory().root(), what, missing.first() - 1);
        log.losses().state(List.of(missing), Set.of(), damages.describe());
    }

    private static Cairn open(ReadOnlyLog readOnly, CairnOptions options, Owned owned) throws IOException {
        DataDirectory.requireExpected(readOnly.directory(), readOnly.identity(), options.identity());
        long through = readOnly.through();
        RecoveredState state = RecoveredState.recover(
                readOnly.directory(), readOnly.identity(), options, readOnly.catalog(), through, owned);
        OpenLog log = state.log();
        PassedOver.tell(log, state.replayer().holes(), readOnly.isLive());
        List<OffsetRange> unrecorded =
                PassedOver.tellUnrecorded(log, state.replayer().holes(), readOnly.isLive());
        PassedOver.tellCutOff(log);
        PassedOver.tellUnchained(log);
        tellOfMissingEnd(readOnly, log);
        tellOfUnknownEnd(readOnly, log, through);
        AppendSignal signal = new AppendSignal();
        StateFollower follower =
                new StateFollower(state.replayer(), readOnly.catalog(), readOnly::through, signal, through);
        state.end(follower::position);
        ReaderEnds ends = new ReaderEnds(follower, signal, readOnly);
        ProjectionSide projection = ProjectionSides.openForReading(log, ends, owned);
        owned.add(follower);
        ReadOnlySide writes = new ReadOnlySide(follower, ends.epoch(), projection, log.losses(), owned);
        follower.start();
        if (options.scrub()) {
            owned.add(new Scrub(log.directory().root(), unchanging(readOnly), unrecorded, log.losses()))
                    .start();
        }
        return new CairnEngine(
                log, ends, writes, projection, signal::await, new RefusalMemory(), RecentRecords.none(), writes);
    }
}
