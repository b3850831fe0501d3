package dev.cairn.internal.assembly;

import dev.cairn.CairnOptions;
import dev.cairn.DamagedLogException;
import dev.cairn.NotReadyException;
import dev.cairn.internal.checkpoint.CheckpointLoad;
import dev.cairn.internal.checkpoint.StateCheckpoint;
import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.kind.Entity;
import dev.cairn.internal.kind.Kind;
import dev.cairn.internal.read.EntityReader;
import dev.cairn.internal.read.KnownLosses;
import dev.cairn.internal.read.LostChains;
import dev.cairn.internal.recovery.RepairJournal;
import dev.cairn.internal.recovery.Replayer;
import dev.cairn.internal.segment.Identity;
import dev.cairn.internal.segment.LogCursor;
import dev.cairn.internal.segment.LogDirectory;
import dev.cairn.internal.segment.SegmentCatalog;
import dev.cairn.internal.state.OperationMemory;
import dev.cairn.internal.state.StateStore;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The state at the end of the log: the newest checkpoint that fits, and the records after it.
 *
 * <p>Threading: the opening thread.
 */
final class RecoveredState {
    private static final Logger LOG = LoggerFactory.getLogger(RecoveredState.class);

    private static final int NAMED_MAX = 10;

    private final OpenLog log;
    private final Replayer replayer;
    private final MovingEnd end;
    private final long checkpointOffset;
    private final long lastAt;

    /** The last offset that readers may read: fixed while opening, the engine's own afterwards. */
    private static final class MovingEnd implements LongSupplier {
        private volatile LongSupplier current;

        MovingEnd(long fixed) {
            current = () -> fixed;
        }

        @Override
        public long getAsLong() {
            return current.getAsLong();
        }
    }

    private RecoveredState(OpenLog log, Replayer replayer, MovingEnd end, long checkpointOffset, long lastAt) {
        this.log = log;
        this.replayer = replayer;
        this.end = end;
        this.checkpointOffset = checkpointOffset;
        this.lastAt = lastAt;
    }

    /** Recovers the state up to {@code lastOffset}; what it opens is added to {@code owned}. */
    static RecoveredState recover(
            LogDirectory directory,
            Identity identity,
            CairnOptions options,
            SegmentCatalog catalog,
            long lastOffset,
            Owned owned) {
        MovingEnd end = new MovingEnd(lastOffset);
        Registry registry = new Registry(options);
        KnownLosses losses = new KnownLosses();
        List<ByteSlab> indexedKeys = new ArrayList<>();
        CheckpointLoad.Loaded loaded =
                loadCheckpoint(directory, identity, options, catalog, lastOffset, losses, key -> {
                    if (registry.kinds.byId((byte) key.byteAt(0)).indexed()) {
                        indexedKeys.add(ByteSlab.copyOf(key.toByteArray()));
                    }
                });
        long seed = StateStore.seedOf(identity.installation());
        StateStore store = owned.add(loaded != null ? loaded.state() : new StateStore(seed, valueBytesMax(options)));
        OperationMemory operations =
                owned.add(loaded != null ? loaded.operations() : new OperationMemory(seed, options.operationsMin()));
        List<ByteSlab> lostHeads = loaded == null ? List.of() : lostHeads(directory, catalog, loaded, lastOffset);
        LostChains chains = new LostChains(catalog, end, lostHeads);
        OpenLog log =
                new OpenLog(directory, identity, options, registry, catalog, store, operations, end, chains, losses);
        if (loaded != null) {
            restoreIndexes(log, indexedKeys);
        }
        long checkpoint = loaded == null ? -1 : loaded.header().position().offset();
        Replayer replayer =
                new Replayer(registry.kinds, log.currentState(), log.operationsForCommit(), log::sharedState);
        LogCursor cursor = new LogCursor(catalog);
        replayer.replay(cursor, checkpoint + 1, lastOffset, options.progress());
        return new RecoveredState(log, replayer, end, checkpoint, lastAt(catalog, cursor, lastOffset));
    }

