package dev.cairn.internal.assembly;

import dev.cairn.Cairn;
import dev.cairn.CairnException;
import dev.cairn.CairnOptions;
import dev.cairn.DamagedLogException;
import dev.cairn.DataDirectoryException;
import dev.cairn.DataDirectoryException.Reason;
import dev.cairn.OutOfSpaceException;
import dev.cairn.internal.commit.AppendSignal;
import dev.cairn.internal.commit.Backpressure;
import dev.cairn.internal.commit.CommitCounters;
import dev.cairn.internal.commit.CommitGate;
import dev.cairn.internal.commit.Committer;
import dev.cairn.internal.commit.GroupCommit;
import dev.cairn.internal.commit.RefusalMemory;
import dev.cairn.internal.commit.Transaction;
import dev.cairn.internal.disk.Disk;
import dev.cairn.internal.disk.DiskFailure;
import dev.cairn.internal.projection.SqliteProjection;
import dev.cairn.internal.read.Hole;
import dev.cairn.internal.read.RecentRecords;
import dev.cairn.internal.recovery.Evidence;
import dev.cairn.internal.recovery.RecoveryExecution;
import dev.cairn.internal.recovery.RecoveryPlan;
import dev.cairn.internal.recovery.RecoveryPlanner;
import dev.cairn.internal.recovery.RepairJournal;
import dev.cairn.internal.recovery.Scrub;
import dev.cairn.internal.segment.CleanMarker;
import dev.cairn.internal.segment.Control;
import dev.cairn.internal.segment.DirectoryLock;
import dev.cairn.internal.segment.Identity;
import dev.cairn.internal.segment.LogDirectory;
import dev.cairn.internal.segment.OffsetRange;
import dev.cairn.internal.segment.Reserve;
import dev.cairn.internal.segment.SegmentCatalog;
import dev.cairn.internal.segment.SegmentOptions;
import dev.cairn.internal.segment.SegmentWriter;
import dev.cairn.internal.segment.Watermark;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens a directory for writing: lock, identity, recovery, state, and only then the commit path and the followers.
 *
 * <p>Threading: one instance for each opening, on the opening thread.
 */
final class WriterOpening {
    private static final Logger LOG = LoggerFactory.getLogger(WriterOpening.class);

    private final LogDirectory directory;
    private final CairnOptions options;
    private final Owned owned = new Owned();

    private WriterOpening(LogDirectory directory, CairnOptions options) {
        this.directory = directory;
        this.options = options;
    }

    static Cairn open(Path root, CairnOptions options) {
        try {
            return openOnce(root, options);
        } catch (OutOfSpaceException e) {
            if (!Reserve.release(new LogDirectory(root))) {
                throw e;
            }
            LOG.warn("{}; the reserve is given back, and it is tried once more", e.getMessage());
            return openOnce(root, options);
        }
    }

    private static Cairn openOnce(Path root, CairnOptions options) {
        WriterOpening opening = new WriterOpening(DataDirectory.prepare(root, options), options);
        try {
            return opening.open();
        } catch (IOException e) {
            opening.owned.close();
            throw refusal(root, e);
        } catch (UncheckedIOException e) {
            opening.owned.close();
            throw refusal(root, Objects.requireNonNull(e.getCause()));
        } catch (RuntimeException | Error e) {
            opening.owned.close();
            throw e;
        }
    }

    private static CairnException refusal(Path root, IOException e) {
        return Disk.isFull(e)
                ? new OutOfSpaceException(root + ": expected room to open it for writing, was " + e.getMessage())
                : new DataDirectoryException(
                        root, Reason.INACCESSIBLE, "cannot be opened: " + DiskFailure.describe(e), e);
    }

    private Cairn open() throws IOException {
        DirectoryLock lock = owned.add(DirectoryLock.acquire(directory));
        Identity identity = DataDirectory.identity(directory, options);
        lock.state(identity.installation());
        LogRepair.acceptAndDo(directory, identity, options);
        SegmentCatalog catalog = SegmentCatalog.load(directory, identity.installation());
        ForeignLog.refuse(directory, identity.installation(), catalog);
        RepairJournal.requireReadable(directory, identity.installation());
        RecoveryPlan plan = recover(identity, catalog);
        OwnFiles.freeNames(directory);
        RepairJournal repaired = RepairJournal.pending(directory, identity.installation());
        if (repaired != null) {
            SqliteProjection.delete(directory.root()); // it may have been made while damage hid what was saved since
        }
        RecoveredState state = RecoveredState.recover(directory, identity, options, catalog, plan.lastOffset(), owned);
        refuseUnrecorded(identity, state, repaired);
        return start(identity, plan, state, repaired);
    }

    private RecoveryPlan recover(Identity identity, SegmentCatalog catalog) throws IOException {
        RecoveryPlan plan = plan(identity, catalog);
        if (plan.clean() && plan.damages().isEmpty()) {
            LOG.debug("{}: {}", directory.root(), plan.summary());
        } else {
            LOG.warn("{}: {}", directory.root(), plan.summary());
        }
        new RecoveryExecution(directory, catalog).execute(plan);
        return plan;
    }

    private RecoveryPlan plan(Identity identity, SegmentCatalog catalog) throws IOException {
        Evidence evidence = DirectoryEvidence.of(directory, identity.installation());
        try {
            RecoveryPlan plan = new RecoveryPlanner(directory, identity.installation(), catalog, evidence)
                    .plan(options.unforcedRecordsMax());
            refuseUnknownEnd(plan);
            return plan;
        } catch (DamagedLogException e) {
            throw LogRepair.explained(directory, identity, e);
        }
    }

