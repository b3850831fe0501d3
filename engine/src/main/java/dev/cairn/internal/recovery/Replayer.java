package dev.cairn.internal.recovery;

import dev.cairn.DamagedLogException;
import dev.cairn.Progress;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.codec.FrameView;
import dev.cairn.internal.commit.CurrentState;
import dev.cairn.internal.commit.SharedState;
import dev.cairn.internal.commit.Transaction;
import dev.cairn.internal.kind.Entity;
import dev.cairn.internal.kind.Kind;
import dev.cairn.internal.kind.Kinds;
import dev.cairn.internal.read.Hole;
import dev.cairn.internal.segment.LogCursor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rebuilds state from records: the same step as live, for each entity in order of offset.
 *
 * <p>Many records are read by the calling thread and applied by {@link ReplayLanes}; few are both by the calling thread. What
 * comes of it is the same.
 *
 * <p>Threading: one thread at a time, the only writer of the state meanwhile.
 */
public final class Replayer {
    private static final Logger LOG = LoggerFactory.getLogger(Replayer.class);
    private static final int PROGRESS_RECORDS = 1 << 14;

    private final Kinds kinds;
    private final Transaction.Operations operations;
    private final IntFunction<SharedState> parts;
    private final LaneSettings settings;
    private final EntityFold fold;
    private final Event event = new Event();
    private long lastAt;
    private long applied;
    private final List<Hole> holes = new ArrayList<>();

    /**
     * @param state the state that is rebuilt, for one thread
     * @param parts the same state in so many parts
     */
    public Replayer(
            Kinds kinds, CurrentState state, Transaction.Operations operations, IntFunction<SharedState> parts) {
        this(kinds, state, operations, parts, LaneSettings.ofProcessors());
    }

    public Replayer(
            Kinds kinds,
            CurrentState state,
            Transaction.Operations operations,
            IntFunction<SharedState> parts,
            LaneSettings settings) {
        this.kinds = kinds;
        this.operations = operations;
        this.parts = parts;
        this.settings = settings;
        this.fold = new EntityFold(state);
    }

    /**
     * Applies the records from {@code from} to {@code through}; nobody reads the state meanwhile.
     *
     * @return the number of records applied; damaged ones are passed over, and their entities are marked incomplete
     */
    public long replay(LogCursor cursor, long from, long through, Progress progress) {
        if (!settings.areWorthIt(through - from + 1)) {
            return follow(cursor, from, through, progress);
        }
        long start = applied;
        cursor.seek(from);
        try (SharedState shared = parts.apply(settings.lanes());
                ReplayLanes lanes = new ReplayLanes(kinds, shared, settings.roundRecords(), this::step)) {
            while (next(cursor, through)) {
                FrameView frame = cursor.frame();
                lanes.add(cursor.segment(), frame);
                if (frame.commandHash() != 0) {
                    frame.copyTo(event);
                    remember();
                }
                passed(frame.at(), frame.offset(), from, through, progress);
            }
            lanes.finish();
        }
        return applied - start;
    }

    /** The same with the calling thread alone, which changes one entity after the other: the state may be read meanwhile. */
    public long follow(LogCursor cursor, long from, long through, Progress progress) {
        long start = applied;
        cursor.seek(from);
        while (next(cursor, through)) {
            cursor.frame().copyTo(event);
            apply();
            passed(event.at, event.offset, from, through, progress);
        }
        return applied - start;
    }

    /** Moves to the next record, over damage if need be: whether a damaged log may be opened was decided before. */
    private boolean next(LogCursor cursor, long through) {
        while (true) {
            try {
                return cursor.next(through);
            } catch (DamagedLogException e) {
                LOG.warn("replay goes on behind damage: {}", e.getMessage());
                Hole hole = Hole.passOver(cursor, e, through);
                holes.add(hole);
                if (hole.offsets().last() >= through) {
                    return false;
                }
            }
        }
    }

    private void apply() {
        step(event);
        if (event.commandHash != 0) {
            remember();
        }
    }

    private void step(Event some) {
        Kind kind = kinds.byId(some.kind);
        Entity after = fold.step(kind, some);
        fold.install();
        if (kind.indexed()) {
            kind.installed(some, after);
        }
    }

    private void remember() {
        operations.remember(
                event.operation,
                event.item,
                new Transaction.Remembered(event.epoch, event.offset, event.version, event.commandHash));
    }

    private void passed(long at, long offset, long from, long through, Progress progress) {
        lastAt = at;
        applied++;
        if ((applied & (PROGRESS_RECORDS - 1)) == 0) {
            progress.update("replay", offset - from, through - from + 1);
        }
    }

    /** The log's time of the last record applied; 0 when none was. */
    public long lastAt() {
        return lastAt;
    }

    /** How often damage was passed over. */
    public long damages() {
        return holes.size();
    }

    /** What was passed over, ascending. */
    public List<Hole> holes() {
        return List.copyOf(holes);
    }

    public long applied() {
        return applied;
    }
}
