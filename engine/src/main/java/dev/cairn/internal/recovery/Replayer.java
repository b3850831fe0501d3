package dev.cairn.internal.recovery;

import dev.cairn.DamagedLogException;
import dev.cairn.GoneException;
import dev.cairn.Progress;
import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.commit.Transaction;
import dev.cairn.internal.kind.Entity;
import dev.cairn.internal.kind.Evolution;
import dev.cairn.internal.kind.Kind;
import dev.cairn.internal.kind.Kinds;
import dev.cairn.internal.kind.StateKey;
import dev.cairn.internal.segment.LogCursor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rebuilds state from records: the same step as live, in order of offset.
 *
 * <p>Threading: one thread at a time, the only writer of the state meanwhile.
 */
public final class Replayer {
    private static final Logger LOG = LoggerFactory.getLogger(Replayer.class);
    private static final int PROGRESS_RECORDS = 1 << 14;

    private final Kinds kinds;
    private final Transaction.State state;
    private final Transaction.Operations operations;
    private final Event event = new Event();
    private final Entity before = new Entity();
    private final Entity after = new Entity();
    private final ByteSlab key = new ByteSlab(64);
    private long lastAt;
    private long applied;
    private long damages;

    public Replayer(Kinds kinds, Transaction.State state, Transaction.Operations operations) {
        this.kinds = kinds;
        this.state = state;
        this.operations = operations;
    }

    /**
     * Applies the records from {@code from} to {@code through}.
     *
     * @return the number of records applied; damaged ones are passed over, and their entities are marked incomplete
     */
    public long replay(LogCursor cursor, long from, long through, Progress progress) {
        long start = applied;
        cursor.seek(from);
        while (next(cursor, through)) {
            cursor.frame().copyTo(event);
            apply();
            if ((applied & (PROGRESS_RECORDS - 1)) == 0) {
                progress.update("replay", event.offset - from, through - from + 1);
            }
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
                damages++;
                if (cursor.seekBehindDamage(e.offset(), through) < 0) {
                    return false;
                }
            }
        }
    }

    /** The entity before the event; of a large one whose body is lost, the header without a body. */
    private void loadBefore(Kind kind) {
        try {
            state.load(kind, key, before);
        } catch (DamagedLogException | GoneException e) {
            before.reset();
        }
    }

    private void apply() {
        Kind kind = kinds.byId(event.kind);
        StateKey.write(key, event);
        loadBefore(kind);
        Evolution.step(kind, before, event, after);
        state.install(key, after);
        if (event.commandHash != 0) {
            operations.remember(
                    event.operation,
                    event.item,
                    new Transaction.Remembered(event.epoch, event.offset, event.version, event.commandHash));
        }
        if (kind.indexed()) {
            kind.installed(event, after);
        }
        lastAt = event.at;
        applied++;
    }

    /** The log's time of the last record applied; 0 when none was. */
    public long lastAt() {
        return lastAt;
    }

    /** How often damage was passed over. */
    public long damages() {
        return damages;
    }

    public long applied() {
        return applied;
    }
}
