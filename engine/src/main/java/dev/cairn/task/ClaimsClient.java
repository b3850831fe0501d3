package dev.cairn.task;

import dev.cairn.Ack;
import dev.cairn.Expect;
import dev.cairn.NotFoundException;
import dev.cairn.OverloadedException;
import dev.cairn.Receipt;
import dev.cairn.WriteOptions;
import dev.cairn.internal.codec.Event;
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

    ClaimsClient(KindHost host, TaskKind kind, WorkflowKind workflow) {
        this.host = host;
        this.kind = kind;
        this.workflow = workflow;
    }

    Optional<Claim> claim(ClaimRequest request, WriteOptions options) {
        TaskCommand.Claim wish = new TaskCommand.Claim(
                Names.check(request.agent(), "/agent"),
                Names.check(request.queue(), "/queue"),
                request.status() == null ? null : Names.check(request.status(), Workflow.STATUS_BYTES_MAX, "/status"),
                Millis.within(request.ttl(), ClaimRequest.TTL_MIN, ClaimRequest.TTL_MAX, "/ttlMs"));
        long waitMillis = Millis.within(request.waitMax(), Duration.ZERO, Leases.WAIT_MAX, "/waitMs");
        WriteOptions durable = options.ack() == null ? options.withAck(Ack.DURABLE) : options;
        Receipt receipt = waitMillis == 0 ? tryTake(wish, durable) : await(wish, durable, waitMillis);
        return receipt == null ? Optional.empty() : Optional.of(taken(wish, receipt));
    }

    /** Null when nothing came in time. */
    private @Nullable Receipt await(TaskCommand.Claim wish, WriteOptions options, long waitMillis) {
        long deadlineNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(waitMillis);
        WorkAwaited awaited = kind.claims().awaited();
        WorkAwaited.Waiting waiting = awaited.enter(wish.queue());
        try {
            boolean woken = true;
            while (true) {
                long seen = waiting.offers();
                Receipt receipt = woken ? tryTake(wish, options) : take(wish, options);
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
     * Takes what comes next, after a look whether there is anything: who asks in vain, again and again, holds nobody up. Not
     * where the answer may be another one than that nothing is there.
     */
    private @Nullable Receipt tryTake(TaskCommand.Claim wish, WriteOptions options) {
        boolean plain = options.operation() == null
                && options.fences().isEmpty()
                && options.expect().equals(Expect.any());
        if (plain) {
            boolean[] nothing = {false};
            host.still(() -> nothing[0] = kind.claims().hasNothing(wish));
            if (nothing[0]) {
                return null;
            }
        }
        return take(wish, options);
    }

    /** Null when there is nothing to take. */
    private @Nullable Receipt take(TaskCommand.Claim wish, WriteOptions options) {
        for (int tries = 1; ; tries++) {
            try {
                return host.commit(kind, wish, options);
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
    private Claim taken(TaskCommand.Claim wish, Receipt receipt) {
        Event event = new Event();
        host.event(receipt.offset(), event);
        String id = event.key.utf8();
        Entity entity = new Entity();
        host.entity(kind, null, id, entity);
        if (!entity.exists() || entity.revision() != receipt.offset()) {
            host.entityAsOf(kind, null, id, receipt.offset(), entity);
        }
        Task task = TaskBody.decode(id, entity);
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
}
