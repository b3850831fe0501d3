package dev.cairn.lease;

import dev.cairn.Ack;
import dev.cairn.Fence;
import dev.cairn.HeldException;
import dev.cairn.InvalidRequestException;
import dev.cairn.LogRecord;
import dev.cairn.Receipt;
import dev.cairn.StaleTokenException;
import dev.cairn.TooLargeException;
import dev.cairn.WriteOptions;
import dev.cairn.internal.json.Json;
import dev.cairn.internal.kind.Entity;
import dev.cairn.internal.kind.KindHost;
import dev.cairn.internal.kind.LeaseLedger.End;
import dev.cairn.internal.kind.Micros;
import dev.cairn.internal.kind.Names;
import dev.cairn.internal.kind.RowQuery;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@link Leases} over a host.
 *
 * <p>Threading: any thread.
 */
final class LeasesClient implements Leases {
    /** The largest progress, in bytes. */
    static final int PROGRESS_BYTES_MAX = 64 << 10;

    private static final String NAME = "name";

    private final KindHost host;
    private final LeaseKind kind;
    private final LeaseTimer timer;

    LeasesClient(KindHost host, LeaseKind kind, LeaseTimer timer) {
        this.host = host;
        this.kind = kind;
        this.timer = timer;
    }

    @Override
    public Grant acquire(String lease, String holder, Duration ttl, Duration waitMax, WriteOptions options) {
        LeasePlace place = request(lease, holder, ttl, waitMax, options);
        Optional<Grant> grant;
        try {
            grant = place.await(waitMax);
        } catch (RuntimeException e) {
            if (Thread.currentThread().isInterrupted()) {
                place.withdraw();
            }
            throw e;
        }
        if (grant.isPresent()) {
            return grant.get();
        }
        int position = place.position();
        place.withdraw();
        // It may have been granted at the last moment.
        return place.await(Duration.ZERO).orElseThrow(() -> held(lease, position));
    }

    @Override
    public LeasePlace request(String lease, String holder, Duration ttl, Duration waitMax, WriteOptions options) {
        LeaseCommand.Acquire wish = LeaseCommand.acquire(lease, holder, ttl, waitMax);
        WriteOptions durable = options.ack() == null ? options.withAck(Ack.DURABLE) : options;
        Receipt receipt = free(wish, durable);
        if (receipt == null) {
            // Nobody collects a place: what counts is the grant, which is behind it in the log.
            receipt = host.commit(kind, wish, durable.withAck(Ack.ACCEPTED));
        } else if (!receipt.replayed()) {
            return new Granted(grant(wish, receipt.offset(), receipt));
        }
        return place(wish, receipt, durable.ack());
    }

    /** Takes the lease if it is free: the common case, in which nothing need be read back. Null if it has to be waited for. */
    private @Nullable Receipt free(LeaseCommand.Acquire wish, WriteOptions options) {
        LeaseCommand.Acquire now = wish.waitMillis() == 0
                ? wish
                : new LeaseCommand.Acquire(wish.key(), wish.holder(), wish.ttlMillis(), 0);
        try {
            return host.commit(kind, now, options);
        } catch (HeldException e) {
            if (!e.name().equals(wish.key())) {
                throw e;
            }
            if (wish.waitMillis() == 0) {
                throw held(wish.key(), e.position());
            }
            return null;
        }
    }

    /** What became of a request that may be an old one, repeated. */
    private LeasePlace place(LeaseCommand.Acquire wish, Receipt receipt, @Nullable Ack ack) {
        long offset = receipt.offset();
        if (timer.waiter(offset) != null) {
            return new Queued(wish, receipt, ack);
        }
        Entity lease = entity(wish.key());
        if (lease.exists() && LeaseBody.isHeld(lease)) {
            if (LeaseBody.token(lease) == offset
                    || LeaseBody.place(lease) == offset && timer.collect(wish.key(), offset)) {
                long token = LeaseBody.token(lease);
                return new Granted(grant(wish, token, host.acknowledge(at(receipt, token), ack)));
            }
            throw held(wish.key(), 0);
        }
        throw new StaleTokenException(wish.key(), offset, null);
    }

