package dev.cairn.internal.assembly;

import dev.cairn.Ack;
import dev.cairn.Batch.Outcome;
import dev.cairn.EngineMetrics;
import dev.cairn.ForbiddenException;
import dev.cairn.Health;
import dev.cairn.NotReadyException;
import dev.cairn.Receipt;
import dev.cairn.WriteOptions;
import dev.cairn.internal.commit.BatchItem;
import dev.cairn.internal.kind.Command;
import dev.cairn.internal.kind.Kind;
import dev.cairn.internal.read.KnownLosses;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Refuses every write. Threading: any thread. */
final class ReadOnlySide implements WriteSide {
    private final StateFollower follower;
    private final int epoch;
    private final ProjectionSide projection;
    private final KnownLosses losses;
    private final Owned owned;

    ReadOnlySide(StateFollower follower, int epoch, ProjectionSide projection, KnownLosses losses, Owned owned) {
        this.follower = follower;
        this.epoch = epoch;
        this.projection = projection;
        this.losses = losses;
        this.owned = owned;
    }

    private static ForbiddenException refusal() {
        return new ForbiddenException("expected a directory that is open for writing, was open for reading only");
    }

    @Override
    public Receipt commit(Kind kind, Command command, WriteOptions options) {
        throw refusal();
    }

    @Override
    public CompletableFuture<Receipt> commitAsync(Kind kind, Command command, WriteOptions options) {
        return CompletableFuture.failedFuture(refusal());
    }

    @Override
    public Receipt acknowledge(Receipt receipt, @Nullable Ack ack) {
        return receipt;
    }

    @Override
    public List<Receipt> commitAtomic(List<BatchItem> items, @Nullable Ack ack) {
        throw refusal();
    }

    @Override
    public List<Outcome> commitEach(List<BatchItem> items, @Nullable Ack ack) {
        throw refusal();
    }

    @Override
    public CompletableFuture<List<Outcome>> commitEachAsync(List<BatchItem> items) {
        return CompletableFuture.failedFuture(refusal());
    }

    @Override
    public void sync() {}

    @Override
    public Health health() {
        Throwable stopped = projection.failure();
        List<String> warnings = new ArrayList<>();
        if (stopped != null) {
            warnings.add("projection stopped: " + stopped.getMessage());
        }
        String waiting = projection.waiting();
        if (waiting != null) {
            warnings.add("projection waits: " + waiting);
        }
        warnings.addAll(losses.warnings());
        Throwable failure = follower.failure();
        return failure == null
                ? new Health(true, List.of(), warnings)
                : new Health(false, List.of("failed: " + failure.getMessage()), warnings);
    }

    @Override
    public @Nullable NotReadyException failure() {
        return null; // what it reads another process makes durable
    }

    @Override
    public EngineMetrics metrics() {
        return new EngineMetrics(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, follower.applied(), 0);
    }

    @Override
    public long frameBytes() {
        return follower.frameBytes();
    }

    @Override
    public int epoch() {
        return epoch;
    }

    @Override
    public <T extends @Nullable Object> T still(Supplier<T> work) {
        return follower.still(work);
    }

    @Override
    public void close() {
        owned.close();
    }
}