    /** Each opening writes a watermark before it writes a record: where there is none, part of the directory is gone. */
    private void refuseUnknownEnd(RecoveryPlan plan) {
        if (plan.endUnknown()) {
            throw new DamagedLogException(
                    directory.watermarkFile(),
                    0,
                    plan.lastOffset() + 1,
                    "expected the watermark of the last opening, or the mark of a clean close, was neither: nothing tells whether"
                            + " durable records followed offset " + plan.lastOffset());
        }
    }

    /** Who lost records in gaps would go on as if nothing had happened, unless an account is written that names them. */
    private void refuseUnrecorded(Identity identity, RecoveredState state, @Nullable RepairJournal repaired)
            throws IOException {
        List<OffsetRange> known = repaired == null ? List.of() : repaired.lost();
        for (Hole hole : UnrecordedLosses.in(state.log(), state.replayer().holes())) {
            if (!OffsetRange.minus(List.of(hole.offsets()), known).isEmpty()) {
                throw LogRepair.explained(directory, identity, hole.why());
            }
        }
    }

    private Cairn start(Identity identity, RecoveryPlan plan, RecoveredState state, @Nullable RepairJournal repaired)
            throws IOException {
        OpenLog log = state.log();
        PassedOver.tell(log, state.replayer().holes(), false);
        PassedOver.tellCutOff(log);
        PassedOver.tellUnchained(log);
        int epoch = plan.epoch();
        Watermark watermark = owned.add(Watermark.open(directory, identity.installation(), plan.unforcedRecordsMax()));
        watermark.write(epoch, plan.lastOffset(), 0, 0);
        Control control = Control.create(directory, identity.installation(), epoch, System.nanoTime());
        control.durableOffset(plan.lastOffset());
        control.endOffset(plan.nextOffset());

        SegmentOptions segmentOptions = segmentOptions();
        SegmentWriter writer = SegmentWriter.open(
                directory,
                epoch,
                plan.nextOffset(),
                segmentOptions,
                log.catalog(),
                () -> options.clock().millis() * 1_000);
        owned.add(writer); // for an opening that fails from here on; a writer that closed does nothing more
        RecentRecords recent = RecentRecords.of(options.recentRecordsMax(), options.recentBytesMax());
        SegmentLog segments =
                new SegmentLog(writer, segmentOptions.documentBytesMax(), () -> CleanMarker.remove(directory), recent);
        AppendSignal signal = new AppendSignal();
        CommitCounters counters = new CommitCounters();
        RefusalMemory refusals = new RefusalMemory();
        Transaction transaction = new Transaction(
                log.registry().kinds,
                log.currentState(),
                log.operationsForCommit(),
                segments,
                options.clock(),
                state.lastAt(),
                counters,
                signal,
                refusals,
                epoch,
                plan.nextOffset(),
                options.imageInterval());

        CommitGate gate = new CommitGate();
        DurableMarks marks = new DurableMarks(control, watermark, epoch, plan.lastOffset(), gate::stop);
        GroupCommit groupCommit = new GroupCommit(
                () -> gate.locked(segments::takeTarget), marks, options.forceIntervalMillis(), plan.lastOffset());
        state.end(groupCommit::appendedOffset);
        WriterEnds ends = new WriterEnds(groupCommit, signal, plan.nextOffset());
        ProjectionSide projection = ProjectionSides.open(log, ends, control, owned);
        Backpressure backpressure = new Backpressure(
                groupCommit,
                options.unforcedRecordsMax(),
                options.unforcedBytesMax(),
                projection::lag,
                options.projectionLagMax());
        ExecutorService completions = Executors.newSingleThreadExecutor(work -> {
            Thread thread = new Thread(work, "cairn-completions");
            thread.setDaemon(true);
            return thread;
        });
        Committer committer = new Committer(
                gate,
                transaction,
                groupCommit,
                backpressure,
                log.registry().kinds,
                completions,
                options.ack(),
                new Committer.EpochStart(epoch, plan.nextOffset(), plan.lastOffset()));

        WriterClosing closing =
                new WriterClosing(state, plan, writer, groupCommit, marks, control, projection, completions, owned);
        WriterSide writes = new WriterSide(
                log,
                gate,
                committer,
                groupCommit,
                backpressure,
                counters,
                epoch,
                state.replayed(),
                projection,
                writer::backgroundFailure,
                closing::run);
        owned.add(groupCommit); // for an opening that fails from here on, as the writer above
        owned.add(completions::shutdown);
        groupCommit.start();
        if (repaired != null) {
            new RepairRecord(log, repaired, writes).write();
        }
        control.openState();
        Reserve.make(directory);
        if (options.scrub()) {
            owned.add(new Scrub(log.directory().root(), log.catalog().segments(), List.of(), log.losses()))
                    .start();
        }
        return new CairnEngine(log, ends, writes, projection, signal::await, refusals, recent, writes);
    }

    private SegmentOptions segmentOptions() {
        return SegmentOptions.ofSegmentBytes(options.segmentBytesMax())
                .withSegmentAgeMax(options.segmentAgeMax())
                .withSegmentRecordsMax(options.segmentRecordsMax());
    }
}
