package dev.cairn.internal.commit;

import dev.cairn.Ack;
import dev.cairn.NotReadyException;
import dev.cairn.OutOfSpaceException;
import dev.cairn.OutcomeUnknownException;
import dev.cairn.Receipt;
import dev.cairn.WriteOptions;
import dev.cairn.internal.kind.BoundCommand;
import dev.cairn.internal.kind.Command;
import dev.cairn.internal.kind.Committed;
import dev.cairn.internal.kind.Kind;
import dev.cairn.internal.kind.Kinds;
import dev.cairn.internal.kind.Rejection;
import dev.cairn.internal.system.OpenEpoch;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The commit path: takes commands on the caller's thread, under one lock, from decision to receipt.
 *
 * <p>Threading: any thread. Everything in {@link Transaction} is guarded by the gate's lock; nobody waits for a disk or for
 * another reader while holding it, except for room in the next segment.
 */
public final class Committer {
    private static final long NO_BARRIER = -1;

    private final CommitGate gate;
    private final Transaction transaction;
    private final GroupCommit groupCommit;
    private final Backpressure backpressure;
    private final Kinds kinds;
    private final Executor completions;
    private final Ack defaultAck;
    private final EpochStart epochStart;

    /** Written under the lock; a receipt leaves only when the record that opened the epoch is durable. */
    private volatile long barrier = NO_BARRIER;

    /**
     * Where a new epoch begins.
     *
     * @param epoch its number
     * @param firstOffset offset of its first record
     * @param previousEnd the last offset of the log before, −1 for none
     */
    public record EpochStart(int epoch, long firstOffset, long previousEnd) {}

    public Committer(
            CommitGate gate,
            Transaction transaction,
            GroupCommit groupCommit,
            Backpressure backpressure,
            Kinds kinds,
            Executor completions,
            Ack defaultAck,
            EpochStart epochStart) {
        this.gate = gate;
        this.transaction = transaction;
        this.groupCommit = groupCommit;
        this.backpressure = backpressure;
        this.kinds = kinds;
        this.completions = completions;
        this.defaultAck = defaultAck;
        this.epochStart = epochStart;
    }

    /** Commits one command and waits as its ack asks. */
    public Receipt commit(Kind kind, Command command, WriteOptions options) {
        return commit(kind, command, options, null);
    }

    /** The same, and shows what the command did, unless it is a repeat. */
    public Receipt commit(Kind kind, Command command, WriteOptions options, @Nullable Committed shown) {
        Receipt receipt = accept(kind, command, options, shown);
        Ack ack = options.ack() == null ? defaultAck : options.ack();
        return acknowledge(receipt, receipt.offset(), ack);
    }

