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
import dev.cairn.internal.recovery.Scrub;
import dev.cairn.internal.segment.ReadOnlyLog;
import dev.cairn.internal.segment.SegmentCatalog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/**
 * Opens a directory for reading, beside a running writer or at rest. Writes nothing into it.
 *
 * <p>Threading: the opening thread.
 */
final class ReadOnlyOpening {
    private ReadOnlyOpening() {}

    static Cairn open(Path root, CairnOptions options) {
        Owned owned = new Owned();
        try {
            ReadOnlyLog log = ReadOnlyLog.open(root);
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

    private static Cairn open(ReadOnlyLog readOnly, CairnOptions options, Owned owned) throws IOException {
        DataDirectory.requireExpected(readOnly.directory(), readOnly.identity(), options.identity());
        long through = readOnly.through();
        RecoveredState state = RecoveredState.recover(
                readOnly.directory(), readOnly.identity(), options, readOnly.catalog(), through, owned);
        OpenLog log = state.log();
        PassedOver.tell(log, state.replayer().holes(), readOnly.isLive());
        AppendSignal signal = new AppendSignal();
        StateFollower follower =
                new StateFollower(state.replayer(), readOnly.catalog(), readOnly::through, signal, through);
        state.end(follower::position);
        ReaderEnds ends = new ReaderEnds(follower, signal, readOnly);
        ProjectionSide projection = ProjectionSides.openForReading(log, ends, readOnly.isLive(), owned);
        owned.add(follower);
        ReadOnlySide writes = new ReadOnlySide(follower, ends.epoch(), projection, log.losses(), owned);
        follower.start();
        if (options.scrub()) {
            owned.add(new Scrub(log.directory().root(), readOnly.catalog().segments(), log.losses()))
                    .start();
        }
        return new CairnEngine(
                log, ends, writes, projection, signal::await, new RefusalMemory(), RecentRecords.none(), writes);
    }
}