    /**
     * The entities that the checkpoint knows by reference to a record that a repair gave up since. A checkpoint that was made
     * behind the repair knows of none, and is not asked: at the end of the log it is the usual one.
     */
    private static List<ByteSlab> lostHeads(
            LogDirectory directory, SegmentCatalog catalog, CheckpointLoad.Loaded loaded, long lastOffset) {
        List<ByteSlab> lost = new ArrayList<>();
        boolean behindRepair =
                loaded.header().position().offset() == lastOffset && !Files.exists(RepairJournal.doneFile(directory));
        if (behindRepair
                || catalog.segments().stream()
                        .allMatch(segment -> segment.lost().isEmpty())) {
            return lost;
        }
        Entity entity = new Entity();
        loaded.state().forEach((key, value) -> {
            entity.value().set(value);
            long head = entity.head();
            if (entity.byReference() && head >= catalog.startOffset() && catalog.resumeFrom(head) != head) {
                lost.add(ByteSlab.copyOf(key.toByteArray()));
            }
        });
        return lost;
    }

    private static int valueBytesMax(CairnOptions options) {
        return Entity.HEADER_BYTES + options.inlineBytesMax();
    }

    private static long lastAt(SegmentCatalog catalog, LogCursor cursor, long lastOffset) {
        // The last offsets may be ones that a repair gave up.
        long last = catalog.lastRecords(1, lastOffset);
        try {
            return last <= lastOffset && last >= 0 && cursor.read(last, lastOffset)
                    ? cursor.frame().at()
                    : 0;
        } catch (DamagedLogException e) {
            return 0; // only a reader opens such a log, and it needs no clock
        }
    }

    private static CheckpointLoad.@Nullable Loaded loadCheckpoint(
            LogDirectory directory,
            Identity identity,
            CairnOptions options,
            SegmentCatalog catalog,
            long lastOffset,
            KnownLosses losses,
            Consumer<ByteSlab> keys) {
        if (!options.useCheckpoint()) {
            return null;
        }
        try {
            CheckpointLoad load = StateCheckpoint.load(
                    CheckpointFile.path(directory),
                    identity.installation(),
                    new StateCheckpoint.Limits(valueBytesMax(options), options.operationsMin()),
                    header -> CheckpointFile.objection(catalog, header.position(), lastOffset),
                    keys);
            if (load instanceof CheckpointLoad.Loaded loaded) {
                return loaded;
            }
            tell(directory, options, (CheckpointLoad.Unusable) load, losses);
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NotReadyException("interrupted while opening");
        }
    }

    /** There need be no checkpoint, and beside a writer one may be newer than what is read; any other is worth a word. */
    private static void tell(
            LogDirectory directory, CairnOptions options, CheckpointLoad.Unusable unusable, KnownLosses losses) {
        boolean expected = unusable.reason() == CheckpointLoad.Reason.ABSENT
                || unusable.reason() == CheckpointLoad.Reason.UNSUITABLE && options.readOnly();
        if (expected) {
            LOG.debug("{}: the state is replayed from the start: {}", directory.root(), unusable.why());
        } else {
            String warning = "the checkpoint is of no use, so the state was made from the whole log: " + unusable.why();
            LOG.warn("{}: {}", directory.root(), warning);
            losses.warn(warning);
        }
    }

    /** Tells the kinds that keep an index what the checkpoint brought. */
    private static void restoreIndexes(OpenLog log, List<ByteSlab> keys) {
        EntityReader reader = log.newReader();
        Entity entity = new Entity();
        int damaged = 0;
        for (ByteSlab key : keys) {
            Kind kind = log.registry().kinds.byId((byte) key.byteAt(0));
            try {
                reader.load(kind, key, entity);
                kind.restored(key, entity);
            } catch (DamagedLogException e) {
                kind.unrestored(key);
                if (damaged++ < NAMED_MAX) {
                    LOG.warn("{}: a {} cannot be restored: {}", log.directory().root(), kind.name(), e.getMessage());
                }
            }
        }
        if (damaged > NAMED_MAX) {
            LOG.warn("{}: {} more cannot be restored", log.directory().root(), damaged - NAMED_MAX);
        }
    }

    OpenLog log() {
        return log;
    }

    Replayer replayer() {
        return replayer;
    }

    long replayed() {
        return replayer.applied();
    }

    /** The log's time of the last record, 0 when there is none. */
    long lastAt() {
        return lastAt;
    }

    /** Offset of the checkpoint that the state began with, −1 for none. */
    long checkpointOffset() {
        return checkpointOffset;
    }

    /** From now on readers may read as far as {@code current} says. */
    void end(LongSupplier current) {
        end.current = current;
    }
}
