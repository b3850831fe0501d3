package dev.cairn.internal.assembly;

import dev.cairn.NotReadyException;
import dev.cairn.internal.checkpoint.CheckpointPosition;
import dev.cairn.internal.checkpoint.StateCheckpoint;
import dev.cairn.internal.commit.GroupCommit;
import dev.cairn.internal.disk.Disk;
import dev.cairn.internal.disk.DiskFailure;
import dev.cairn.internal.recovery.RecoveryPlan;
import dev.cairn.internal.segment.CleanMarker;
import dev.cairn.internal.segment.Control;
import dev.cairn.internal.segment.LogCursor;
import dev.cairn.internal.segment.SegmentWriter;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes a writing engine: forces, leaves what a fast open needs, seals, and says that all was in order. Does less after a
 * failure: then the next opening recovers.
 *
 * <p>Threading: the closing thread, after the engine takes no more commands.
 */
final class WriterClosing {
    private static final Logger LOG = LoggerFactory.getLogger(WriterClosing.class);

    private static final Duration FORCE_WAIT = Duration.ofMinutes(1);
    /** What is not projected by then is projected after the next opening. */
    private static final Duration PROJECTION_WAIT = Duration.ofSeconds(2);

    private final RecoveredState state;
    private final RecoveryPlan plan;
    private final SegmentWriter writer;
    private final GroupCommit groupCommit;
    private final DurableMarks marks;
    private final Control control;
    private final ProjectionSide projection;
    private final ExecutorService completions;
    private final Owned owned;

    WriterClosing(
            RecoveredState state,
            RecoveryPlan plan,
            SegmentWriter writer,
            GroupCommit groupCommit,
            DurableMarks marks,
            Control control,
            ProjectionSide projection,
            ExecutorService completions,
            Owned owned) {
        this.state = state;
        this.plan = plan;
        this.writer = writer;
        this.groupCommit = groupCommit;
        this.marks = marks;
        this.control = control;
        this.projection = projection;
        this.completions = completions;
        this.owned = owned;
    }

    void run() {
        if (forceAll()) {
            projection.awaitOffset(groupCommit.durableOffset(), PROJECTION_WAIT);
        }
        projection.close();
        boolean failed = groupCommit.failure() != null;
        groupCommit.close();
        failed |= groupCommit.unforcedRecords() > 0;
        completions.shutdown();
        try {
            if (failed) {
                writer.abandon();
            } else {
                closeInOrder();
            }
        } catch (IOException | RuntimeException e) {
            LOG.warn("{}: expected a clean close, was {}; the next opening recovers", root(), DiskFailure.describe(e));
            LOG.debug("{}: expected a clean close", root(), e);
            abandonWriter();
        } finally {
            owned.close();
        }
    }

    private void abandonWriter() {
        try {
            writer.abandon();
        } catch (IOException | RuntimeException e) {
            LOG.debug("{}: expected the log to close, was {}", root(), e.toString(), e);
        }
    }

    private boolean forceAll() {
        try {
            return groupCommit.await(groupCommit.appendedOffset(), System.nanoTime() + FORCE_WAIT.toNanos());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (NotReadyException e) {
            return false;
        }
    }

    private void closeInOrder() throws IOException {
        marks.writeMark();
        LastFrame last = lastFrame();
        // A state that was folded over damage is not what a repair may find: it must not be kept.
        boolean exact = state.replayer().damages() == 0;
        if (exact && last.offset() >= 0 && state.checkpointOffset() != last.offset()) {
            tryCheckpoint(last);
        }
        writer.close();
        UUID installation = state.log().identity().installation();
        long end = Math.max(last.offset() + 1, plan.nextOffset());
        new CleanMarker(last.epoch(), end, last.checksum(), last.offset())
                .write(state.log().directory(), installation);
        control.closedState();
    }

    /** Without a checkpoint the next opening replays, which is slower but no less right. */
    private void tryCheckpoint(LastFrame last) {
        try {
            writeCheckpoint(last);
        } catch (IOException e) {
            LOG.warn(
                    "{}: expected to write a checkpoint, was {}; the next opening replays",
                    root(),
                    DiskFailure.describe(e));
        }
    }

    private void writeCheckpoint(LastFrame last) throws IOException {
        Disk.createDirectories(Objects.requireNonNull(
                CheckpointFile.path(state.log().directory()).getParent()));
        StateCheckpoint.write(
                CheckpointFile.path(state.log().directory()),
                new CheckpointPosition(
                        state.log().identity().installation(), last.epoch(), last.offset(), last.checksum()),
                state.log().store(),
                state.log().operations());
    }

    /** The last record of the log. */
    private record LastFrame(long offset, int epoch, int checksum) {}

    private LastFrame lastFrame() {
        long offset = groupCommit.appendedOffset();
        LogCursor cursor = new LogCursor(state.log().catalog());
        if (offset < 0 || !cursor.read(offset, offset)) {
            return new LastFrame(-1, 0, 0);
        }
        return new LastFrame(offset, cursor.frame().epoch(), cursor.frame().checksum());
    }

    private Object root() {
        return state.log().directory().root();
    }
}
