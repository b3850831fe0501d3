package dev.cairn.harness;

import dev.cairn.Ack;
import dev.cairn.Batch;
import dev.cairn.BatchRefusedException;
import dev.cairn.Cairn;
import dev.cairn.CairnException;
import dev.cairn.NotReadyException;
import dev.cairn.OperationOutcome;
import dev.cairn.OutcomeUnknownException;
import dev.cairn.Receipt;
import dev.cairn.Write;
import dev.cairn.WriteOptions;
import dev.cairn.harness.Told.Level;
import dev.cairn.harness.Workload.Mode;
import dev.cairn.harness.Workload.Work;
import dev.cairn.log.LogWrites;
import dev.cairn.log.NewRecord;
import dev.cairn.task.NewTask;
import dev.cairn.task.TaskPatch;
import dev.cairn.task.TaskWrites;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * One client of an embedded engine: writes block after block, and tells how each write ended. What it began in an earlier
 * process it asks for and tries again where the write has an operation id; the rest of that it leaves.
 *
 * <p>Threading: one thread.
 */
final class WorkloadClient {
    private final Cairn cairn;
    private final Workload workload;
    private final int client;
    private final Wire wire;
    private final boolean lie;

    /** @param lie whether to tell that writes are durable which are only accepted: the harness must notice */
    WorkloadClient(Cairn cairn, Workload workload, int client, Wire wire, boolean lie) {
        this.cairn = cairn;
        this.workload = workload;
        this.client = client;
        this.wire = wire;
        this.lie = lie;
    }

    /**
     * Writes until the engine closes.
     *
     * @param firstBlock the block to go on with
     * @param ended a bit for each of its numbers that is done with
     */
    void run(long firstBlock, long ended) {
        try {
            block(firstBlock, ended, true);
            for (long block = firstBlock + 1; true; block++) {
                block(block, 0, false);
            }
        } catch (NotReadyException | OutcomeUnknownException e) {
            if (cairn.health().ready()) {
                wire.tell(new Told.Failed("client " + client + ": " + e));
            }
        } catch (RuntimeException | Error e) {
            wire.tell(new Told.Failed("client " + client + ": " + e));
        }
    }

    private void block(long block, long ended, boolean again) {
        long begin = Workload.number(client, block);
        int size = workload.groupSize(begin);
        for (long first = begin; first < begin + Workload.BLOCK; first += size) {
            List<Work> group = new ArrayList<>(size);
            for (long number = first; number < first + size; number++) {
                boolean done = (ended >>> (number - begin) & 1) != 0;
                Work work = workload.work(number);
                if (!done && (!again || mayTryAgain(work))) {
                    group.add(work);
                }
            }
            if (!group.isEmpty()) {
                write(again && group.get(0).mode() == Mode.ATOMIC ? whole(first, size) : group);
                wire.flush();
            }
        }
    }

    /** An atomic batch is tried again as a whole. */
    private List<Work> whole(long first, int size) {
        List<Work> group = new ArrayList<>(size);
        for (long number = first; number < first + size; number++) {
            group.add(workload.work(number));
        }
        return group;
    }

    /** Asks what became of a write whose answer was lost. */
    private boolean mayTryAgain(Work work) {
        if (work.operation() == null) {
            ended(work, Level.ABANDONED, null);
            return false;
        }
        if (work.item() == 0) {
            OperationOutcome outcome = cairn.operation(work.operation());
            wire.tell(
                    outcome instanceof OperationOutcome.Committed committed
                            ? new Told.Outcome(
                                    work.number(),
                                    committed.receipt().offset(),
                                    committed.receipt().version())
                            : new Told.Outcome(work.number(), -1, 0));
        }
        return true;
    }

    private void write(List<Work> group) {
        Ack ack = group.get(0).durable() && !lie ? Ack.DURABLE : Ack.ACCEPTED;
        switch (group.get(0).mode()) {
            case SINGLE -> group.forEach(work -> single(work, ack));
            case ASYNC -> async(group);
            case BATCH -> batch(group, ack);
            case ATOMIC -> atomic(group, ack);
        }
    }

    private void single(Work work, Ack ack) {
        try {
            ended(work, null, now(work, options(work).withAck(ack)));
        } catch (NotReadyException | OutcomeUnknownException e) {
            throw e;
        } catch (CairnException e) {
            ended(work, Level.REFUSED, null);
        }
    }

