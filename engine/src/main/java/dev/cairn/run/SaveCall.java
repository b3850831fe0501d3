package dev.cairn.run;

import dev.cairn.Ack;
import dev.cairn.ConflictException;
import dev.cairn.DamagedLogException;
import dev.cairn.Expect;
import dev.cairn.GoneException;
import dev.cairn.TooLargeException;
import dev.cairn.WriteOptions;
import dev.cairn.internal.kind.CheckCommand;
import dev.cairn.internal.kind.Command;
import dev.cairn.internal.kind.Entity;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One save on its way: looks at the latest snapshot, decides whether and how the state is stored, and is begun again when
 * another save came first. All that costs time (hashing, packing) is done before the lock is taken.
 *
 * <p>Threading: one thread.
 */
final class SaveCall {
    /** After so many attempts the state is stored whole, which costs less time in which to be overtaken. */
    private static final int DELTA_ATTEMPTS = 3;

    /** After so many, the conflict is the caller's. */
    private static final int ATTEMPTS_MAX = 100;

    /** Room in a document for everything but state and metadata. */
    private static final int RECORD_OVERHEAD_BYTES = 16 << 10;

    private final SnapshotReader reader;
    private final RunMode mode;
    private final int documentBytesMax;
    private final RunCommand.SaveWish wish;
    private final WriteOptions options;
    private final long durableAtLeast;
    private final Entity entity = new Entity();

    private @Nullable RunBody latest;
    private int attempts;
    private boolean skip;

    /** @param durableAtLeast records up to this offset are known to be durable */
    SaveCall(
            SnapshotReader reader,
            RunMode mode,
            int documentBytesMax,
            RunCommand.SaveWish wish,
            WriteOptions options,
            long durableAtLeast) {
        this.reader = reader;
        this.mode = mode;
        this.documentBytesMax = documentBytesMax;
        this.wish = wish;
        this.options = options.operation() == null || options.commandHash() != 0
                ? options
                : options.withOperation(options.operation(), options.item(), SaveRequest.commandHash(wish));
        this.durableAtLeast = durableAtLeast;
    }

    WriteOptions options() {
        return options;
    }

    /** Looks at the run as it is now. */
    void look() {
        attempts++;
        latest = reader.run(wish.run(), entity);
        skip = mode == RunMode.OPTIMISED
                && wish.mayBeSkipped()
                && latest != null
                && latest.means(wish.hash())
                && (wish.parent() == null || wish.parent().equals(latest.id()));
    }

    /** Whether nothing is to be written, and nobody has to be asked. */
    boolean isSkippedAtOnce() {
        return skip
                && options.operation() == null
                && options.fences().isEmpty()
                && options.expect().condition() == Expect.Condition.ANY
                && (options.ack() == Ack.ACCEPTED || entity.revision() <= durableAtLeast);
    }

    boolean isSkipped() {
        return skip;
    }

    /** The latest snapshot, when the save is skipped. */
    SnapshotInfo latest() {
        long offset = Objects.requireNonNull(latest).latest();
        return SnapshotReader.info(wish.run(), reader.read(wish.run(), offset));
    }

    /** What is to be committed: the snapshot, or for one that is skipped a check of key, fences and expectation. */
    Command command() {
        if (skip) {
            return new CheckCommand(null, wish.run());
        }
        RunCommand.PackedState packed = packed();
        long bytes = (long) packed.stored().length + wish.metadata().length + RECORD_OVERHEAD_BYTES;
        if (bytes > documentBytesMax) {
            throw new TooLargeException("a snapshot as it is stored", documentBytesMax, bytes);
        }
        return new RunCommand.Save(wish, packed, latest == null ? -1 : latest.latest());
    }

    private RunCommand.PackedState packed() {
        byte[] state = wish.state();
        if (mode == RunMode.STANDARD) {
            return StatePacking.plain(state);
        }
        RunBody run = latest;
        if (run == null || attempts > DELTA_ATTEMPTS || !StatePacking.mayBeDelta(run, state.length)) {
            return StatePacking.whole(state);
        }
        byte[] base = base(run);
        return base == null ? StatePacking.whole(state) : StatePacking.delta(run, base, state);
    }

    /** The latest state, or null when it cannot be read: a run whose past is damaged goes on with a whole state. */
    private byte @Nullable [] base(RunBody run) {
        byte[] state = reader.cache().get(wish.run(), run.latest());
        if (state != null) {
            return state;
        }
        try {
            return reader.state(wish.run(), reader.read(wish.run(), run.latest()));
        } catch (DamagedLogException | GoneException e) {
            return null;
        }
    }

    /** Whether a refusal only says that another save came first, and it is worth another attempt. */
    boolean isMoved(ConflictException conflict) {
        RunBody run = latest;
        Expect seen = run == null ? Expect.none() : Expect.revision(run.latest());
        return attempts < ATTEMPTS_MAX
                && !skip
                && !seen.equals(options.expect())
                && conflict.expected().equals(seen.toString());
    }

    /** Keeps the state as the base of the next delta. */
    void saved(long offset) {
        if (mode == RunMode.OPTIMISED) {
            reader.cache().put(wish.run(), offset, wish.state());
        }
    }
}