    private static Receipt at(Receipt receipt, long offset) {
        return offset == receipt.offset()
                ? receipt
                : new Receipt(
                        receipt.epoch(),
                        offset,
                        receipt.version(),
                        offset,
                        receipt.ack(),
                        receipt.durableOffset(),
                        receipt.replayed());
    }

    private Grant grant(LeaseCommand.Acquire wish, long token, Receipt receipt) {
        return new Grant(wish.key(), wish.holder(), token, expiresAt(wish.key(), token, wish.ttlMillis()), receipt);
    }

    private Instant expiresAt(String lease, long token, long ttlMillis) {
        LeaseTimer.Remaining remaining = timer.remaining(lease);
        return remaining != null && remaining.token() == token
                ? host.now().plusNanos(remaining.nanos())
                : host.now().plusMillis(ttlMillis);
    }

    private HeldException held(String lease, int position) {
        Lease now = get(lease).orElse(null);
        String holder = now == null ? null : now.holder();
        Instant expiresAt = now == null ? null : now.expiresAt();
        return new HeldException(
                lease, holder == null ? "" : holder, expiresAt == null ? host.now() : expiresAt, position);
    }

    private Entity entity(String lease) {
        Entity entity = new Entity();
        host.entity(kind, null, lease, entity);
        return entity;
    }

    /** A lease that was free. */
    private record Granted(Grant grant) implements LeasePlace {
        @Override
        public Optional<Grant> await(Duration waitMax) {
            return Optional.of(grant);
        }

        @Override
        public void withdraw() {
            // It is granted.
        }

        @Override
        public int position() {
            return 0;
        }
    }

    /** A place in the queue. */
    private final class Queued implements LeasePlace {
        private final LeaseCommand.Acquire wish;
        private final Receipt receipt;
        private final @Nullable Ack ack;
        private volatile @Nullable LeaseWaiter waiter;
        private volatile @Nullable Grant grant;
        /** As it was last asked for: what is told of a place that is gone. */
        private volatile int lastPosition;

        Queued(LeaseCommand.Acquire wish, Receipt receipt, @Nullable Ack ack) {
            this.wish = wish;
            this.receipt = receipt;
            this.ack = ack;
            this.waiter = timer.waiter(receipt.offset());
        }

        @Override
        public Optional<Grant> await(Duration waitMax) {
            Grant known = grant;
            if (known != null) {
                return Optional.of(known);
            }
            LeaseWaiter waiting = waiter;
            if (waiting == null) {
                return place(wish, receipt, ack).await(Duration.ZERO);
            }
            return switch (outcome(waiting, waitMax)) {
                case WAITING -> Optional.empty();
                case GRANTED -> Optional.of(collect(waiting));
                case GONE -> throw held(wish.key(), lastPosition);
                case CLOSED -> throw new dev.cairn.NotReadyException("the engine is closed");
            };
        }

        private static LeaseWaiter.Outcome outcome(LeaseWaiter waiting, Duration waitMax) {
            try {
                return waiting.await(waitMax.toNanos());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new dev.cairn.NotReadyException("interrupted while waiting for " + waiting.lease());
            }
        }

        private Grant collect(LeaseWaiter waiting) {
            if (!timer.collect(wish.key(), waiting.place())) {
                throw held(wish.key(), 0);
            }
            long token = waiting.token();
            Receipt reached = host.acknowledge(at(receipt, token), ack);
            Grant collected = grant(wish, token, reached);
            grant = collected;
            return collected;
        }

        @Override
        public void withdraw() {
            if (grant == null && position() > 0) {
                try {
                    host.commit(
                            kind,
                            new LeaseCommand.Withdraw(wish.key(), receipt.offset()),
                            WriteOptions.defaults().withAck(Ack.ACCEPTED));
                } catch (dev.cairn.NotFoundException e) {
                    // Granted or gone meanwhile: there is nothing to give up.
                }
            }
        }

