package dev.cairn.lease;

import dev.cairn.Ack;
import dev.cairn.Fence;
import dev.cairn.GoneException;
import dev.cairn.HeldException;
import dev.cairn.InvalidRequestException;
import dev.cairn.LogRecord;
import dev.cairn.NotFoundException;
import dev.cairn.NotReadyException;
import dev.cairn.Receipt;
import dev.cairn.StaleTokenException;
import dev.cairn.TooLargeException;
import dev.cairn.WriteOptions;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.json.Json;
import dev.cairn.internal.kind.Entity;
import dev.cairn.internal.kind.KindHost;
import dev.cairn.internal.kind.LeaseLedger.End;
import dev.cairn.internal.kind.Micros;
import dev.cairn.internal.kind.RowQuery;
import dev.cairn.internal.kind.RowQuery.Condition;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * {@link Leases} over a host.
 *
 * <p>Threading: any thread.
 */
final class LeasesClient implements Leases {
    /** The largest progress, in bytes. */
    static final int PROGRESS_BYTES_MAX = 64 << 10;

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
        return grant.isPresent() ? grant.get() : place.conclude();
    }

    @Override
    public LeasePlace request(String lease, String holder, Duration ttl, Duration waitMax, WriteOptions options) {
        LeaseCommand.Acquire wish = LeaseCommand.acquire(lease, holder, ttl, waitMax);
        WriteOptions durable = options.ack() == null ? options.withAck(Ack.DURABLE) : options;
        return request(wish, durable);
    }

    private LeasePlace request(LeaseCommand.Acquire wish, WriteOptions durable) {
        LeasePlace place = requestOnce(wish, durable);
        if (place == null) {
            // It was found, and had ended a moment later: its operation has come to nothing meanwhile.
            place = requestOnce(wish, durable);
        }
        if (place == null) {
            throw held(wish.key(), 0);
        }
        return place;
    }

    private @Nullable LeasePlace requestOnce(LeaseCommand.Acquire wish, WriteOptions durable) {
        Receipt receipt = free(wish, durable);
        if (receipt == null) {
            // Nobody collects a place: what counts is the grant, which is behind it in the log.
            receipt = host.commit(kind, wish, durable.withAck(Ack.ACCEPTED));
        } else if (!receipt.replayed()) {
            return new Granted(grant(wish, receipt.offset(), receipt));
        }
        return place(wish, receipt, durable);
    }

    /** Takes the lease if it is free: the common case, in which nothing need be read back. Null if it has to be waited for. */
    private @Nullable Receipt free(LeaseCommand.Acquire wish, WriteOptions options) {
        try {
            return host.commit(kind, wish.at(0), options);
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
    private @Nullable LeasePlace place(LeaseCommand.Acquire wish, Receipt receipt, WriteOptions options) {
        Ack ack = options.ack();
        long offset = receipt.offset();
        LeaseWaiter waiter = timer.waiter(offset);
        if (waiter != null) {
            return new Queued(wish, receipt, options, waiter);
        }
        Entity lease = entity(wish.key());
        if (lease.exists() && LeaseBody.isHeld(lease)) {
            if (LeaseBody.token(lease) == offset
                    || LeaseBody.place(lease) == offset && timer.collect(wish.key(), offset)) {
                long token = LeaseBody.token(lease);
                return new Granted(grant(wish, token, host.acknowledge(receiptOf(token, receipt), ack)));
            }
        }
        long token = PlaceGrant.tokenOf(host, lease, offset);
        if (token < 0) {
            return null;
        }
        throw new StaleTokenException(wish.key(), token, LeaseBody.isHeld(lease) ? LeaseBody.token(lease) : null);
    }

    /** The receipt of the grant that came of a request: it has an offset, an epoch and a version of its own. */
    private Receipt receiptOf(long token, Receipt request) {
        if (token == request.offset()) {
            return request;
        }
        Event granted = new Event();
        host.event(token, granted);
        return new Receipt(
                granted.epoch,
                token,
                granted.version,
                token,
                request.ack(),
                request.durableOffset(),
                request.replayed());
    }

    private Grant grant(LeaseCommand.Acquire wish, long token, Receipt receipt) {
        return new Grant(wish.key(), wish.holder(), token, expiresAt(wish.key(), token, wish.ttlMillis()), receipt);
    }

    /** When the time is over that began with the record at {@code term}; the same whenever it is asked for. */
    private Instant expiresAt(String lease, long term, long ttlMillis) {
        LeaseTimer.Remaining remaining = timer.remaining(lease);
        if (remaining != null && remaining.term() == term && remaining.expiresAt() > 0) {
            return Micros.toInstant(remaining.expiresAt());
        }
        Event began = new Event();
        try {
            host.event(term, began);
            return Micros.toInstant(LeasePayload.expiresAt(began));
        } catch (GoneException e) {
            return host.now().plusMillis(ttlMillis);
        }
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
        public boolean isDecided(Duration waitMax) {
            return true;
        }

        @Override
        public void withdraw() {
            // It is granted.
        }

        @Override
        public Grant conclude() {
            return grant;
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
        private final WriteOptions options;
        private final LeaseWaiter waiter;
        private final int arrival;
        private volatile @Nullable Grant grant;
        /** As it was last asked for: what is told of a place that is gone. */
        private volatile int lastPosition;

        Queued(LeaseCommand.Acquire wish, Receipt receipt, WriteOptions options, LeaseWaiter waiter) {
            this.wish = wish;
            this.receipt = receipt;
            this.options = options;
            this.waiter = waiter;
            this.arrival = timer.arrive(waiter);
        }

        @Override
        public Optional<Grant> await(Duration waitMax) {
            Grant known = grant;
            if (known != null) {
                return Optional.of(known);
            }
            return switch (outcome(waitMax)) {
                case WAITING -> Optional.empty();
                case GRANTED -> Optional.of(collect());
                case GONE -> throw held(wish.key(), lastPosition);
                case CLOSED -> throw new NotReadyException("the engine is closed");
            };
        }

        @Override
        public boolean isDecided(Duration waitMax) {
            return grant != null || outcome(waitMax) != LeaseWaiter.Outcome.WAITING;
        }

        private LeaseWaiter.Outcome outcome(Duration waitMax) {
            try {
                return waiter.await(TimeUnit.NANOSECONDS.convert(waitMax));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new NotReadyException("interrupted while waiting for " + waiter.lease());
            }
        }

        private Grant collect() {
            if (!timer.collect(wish.key(), waiter.place())) {
                throw held(wish.key(), 0);
            }
            long token = waiter.token();
            Receipt reached = host.acknowledge(receiptOf(token, receipt), options.ack());
            Grant collected = grant(wish, token, reached);
            grant = collected;
            return collected;
        }

        @Override
        public void withdraw() {
            if (grant == null && waiter.isLast(arrival) && position() > 0) {
                try {
                    host.commit(
                            kind,
                            new LeaseCommand.Withdraw(wish.key(), receipt.offset(), PlaceOperation.of(options)),
                            WriteOptions.defaults().withAck(Ack.ACCEPTED));
                } catch (NotFoundException e) {
                    // Granted or gone meanwhile: there is nothing to give up.
                }
            }
        }

        @Override
        public Grant conclude() {
            int position = position();
            withdraw();
            try {
                // It may have been granted at the last moment.
                return await(Duration.ZERO).orElseThrow(() -> held(wish.key(), position));
            } catch (HeldException e) {
                throw held(wish.key(), position);
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
        LeaseCommand wish = new LeaseCommand.Renew(LeaseCommand.checkName(lease), checked(token), ttlMillis, json);
        Receipt receipt = host.commit(kind, wish, options);
        return new Renewal(expiresAt(lease, receipt.offset(), ttlMillis), receipt);
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
        return host.commit(kind, new LeaseCommand.Release(LeaseCommand.checkName(lease), given, end), options);
    }

    @Override
    public Optional<Lease> get(String lease) {
        Entity entity = entity(LeaseCommand.checkName(lease));
        return entity.version() == 0 ? Optional.empty() : Optional.of(decode(lease, entity, true));
    }

    @Override
    public Optional<Lease> getAsOf(String lease, long offset) {
        Entity entity = new Entity();
        host.entityAsOf(kind, null, LeaseCommand.checkName(lease), offset, entity);
        return entity.version() == 0 ? Optional.empty() : Optional.of(decode(lease, entity, false));
    }

    @Override
    public Optional<Lease> getAsOf(String lease, Instant time) {
        LeaseCommand.checkName(lease);
        long offset = host.offsetAsOf(time);
        return offset < 0 ? Optional.empty() : getAsOf(lease, offset);
    }

    @Override
    public boolean awaitChange(String lease, long revision, Duration timeout) {
        String name = LeaseCommand.checkName(lease);
        return host.await(() -> revision(name) != revision, timeout);
    }

    /** Unlike other entities, a lease that nobody holds is there, and has a revision. */
    private long revision(String lease) {
        Entity entity = entity(lease);
        return entity.version() == 0 ? -1 : entity.revision();
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
        return host.history(kind, null, LeaseCommand.checkName(lease), before, limit);
    }

    @Override
    public LeasePage list(LeaseQuery query) {
        List<Condition> conditions = new ArrayList<>();
        conditions.add(new Condition.Above(LeaseTable.TOKEN, 0, true));
        if (query.holder() != null) {
            conditions.add(new Condition.In(LeaseTable.HOLDER, List.of(query.holder())));
        }
        RowQuery.Page page = host.query(
                kind,
                new RowQuery(
                        conditions,
                        LeaseTable.TOKEN,
                        false,
                        query.limit(),
                        query.cursor(),
                        query.minOffset(),
                        query.waitMax()));
        List<Lease> leases = page.rows().stream()
                .map(row -> decode(row.key(), row.entity(), true))
                .toList();
        return new LeasePage(leases, page.next(), page.projectionOffset());
    }

    @Override
    public Counts counts() {
        return timer.counts();
    }
}
