package dev.cairn.internal.assembly;

import dev.cairn.Ack;
import dev.cairn.Batch.Outcome;
import dev.cairn.EngineMetrics;
import dev.cairn.Health;
import dev.cairn.NotReadyException;
import dev.cairn.Receipt;
import dev.cairn.WriteOptions;
import dev.cairn.internal.commit.Backpressure;
import dev.cairn.internal.commit.BatchItem;
import dev.cairn.internal.commit.CommitCounters;
import dev.cairn.internal.commit.CommitGate;
import dev.cairn.internal.commit.Committer;
import dev.cairn.internal.commit.GroupCommit;
import dev.cairn.internal.kind.Command;
import dev.cairn.internal.kind.Committed;
import dev.cairn.internal.kind.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The commit path of a writing engine.
 *
 * <p>Threading: any thread.
 */
final class WriterSide implements WriteSide {
    private static final long LOW_DISK_BYTES = 1L << 30;

    private final OpenLog log;
    private final CommitGate gate;
    private final Committer committer;
    private final GroupCommit groupCommit;
    private final Backpressure backpressure;
    private final CommitCounters counters;
    private final int epoch;
    private final long replayed;
    private final int segmentsAtOpen;
    private final long frameBytesAtOpen;
    private final ProjectionSide projection;
    private final Supplier<@Nullable Throwable> sealing;
    private final Runnable onClose;

    WriterSide(
            OpenLog log,
            CommitGate gate,
            Committer committer,
            GroupCommit groupCommit,
            Backpressure backpressure,
            CommitCounters counters,
            int epoch,
            long replayed,
            ProjectionSide projection,
            Supplier<@Nullable Throwable> sealing,
            Runnable onClose) {
        this.log = log;
        this.gate = gate;
        this.committer = committer;
        this.groupCommit = groupCommit;
        this.backpressure = backpressure;
        this.counters = counters;
        this.epoch = epoch;
        this.replayed = replayed;
        this.segmentsAtOpen = log.catalog().segments().size();
        this.frameBytesAtOpen = log.catalog().sealedFrameBytes();
        this.projection = projection;
        this.sealing = sealing;
        this.onClose = onClose;
    }

    @Override
    public Receipt commit(Kind kind, Command command, WriteOptions options) {
        return committer.commit(kind, command, options);
    }

    @Override
    public Receipt commit(Kind kind, Command command, WriteOptions options, Committed shown) {
        return committer.commit(kind, command, options, shown);
    }

    @Override
    public CompletableFuture<Receipt> commitAsync(Kind kind, Command command, WriteOptions options) {
        return committer.commitAsync(kind, command, options);
    }

    @Override
    public Receipt acknowledge(Receipt receipt, @Nullable Ack ack) {
        return committer.acknowledge(receipt, ack);
    }

    @Override
    public List<Receipt> commitAtomic(List<BatchItem> items, @Nullable Ack ack) {
        return committer.commitAtomic(items, ack);
    }

    @Override
    public List<Outcome> commitEach(List<BatchItem> items, @Nullable Ack ack) {
        return committer.commitEach(items, ack);
    }

    @Override
    public CompletableFuture<List<Outcome>> commitEachAsync(List<BatchItem> items) {
        return committer.commitEachAsync(items);
    }

    @Override
    public void sync() {
        try {
            groupCommit.await(groupCommit.appendedOffset(), System.nanoTime() + TimeUnit.DAYS.toNanos(1));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NotReadyException("interrupted while waiting for durability");
        }
    }

    @Override
    public Health health() {
        List<String> reasons = new ArrayList<>();
        NotReadyException refusal = gate.stopped();
        if (refusal != null) {
            reasons.add(refusal.failed() ? "failed: " + refusal.getMessage() : "closed");
        }
        List<String> warnings = new ArrayList<>();
        long usable = log.directory().root().toFile().getUsableSpace();
        if (usable < LOW_DISK_BYTES) {
            warnings.add("low disk: " + usable + " bytes left");
        }
        long lag = Math.max(0, groupCommit.durableOffset() - projection.offset());
        if (log.options().projection() && lag > log.options().projectionLagMax() / 2) {
            warnings.add("projection lag: " + lag + " records");
        }
        warnings.addAll(log.losses().warnings());
        Throwable stopped = projection.failure();
        if (stopped != null) {
            warnings.add("projection stopped: " + stopped.getMessage());
        }
        String waiting = projection.waiting();
        if (waiting != null) {
            warnings.add("projection waits: " + waiting);
        }
        Throwable unsealed = sealing.get();
        if (unsealed != null) {
            warnings.add("segments are not sealed: " + unsealed.getMessage());
        }
        return new Health(reasons.isEmpty(), reasons, warnings);
    }

    @Override
    public @Nullable NotReadyException failure() {
        NotReadyException stopped = gate.stopped();
        return stopped != null && stopped.failed() ? stopped : null;
    }

    @Override
    public EngineMetrics metrics() {
        return new EngineMetrics(
                counters.records(),
                counters.bytes(),
                counters.documents(),
                counters.refusals(),
                counters.conflicts(),
                groupCommit.forces(),
                groupCommit.forceNanos(),
                backpressure.waitNanos(),
                log.catalog().segments().size() - segmentsAtOpen,
                log.store().size(),
                replayed,
                projection.projectedRecords());
    }

    @Override
    public long frameBytes() {
        return frameBytesAtOpen + counters.bytes();
    }

    @Override
    public int epoch() {
        return epoch;
    }

    @Override
    public <T extends @Nullable Object> T inTurn(Supplier<T> work) {
        return gate.inTurn(work);
    }

    @Override
    public void requireOpen() {
        NotReadyException stopped = gate.stopped();
        if (stopped != null) {
            throw stopped;
        }
    }

    @Override
    public <T extends @Nullable Object> T still(Supplier<T> work) {
        return gate.locked(work);
    }

    @Override
    public void close() {
        gate.stop(new NotReadyException("the engine is closed"));
        gate.locked(() -> true); // whoever was inside is out now
        onClose.run();
    }
}