    /** Commits one command now; the future completes when it is durable. */
    public CompletableFuture<Receipt> commitAsync(Kind kind, Command command, WriteOptions options) {
        try {
            Receipt receipt = accept(kind, command, options, null);
            return whenDurable(receipt.offset(), receipt, () -> durable(receipt));
        } catch (dev.cairn.CairnException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private Receipt accept(Kind kind, Command command, WriteOptions options, @Nullable Committed shown) {
        lockWithRoom();
        try {
            begin();
            Rejection rejection = transaction.stage(kind, command, options);
            if (rejection != null) {
                throw transaction.refused(rejection);
            }
            Receipt receipt = transaction.receipt();
            append();
            if (shown != null) {
                transaction.show(shown);
            }
            return receipt;
        } finally {
            transaction.clear();
            gate.unlock();
        }
    }

    /** Commits all of {@code items} in one document, or throws and writes nothing. */
    public List<Receipt> commitAtomic(List<BatchItem> items, @Nullable Ack ack) {
        if (items.isEmpty()) {
            return List.of();
        }
        List<Receipt> receipts = new ArrayList<>(items.size());
        lockWithRoom();
        try {
            begin();
            for (BatchItem item : items) {
                BoundCommand bound = item.command();
                Rejection rejection = transaction.stage(kinds.byId(bound.kind()), bound.command(), item.options());
                if (rejection != null) {
                    throw new dev.cairn.BatchRefusedException(receipts.size(), transaction.refused(rejection));
                }
                receipts.add(transaction.receipt());
            }
            append();
        } finally {
            transaction.clear();
            gate.unlock();
        }
        long last = lastOffset(receipts);
        Ack wanted = ack == null ? defaultAck : ack;
        acknowledge(receipts.get(receipts.size() - 1), last, wanted);
        receipts.replaceAll(receipt -> reached(receipt, wanted));
        return receipts;
    }

    /** Commits each of {@code items} for itself, in as many documents as it takes, and waits as {@code ack} asks. */
    public List<dev.cairn.Batch.Outcome> commitEach(List<BatchItem> items, @Nullable Ack ack) {
        BatchRun run = acceptEach(items);
        Ack wanted = ack == null ? defaultAck : ack;
        Receipt last = run.lastReceipt();
        if (last != null) {
            acknowledge(last, run.lastOffset(), wanted);
        }
        return run.outcomes(receipt -> reached(receipt, wanted));
    }

    /** Like {@link #commitEach}; the future completes when all that was accepted is durable. */
    public CompletableFuture<List<dev.cairn.Batch.Outcome>> commitEachAsync(List<BatchItem> items) {
        BatchRun run = acceptEach(items);
        return whenDurable(run.lastOffset(), run.lastReceipt(), () -> run.outcomes(this::durable));
    }

    private BatchRun acceptEach(List<BatchItem> items) {
        BatchRun run = new BatchRun(items.size());
        int next = 0;
        while (next < items.size()) {
            next = acceptDocument(items, next, run);
        }
        return run;
    }

    /** Fills and appends one document from the item at {@code next} on; returns the first item that it does not hold. */
    private int acceptDocument(List<BatchItem> items, int next, BatchRun run) {
        int index = next;
        lockWithRoom();
        try {
            begin();
            while (index < items.size() && !transaction.isFull()) {
                BoundCommand bound = items.get(index).command();
                Rejection rejection = transaction.stage(
                        kinds.byId(bound.kind()),
                        bound.command(),
                        items.get(index).options());
                if (rejection == null) {
                    run.accepted(transaction.receipt());
                } else {
                    run.refused(transaction.refused(rejection));
                }
                index++;
            }
            append();
            return index;
        } catch (OutOfSpaceException | NotReadyException e) {
            if (e instanceof NotReadyException && run.lastReceipt() == null) {
                throw e;
            }
            run.refuseFrom(next, items.size(), e); // what was accepted before keeps its receipts
            return items.size();
        } finally {
            transaction.clear();
            gate.unlock();
        }
    }

    /**
     * Takes the lock with room for one more document. Asked again under the lock, as others may have taken the room meanwhile:
     * the next opening counts on it that no more than the limit and one document can have been lost.
     */
    private void lockWithRoom() {
        while (true) {
            backpressure.awaitRoom();
            gate.lock();
            if (backpressure.hasRoom()) {
                return;
            }
            gate.unlock();
        }
    }

    /** Commit lock held. */
    private void begin() {
        gate.requireOpen();
        if (barrier == NO_BARRIER) {
            openEpoch();
        }
        transaction.begin();
    }

    /** The first record of the epoch, written with the first write: an opening that writes nothing leaves no record. */
    private void openEpoch() {
        transaction.begin();
        OpenEpoch open = new OpenEpoch(epochStart.epoch(), epochStart.firstOffset(), epochStart.previousEnd());
        Kind system = kinds.byId(dev.cairn.internal.kind.KindIds.SYSTEM);
        Rejection rejection = transaction.stage(system, open, WriteOptions.defaults());
        if (rejection != null) {
            throw new IllegalStateException("expected the epoch to open, was " + rejection);
        }
        append();
        barrier = epochStart.firstOffset();
        transaction.clear();
    }

    /** Commit lock held. */
    private void append() {
        try {
            transaction.ensureRoom();
        } catch (dev.cairn.CairnException e) {
            throw e; // a refusal: nothing was written
        } catch (UncheckedIOException e) {
            throw new NotReadyException("there is no room to write to, nothing was written: " + e.getMessage());
        } catch (Throwable t) {
            throw stop("the next segment cannot be begun", t);
        }
        try {
            transaction.append(groupCommit);
        } catch (Throwable t) {
            throw stop("an append may have been cut off", t);
        }
    }

    private NotReadyException stop(String what, Throwable cause) {
        gate.stop(new NotReadyException(
                "the engine has stopped: " + what + "; reopen it to recover (" + cause + ")", cause));
        groupCommit.fail(cause);
        return Objects.requireNonNull(gate.stopped());
    }

    /** Waits until what {@code receipt} stands for is as durable as {@code ack} asks; null for the engine's default. */
    public Receipt acknowledge(Receipt receipt, @Nullable Ack ack) {
        return acknowledge(receipt, receipt.offset(), ack == null ? defaultAck : ack);
    }

    private Receipt acknowledge(Receipt receipt, long lastOffset, Ack ack) {
        long waitFor = ack == Ack.DURABLE ? Math.max(lastOffset, barrier) : barrier;
        if (waitFor > groupCommit.durableOffset()) {
            try {
                groupCommit.await(waitFor, System.nanoTime() + TimeUnit.DAYS.toNanos(365));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new OutcomeUnknownException("interrupted while waiting for durability", receipt);
            } catch (NotReadyException e) {
                throw new OutcomeUnknownException(
                        "the engine failed while the write was not yet durable: " + e.getMessage(), receipt);
            }
        }
        return reached(receipt, ack);
    }

    private Receipt reached(Receipt receipt, Ack ack) {
        return ack == Ack.DURABLE
                ? durable(receipt)
                : with(receipt, receipt.offset() <= groupCommit.durableOffset() ? Ack.DURABLE : Ack.ACCEPTED);
    }

    private Receipt durable(Receipt receipt) {
        return with(receipt, Ack.DURABLE);
    }

    private Receipt with(Receipt receipt, Ack ack) {
        return new Receipt(
                receipt.epoch(),
                receipt.offset(),
                receipt.version(),
                receipt.revision(),
                ack,
                groupCommit.durableOffset(),
                receipt.replayed());
    }

    private <T> CompletableFuture<T> whenDurable(long offset, @Nullable Receipt receipt, Supplier<T> result) {
        CompletableFuture<T> future = new CompletableFuture<>();
        groupCommit.whenDurable(offset, failure -> {
            try {
                completions.execute(() -> complete(future, failure, receipt, result));
            } catch (RejectedExecutionException e) { // the engine was closed in between
                complete(future, failure, receipt, result);
            }
        });
        return future;
    }

    private static <T> void complete(
            CompletableFuture<T> future, @Nullable Throwable failure, @Nullable Receipt receipt, Supplier<T> result) {
        if (failure == null) {
            future.complete(result.get());
            return;
        }
        String message = "the engine failed while the write was not yet durable: " + failure.getMessage();
        future.completeExceptionally(
                receipt == null
                        ? new NotReadyException(message, failure)
                        : new OutcomeUnknownException(message, receipt));
    }

    private static long lastOffset(List<Receipt> receipts) {
        return receipts.stream().mapToLong(Receipt::offset).max().orElse(-1);
    }
}
