package dev.cairn.internal.assembly;

import dev.cairn.Ack;
import dev.cairn.Batch;
import dev.cairn.Receipt;
import dev.cairn.Write;
import dev.cairn.WriteOptions;
import dev.cairn.internal.commit.BatchItem;
import dev.cairn.internal.kind.BoundCommand;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A batch being filled. Threading: one thread. */
final class BatchBuilder implements Batch {
    private final BatchWrites writes;
    private final List<BatchItem> items = new ArrayList<>();

    /** Takes batches, or refuses them all. */
    interface BatchWrites {
        List<Receipt> commitAtomic(List<BatchItem> items, @Nullable Ack ack);

        List<Outcome> commitEach(List<BatchItem> items, @Nullable Ack ack);

        CompletableFuture<List<Outcome>> commitEachAsync(List<BatchItem> items);
    }

    BatchBuilder(BatchWrites writes) {
        this.writes = writes;
    }

    @Override
    public Batch add(Write write, WriteOptions options) {
        items.add(new BatchItem((BoundCommand) write, options));
        return this;
    }

    @Override
    public int size() {
        return items.size();
    }

    @Override
    public List<Receipt> commitAtomic(@Nullable Ack ack) {
        return writes.commitAtomic(items, ack);
    }

    @Override
    public List<Outcome> commit(@Nullable Ack ack) {
        return writes.commitEach(items, ack);
    }

    @Override
    public CompletableFuture<List<Outcome>> commitAsync() {
        return writes.commitEachAsync(items);
    }
}
