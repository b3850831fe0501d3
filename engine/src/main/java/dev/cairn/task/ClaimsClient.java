package dev.cairn.task;

import dev.cairn.Ack;
import dev.cairn.Expect;
import dev.cairn.InvalidRequestException;
import dev.cairn.NotFoundException;
import dev.cairn.OverloadedException;
import dev.cairn.Receipt;
import dev.cairn.WriteOptions;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.kind.Committed;
import dev.cairn.internal.kind.Entity;
import dev.cairn.internal.kind.KindHost;
import dev.cairn.internal.kind.Millis;
import dev.cairn.internal.kind.Names;
import dev.cairn.lease.Grant;
import dev.cairn.lease.Leases;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Claiming, over a host: fills the index when it is first needed, waits for work, and tells what was taken.
 *
 * <p>Threading: any thread.
 */
final class ClaimsClient {
    private static final int FILL_TRIES = 10;
    /** Who waits asks the engine that often without being woken: it may have closed meanwhile. */
    private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private static final long WAIT_NANOS_MIN = TimeUnit.MILLISECONDS.toNanos(1);

    private final KindHost host;
    private final TaskKind kind;
    private final WorkflowKind workflow;
    /** Held by who fills the index; those who want to claim meanwhile wait for it, and nobody else. */
    private final ReentrantLock filling = new ReentrantLock();
    /** Whether the last claim found nothing, by which the next one begins with a look. */
    private volatile boolean foundNothing;

    ClaimsClient(KindHost host, TaskKind kind, WorkflowKind workflow) {
        this.host = host;
        this.kind = kind;
        this.workflow = workflow;
    }

    Optional<Claim> claim(ClaimRequest request, WriteOptions options) {
        if (!options.expect().equals(Expect.any())) {
            throw new InvalidRequestException(
                    "expected no expectation of a claim, which says itself which task it is, was " + options.expect(),
                    "expect");
        }
        TaskCommand.Claim wish = new TaskCommand.Claim(
                Names.check(request.agent(), "/agent"),
                Names.check(request.queue(), "/queue"),
                request.status() == null ? null : Names.check(request.status(), Workflow.STATUS_BYTES_MAX, "/status"),
                Millis.within(request.ttl(), ClaimRequest.TTL_MIN, ClaimRequest.TTL_MAX, "/ttlMs"));
        long waitMillis = Millis.within(request.waitMax(), Duration.ZERO, Leases.WAIT_MAX, "/waitMs");
        WriteOptions durable = options.ack() == null ? options.withAck(Ack.DURABLE) : options;
        Taken taken = new Taken();
        Receipt receipt = waitMillis == 0 ? tryTake(wish, durable, taken) : await(wish, durable, taken, waitMillis);
        return receipt == null ? Optional.empty() : Optional.of(claim(wish, receipt, taken));
    }

    /** The task that a claim took, as the claim left it. Threading: the thread that claims. */
    private static final class Taken implements Committed {
        private final Entity entity = new Entity();
        private @Nullable String id;

        @Override
        public void committed(Event first, Entity after) {
            id = first.key.utf8();
            entity.set(after);
        }
    }

    /** Null when nothing came in time. */
    private @Nullable Receipt await(TaskCommand.Claim wish, WriteOptions options, Taken taken, long waitMillis) {
        long deadlineNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(waitMillis);
        WorkAwaited awaited = kind.claims().awaited();
        WorkAwaited.Waiting waiting = awaited.enter(wish.queue());
        try {
            boolean woken = true;
            while (true) {
                long seen = waiting.offers();
                Receipt receipt = woken ? tryTake(wish, options, taken) : take(wish, options, taken);
                long left = deadlineNanos - System.nanoTime();
                if (receipt != null || left < WAIT_NANOS_MIN) {
                    return receipt;
                }
                Duration slice = Duration.ofNanos(Math.min(left, PATIENCE_NANOS));
                woken = host.await(() -> waiting.offers() != seen, slice);
            }
        } finally {
            awaited.leave(wish.queue());
        }
    }

    /**
     * Takes what comes next. Where nothing was there the last time, only after a look whether there is anything now: who asks in
     * vain, again and again, holds nobody up. Not where the answer may be another one than that nothing is there.
     */
    private @Nullable Receipt tryTake(TaskCommand.Claim wish, WriteOptions options, Taken taken) {
        boolean plain = options.operation() == null && options.fences().isEmpty();
        if (plain && foundNothing) {
            boolean[] nothing = {false};
            host.still(() -> nothing[0] = kind.claims().hasNothing(wish));
            if (nothing[0]) {
                return null;
            }
        }
        Receipt receipt = take(wish, options, taken);
        foundNothing = receipt == null;
        return receipt;
    }

    /** Null when there is nothing to take. */
    private @Nullable Receipt take(TaskCommand.Claim wish, WriteOptions options, Taken taken) {
        for (int tries = 1; ; tries++) {
            try {
                return host.commit(kind, wish, options, taken);
            } catch (NotFoundException e) {
                return null;
            } catch (OverloadedException e) {
                // Nobody has claimed since the opening, or the workflow has changed; or there is too much to do
                // elsewhere.
                if (!fill() && tries > 1 || tries == FILL_TRIES) {
                    throw e;
                }
            }
        }
    }

    private boolean fill() {
        filling.lock();
        try {
            return new ClaimFill(host, kind, workflow).run();
        } finally {
            filling.unlock();
        }
    }

    /** What the records of the claim say: the task's comes first, and behind it that of the grant. */
    private Claim claim(TaskCommand.Claim wish, Receipt receipt, Taken taken) {
        String id = taken.id == null ? readBack(receipt, taken) : taken.id;
        Task task = TaskBody.decode(id, taken.entity);
        long token = receipt.offset() + 1;
        Receipt granted = new Receipt(
                receipt.epoch(),
                token,
                receipt.version(),
                token,
                receipt.ack(),
                receipt.durableOffset(),
                receipt.replayed());
        // By the time of its record: a repeat says the same, and the lease never ends earlier.
        Grant grant = new Grant(
                TaskKind.NAME + ":" + id, wish.agent(), token, task.updatedAt().plusMillis(wish.ttlMillis()), granted);
        return new Claim(task, grant, receipt);
    }

    /** The claim was made before, under the same operation. */
    private String readBack(Receipt receipt, Taken taken) {
        Event event = new Event();
        host.committed(receipt, event);
        String id = event.key.utf8();
        host.entity(kind, null, id, taken.entity);
        if (!taken.entity.exists() || taken.entity.revision() != receipt.offset()) {
            host.entityAsOf(kind, null, id, receipt.offset(), taken.entity);
        }
        return id;
    }
}