        @Override
        public int position() {
            int position = 0;
            for (LeaseBody.Place place : LeaseBody.queue(entity(wish.key()))) {
                position++;
                if (place.offset() == receipt.offset()) {
                    lastPosition = position;
                    return position;
                }
            }
            return 0;
        }
    }

    @Override
    public Renewal renew(String lease, long token, Duration ttl, @Nullable String progress, WriteOptions options) {
        byte[] json = progress == null ? null : Json.value(progress, "/progress");
        if (json != null && json.length > PROGRESS_BYTES_MAX) {
            throw new TooLargeException("progress", PROGRESS_BYTES_MAX, json.length);
        }
        long ttlMillis = LeaseCommand.ttlMillis(ttl);
        LeaseCommand wish = new LeaseCommand.Renew(Names.check(lease, NAME), checked(token), ttlMillis, json);
        Receipt receipt = host.commit(kind, wish, options);
        return new Renewal(expiresAt(lease, token, ttlMillis), receipt);
    }

    private static long checked(long token) {
        if (token < 0) {
            throw new InvalidRequestException("expected a token from 0, was " + token, "token");
        }
        return token;
    }

    @Override
    public Receipt release(String lease, long token, LeaseRelease mode, WriteOptions options) {
        End end = token == Fence.ANY_TOKEN
                ? End.REVOKED
                : switch (mode) {
                    case RELEASE -> End.RELEASED;
                    case FAIL -> End.FAILED;
                    case POISON -> End.POISONED;
                };
        long given = token == Fence.ANY_TOKEN ? token : checked(token);
        return host.commit(kind, new LeaseCommand.Release(Names.check(lease, NAME), given, end), options);
    }

    @Override
    public Optional<Lease> get(String lease) {
        Entity entity = entity(Names.check(lease, NAME));
        return entity.version() == 0 ? Optional.empty() : Optional.of(decode(lease, entity, true));
    }

    @Override
    public Optional<Lease> getAsOf(String lease, long offset) {
        Entity entity = new Entity();
        host.entityAsOf(kind, null, Names.check(lease, NAME), offset, entity);
        return entity.version() == 0 ? Optional.empty() : Optional.of(decode(lease, entity, false));
    }

    /** @param live whether the deadline is that of this process */
    private Lease decode(String lease, Entity entity, boolean live) {
        boolean held = LeaseBody.isHeld(entity);
        List<Lease.Waiting> queue = new ArrayList<>();
        for (LeaseBody.Place place : LeaseBody.queue(entity)) {
            queue.add(new Lease.Waiting(place.holder(), queue.size() + 1, place.offset()));
        }
        return new Lease(
                lease,
                held ? LeaseBody.holder(entity) : null,
                held ? LeaseBody.token(entity) : null,
                held ? Micros.toInstant(LeaseBody.grantedAt(entity)) : null,
                held ? deadline(lease, entity, live) : null,
                held ? LeaseBody.progress(entity) : null,
                queue,
                entity.version(),
                entity.revision(),
                entity.incomplete());
    }

    private Instant deadline(String lease, Entity entity, boolean live) {
        LeaseTimer.Remaining remaining = live ? timer.remaining(lease) : null;
        return remaining != null && remaining.token() == LeaseBody.token(entity)
                ? host.now().plusNanos(remaining.nanos())
                : Micros.toInstant(LeaseBody.expiresAt(entity));
    }

    @Override
    public List<LogRecord> history(String lease, long before, int limit) {
        if (limit < 1) {
            throw new InvalidRequestException("expected a limit from 1, was " + limit, "limit");
        }
        return host.history(kind, null, Names.check(lease, NAME), before, limit);
    }

    @Override
    public LeasePage list(int limit, @Nullable String cursor) {
        RowQuery query = new RowQuery(List.of(), LeaseTable.TOKEN, false, limit, cursor, -1, Duration.ZERO);
        RowQuery.Page page = host.query(kind, query);
        List<Lease> leases = page.rows().stream()
                .map(row -> decode(row.key(), row.entity(), true))
                .toList();
        return new LeasePage(leases, page.next(), page.projectionOffset());
    }
}
