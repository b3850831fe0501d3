package dev.cairn.harness;

import dev.cairn.Ack;
import dev.cairn.Batch;
import dev.cairn.BatchRefusedException;
import dev.cairn.Cairn;
import dev.cairn.CairnException;
import dev.cairn.Fence;
import dev.cairn.NotReadyException;
import dev.cairn.OperationOutcome;
import dev.cairn.OutcomeUnknownException;
import dev.cairn.Receipt;
import dev.cairn.Write;
import dev.cairn.WriteOptions;
import dev.cairn.harness.Told.Level;
import dev.cairn.harness.Workload.Work;
import dev.cairn.lease.LeaseRelease;
import dev.cairn.log.LogWrites;
import dev.cairn.log.NewRecord;
import dev.cairn.run.NewSnapshot;
import dev.cairn.session.NewMessage;
import dev.cairn.session.SessionWrites;
import dev.cairn.task.NewTask;
import dev.cairn.task.TaskPatch;
import dev.cairn.task.TaskWrites;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * The door of an engine in the same process.
 *
 * <p>Threading: one thread.
 */
final class EmbeddedDoor implements Door {
    private static final Duration LEASE = Duration.ofDays(1);

    private final Cairn cairn;
    private final Teller teller;
    private final boolean lie;

    /** @param lie whether to tell that writes are durable which are only accepted: the harness must notice */
    EmbeddedDoor(Cairn cairn, Teller teller, boolean lie) {
        this.cairn = cairn;
        this.teller = teller;
        this.lie = lie;
    }

    @Override
    public Told.Outcome outcome(Work work) {
        OperationOutcome outcome = cairn.operation(work.operation());
        return outcome instanceof OperationOutcome.Committed committed
                ? new Told.Outcome(
                        work.number(),
                        committed.receipt().offset(),
                        committed.receipt().version())
                : new Told.Outcome(work.number(), -1, 0);
    }

    @Override
    public void write(List<Work> group) {
        Ack ack = group.get(0).durable() && !lie ? Ack.DURABLE : Ack.ACCEPTED;
        switch (group.get(0).mode()) {
            case SINGLE -> single(group.get(0), ack);
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
            case SAY -> cairn.sessions().append(work.key(), message(work), options);
            case SAVE ->
                Objects.requireNonNull(
                        cairn.runs().save(work.key(), snapshot(work), options).receipt());
            case TAKE ->
                cairn.leases()
                        .acquire(work.key(), work.actor(), LEASE, Duration.ZERO, options)
                        .receipt();
            case LEAVE -> cairn.leases().release(work.key(), Fence.ANY_TOKEN, LeaseRelease.RELEASE, options);
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
                        case SAY -> cairn.sessions().appendAsync(work.key(), message(work), options);
                        case SAVE, TAKE, LEAVE -> throw single(work);
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
                case SAY -> SessionWrites.append(work.key(), message(work));
                case SAVE, TAKE, LEAVE -> throw single(work);
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

    private static NewMessage message(Work work) {
        return NewMessage.parse(work.message());
    }

    private static NewSnapshot snapshot(Work work) {
        return NewSnapshot.manual(work.json()).id(work.actor());
    }

    private static IllegalStateException single(Work work) {
        return new IllegalStateException("expected what is written by itself to be so, was " + work);
    }

    private static WriteOptions options(Work work) {
        WriteOptions options = WriteOptions.defaults().withActor(work.actor());
        return work.operation() == null ? options : options.withOperation(work.operation(), work.item(), 0);
    }

    private void ended(Work work, @Nullable Level level, @Nullable Receipt receipt) {
        long nanos = System.nanoTime();
        if (receipt == null) {
            teller.tell(new Told.Ended(work.number(), java.util.Objects.requireNonNull(level), 0, -1, 0, false, nanos));
            return;
        }
        teller.tell(new Told.Ended(
                work.number(),
                lie || receipt.ack() == Ack.DURABLE ? Level.DURABLE : Level.ACCEPTED,
                receipt.epoch(),
                receipt.offset(),
                receipt.version(),
                receipt.replayed(),
                nanos));
    }
}
