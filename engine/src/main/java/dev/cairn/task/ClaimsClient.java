package dev.cairn.task;

import dev.cairn.Ack;
import dev.cairn.NotFoundException;
import dev.cairn.OverloadedException;
import dev.cairn.Receipt;
import dev.cairn.WriteOptions;
import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.codec.KeyHash;
import dev.cairn.internal.index.ClaimIndex;
import dev.cairn.internal.kind.Entity;
import dev.cairn.internal.kind.KindHost;
import dev.cairn.internal.kind.Millis;
import dev.cairn.internal.kind.Names;
import dev.cairn.internal.kind.StateKey;
import dev.cairn.lease.Grant;
import dev.cairn.lease.Leases;
import java.time.Duration;
import java.util.Optional;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Claiming, over a host: fills the index when it is first needed, waits for work, and reads back what was taken.
 *
 * <p>Threading: any thread.
 */
final class ClaimsClient {
    private static final int FILL_TRIES = 10;

    private final KindHost host;
    private final TaskKind kind;
    private final WorkflowKind workflow;

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
                Millis.within(request.ttl(), Leases.TTL_MIN, Leases.TTL_MAX, "/ttlMs"));
        Millis.within(request.waitMax(), Duration.ZERO, Leases.WAIT_MAX, "/waitMs");
        WriteOptions durable = options.ack() == null ? options.withAck(Ack.DURABLE) : options;
        long deadlineNanos = System.nanoTime() + request.waitMax().toNanos();
        while (true) {
            long seen = kind.claims().offers();
            Receipt receipt = take(wish, durable);
            if (receipt != null) {
                return Optional.of(taken(wish, receipt));
            }
            long left = deadlineNanos - System.nanoTime();
            if (left <= 0 || !host.await(() -> kind.claims().offers() != seen, Duration.ofNanos(left))) {
                return Optional.empty();
            }
        }
    }

    /** Null when there is nothing to take. */
    private @Nullable Receipt take(TaskCommand.Claim wish, WriteOptions options) {
        for (int tries = 0; ; tries++) {
            try {
                return host.commit(kind, wish, options);
            } catch (NotFoundException e) {
                return null;
            } catch (OverloadedException e) {
                // The index is to be filled first: nobody has claimed since the opening, or the workflow has changed.
                if (tries == FILL_TRIES) {
                    throw e;
                }
                host.still(this::fill);
            }
        }
    }

    private void fill() {
        TaskClaims claims = kind.claims();
        if (claims.isCurrent()) {
            return;
        }
        Entity current = new Entity();
        host.entity(workflow, null, WorkflowKind.KEY, current);
        long seed = new SplittableRandom().nextLong();
        claims.begin(workflow.rules(current), new ClaimIndex(slab -> KeyHash.of(slab.array(), slab.length(), seed)));
        ByteSlab topic = new ByteSlab();
        ByteSlab key = new ByteSlab();
        CreationOffsets created = new CreationOffsets(host);
        host.forEach(kind, (stateKey, task) -> {
            StateKey.read(stateKey, topic, key);
            claims.put(key, task, created.of(task));
        });
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
        long token = receipt.offset() + 1;
        Receipt granted = new Receipt(
                receipt.epoch(),
                token,
                receipt.version(),
                token,
                receipt.ack(),
                receipt.durableOffset(),
                receipt.replayed());
        Grant grant = new Grant(
                TaskKind.NAME + ":" + id, wish.agent(), token, host.now().plusMillis(wish.ttlMillis()), granted);
        return new Claim(TaskBody.decode(id, entity), grant, receipt);
    }
}