    private Receipt now(Work work, WriteOptions options) {
        return switch (work.kind()) {
            case CREATE -> cairn.tasks().create(task(work), options);
            case PATCH -> cairn.tasks().patch(work.key(), patch(work), options);
            case UPSERT -> cairn.tasks().upsert(work.key(), patch(work), options);
            case STATUS -> cairn.tasks().transition(work.key(), work.status(), options);
            case DELETE -> cairn.tasks().delete(work.key(), options);
            case APPEND -> cairn.log().append(record(work), options);
        };
    }

    private void async(List<Work> group) {
        List<CompletableFuture<Receipt>> futures = new ArrayList<>();
        for (Work work : group) {
            WriteOptions options = options(work);
            futures.add(
                    switch (work.kind()) {
                        case CREATE -> cairn.tasks().createAsync(task(work), options);
                        case PATCH -> cairn.tasks().patchAsync(work.key(), patch(work), options);
                        case UPSERT -> cairn.tasks().upsertAsync(work.key(), patch(work), options);
                        case STATUS -> cairn.tasks().transitionAsync(work.key(), work.status(), options);
                        case DELETE -> cairn.tasks().deleteAsync(work.key(), options);
                        case APPEND -> cairn.log().appendAsync(record(work), options);
                    });
        }
        for (int i = 0; i < group.size(); i++) {
            try {
                ended(group.get(i), null, futures.get(i).join());
            } catch (CompletionException e) {
                if (e.getCause() instanceof NotReadyException stopped) {
                    throw stopped;
                }
                ended(group.get(i), Level.REFUSED, null);
            }
        }
    }

    private void batch(List<Work> group, Ack ack) {
        List<Batch.Outcome> outcomes = filled(group).commit(ack);
        for (int i = 0; i < group.size(); i++) {
            Receipt receipt = outcomes.get(i).receipt();
            ended(group.get(i), receipt == null ? Level.REFUSED : null, receipt);
        }
    }

    private void atomic(List<Work> group, Ack ack) {
        try {
            List<Receipt> receipts = filled(group).commitAtomic(ack);
            for (int i = 0; i < group.size(); i++) {
                ended(group.get(i), null, receipts.get(i));
            }
        } catch (BatchRefusedException | dev.cairn.TooLargeException | dev.cairn.OutOfSpaceException e) {
            group.forEach(work -> ended(work, Level.REFUSED, null));
        }
    }

    private Batch filled(List<Work> group) {
        Batch batch = cairn.batch();
        for (Work work : group) {
            Write write = switch (work.kind()) {
                case CREATE -> TaskWrites.create(task(work));
                case PATCH -> TaskWrites.patch(work.key(), patch(work));
                case UPSERT -> TaskWrites.upsert(work.key(), patch(work));
                case STATUS -> TaskWrites.patch(work.key(), TaskPatch.empty().status(work.status()));
                case DELETE -> TaskWrites.delete(work.key());
                case APPEND -> LogWrites.append(record(work));
            };
            batch.add(write, options(work));
        }
        return batch;
    }

    private static NewTask task(Work work) {
        return NewTask.of(work.key()).metadata(work.json());
    }

    private static TaskPatch patch(Work work) {
        return TaskPatch.empty().metadata(work.json());
    }

    private static NewRecord record(Work work) {
        return NewRecord.of(Workload.TOPIC, work.key(), work.json());
    }

    private static WriteOptions options(Work work) {
        WriteOptions options = WriteOptions.defaults().withActor(work.actor());
        return work.operation() == null ? options : options.withOperation(work.operation(), work.item(), 0);
    }

    private void ended(Work work, @Nullable Level level, @Nullable Receipt receipt) {
        long nanos = System.nanoTime();
        if (receipt == null) {
            wire.tell(new Told.Ended(work.number(), java.util.Objects.requireNonNull(level), 0, -1, 0, false, nanos));
            return;
        }
        wire.tell(new Told.Ended(
                work.number(),
                lie || receipt.ack() == Ack.DURABLE ? Level.DURABLE : Level.ACCEPTED,
                receipt.epoch(),
                receipt.offset(),
                receipt.version(),
                receipt.replayed(),
                nanos));
    }
}
