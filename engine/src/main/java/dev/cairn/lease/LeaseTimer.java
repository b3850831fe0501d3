package dev.cairn.lease;

import dev.cairn.Ack;
import dev.cairn.CairnException;
import dev.cairn.NotFoundException;
import dev.cairn.NotReadyException;
import dev.cairn.OutOfSpaceException;
import dev.cairn.StaleTokenException;
import dev.cairn.WriteOptions;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.codec.SlabCursor;
import dev.cairn.internal.kind.Entity;
import dev.cairn.internal.kind.Kind;
import dev.cairn.internal.kind.KindHost;
import dev.cairn.internal.kind.LeaseLedger.End;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What leases need of time: it knows each grant and each place in a queue, ends by record what is over, and tells waiters that
 * they were granted.
 *
 * <p>Deadlines are those of a monotonic clock and begin anew with each opening, so no jump of the clock and no restart takes a
 * lease away early. The thread looks through all of them when the earliest is due: a grant, a renewal and an end cost the
 * commit path one entry in a map, and nothing is left behind of a lease that ended in time.
 *
 * <p>Threading: events come under the commit lock; the loop has its own thread; the rest from any thread. Entries are
 * immutable and exchanged as a whole.
 */
final class LeaseTimer implements LeaseKind.Observer, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LeaseTimer.class);

    /** A grant to somebody who waited passes on when it is not collected within this time. */
    static final long COLLECT_NANOS = 5_000_000_000L;

    private static final long NANOS_PER_MILLI = 1_000_000;
    /** The pause between two looks at least, however many deadlines there are. */
    private static final long PAUSE_MIN_NANOS = 2 * NANOS_PER_MILLI;

    private static final long PAUSE_MAX_NANOS = 1_000 * NANOS_PER_MILLI;
    /** A look is followed by a pause of so many times its length: a fifth of one processor at most goes into looking. */
    private static final int PAUSE_PER_LOOK = 4;

    private static final long RETRY_NANOS = 100 * NANOS_PER_MILLI;
    private static final WriteOptions ACCEPTED = WriteOptions.defaults().withAck(Ack.ACCEPTED);

    private final Kind kind;
    private final LongSupplier nanoClock;
    private final Map<String, Held> held = new ConcurrentHashMap<>();
    private final Map<Long, LeaseWaiter> waiters = new ConcurrentHashMap<>();
    private final Thread thread = new Thread(this::run, "cairn-lease");
    private volatile @Nullable KindHost host;
    private volatile boolean closed;
    /** When the loop looks again; a deadline before it wakes the loop. */
    private volatile long nextNanos;

    private final LongAdder grants = new LongAdder();
    private final LongAdder expiries = new LongAdder();

    /**
     * A grant.
     *
     * @param place of the holder in the queue, −1 if it did not wait
     * @param term offset of the record with which its time began
     * @param startNanos when that was
     * @param expiresAt the time that the record stands for, in microseconds since 1970; 0 where it is not at hand
     * @param collected whether the holder knows of it; false for a moment also while it passes on
     * @param passing whether its time to be collected is over
     */
    private record Held(
            long token,
            long place,
            long term,
            long ttlMillis,
            long startNanos,
            long expiresAt,
            boolean collected,
            boolean passing) {
        long deadlineNanos() {
            long ttl = ttlMillis * NANOS_PER_MILLI;
            return startNanos + (collected ? ttl : Math.min(ttl, COLLECT_NANOS));
        }

        Held from(long nanos) {
            return new Held(token, place, term, ttlMillis, nanos, expiresAt, collected, passing);
        }

        Held collectedNow() {
            return new Held(token, place, term, ttlMillis, startNanos, expiresAt, true, false);
        }

        Held passingNow() {
            return new Held(token, place, term, ttlMillis, startNanos, expiresAt, false, true);
        }
    }

    /**
     * What is left of a grant.
     *
     * @param term see {@link Held}
     * @param expiresAt see {@link Held}
     */
    record Remaining(long token, long nanos, long term, long expiresAt) {}

    LeaseTimer(Kind kind, LongSupplier nanoClock) {
        this.kind = kind;
        this.nanoClock = nanoClock;
        thread.setDaemon(true);
    }

    /** Begins to let things expire by itself. */
    void start(KindHost newHost) {
        begin(newHost);
        thread.start();
    }

    /** Whatever is held or waited for has its full time from now. */
    void begin(KindHost newHost) {
        long now = nanoClock.getAsLong();
        held.replaceAll((lease, grant) -> grant.from(now));
        waiters.values().forEach(waiter -> waiter.begin(now));
        host = newHost;
    }

    // What the log says

    @Override
    public void event(String lease, Event event, Entity after) {
        switch (event.type) {
            case LeasePayload.GRANTED -> granted(lease, event);
            case LeasePayload.QUEUED -> queued(lease, event);
            case LeasePayload.RENEWED -> renewed(lease, event);
            case LeasePayload.ENDED -> ended(lease, event);
            case LeasePayload.WITHDRAWN -> withdrawn(event);
            default -> restored(lease, after); // recovered: this is what it is now
        }
    }

    @Override
    public void restored(String lease, Entity entity) {
        if (LeaseBody.isHeld(entity)) {
            put(
                    lease,
                    new Held(
                            LeaseBody.token(entity),
                            LeaseBody.place(entity),
                            LeaseBody.term(entity),
                            LeaseBody.ttlMillis(entity),
                            nanoClock.getAsLong(),
                            0,
                            true,
                            false));
        } else {
            forget(lease);
        }
        for (LeaseBody.Place place : LeaseBody.queue(entity)) {
            add(new LeaseWaiter(lease, place.offset(), place.waitMillis(), nanoClock.getAsLong()));
        }
    }

    private void granted(String lease, Event event) {
        SlabCursor payload = LeasePayload.open(event);
        long place = payload.takeLong();
        // Until this process serves, nobody waits for an answer: a waiter that comes back finds its grant as collected.
        boolean collected = place < 0 || host == null;
        long now = nanoClock.getAsLong();
        grants.add(host == null ? 0 : 1);
        long ttlMillis = payload.takeLong();
        long expiresAt = LeasePayload.expiresAt(event.at, ttlMillis);
        put(lease, new Held(event.offset, place, event.offset, ttlMillis, now, expiresAt, collected, false));
        if (place >= 0) {
            LeaseWaiter waiter = host == null ? waiters.remove(place) : waiters.get(place);
            if (waiter != null) {
                waiter.granted(event.offset);
            }
        }
    }

    private void queued(String lease, Event event) {
        SlabCursor payload = LeasePayload.open(event);
        payload.takeLong(); // token
        payload.takeLong(); // time to live
        add(new LeaseWaiter(lease, event.offset, payload.takeLong(), nanoClock.getAsLong()));
    }

    private void renewed(String lease, Event event) {
        SlabCursor payload = LeasePayload.open(event);
        long token = payload.takeLong();
        Held grant = held.get(lease);
        if (grant != null && grant.token == token) {
            long now = nanoClock.getAsLong();
            long ttlMillis = payload.takeLong();
            long expiresAt = LeasePayload.expiresAt(event.at, ttlMillis);
            put(lease, new Held(token, grant.place, event.offset, ttlMillis, now, expiresAt, true, false));
        }
    }

    private void ended(String lease, Event event) {
        End end = LeasePayload.how(event);
        boolean expired = end == End.EXPIRED || end == End.UNCOLLECTED;
        expiries.add(expired && host != null ? 1 : 0);
        forget(lease);
    }

    private void forget(String lease) {
        Held grant = held.remove(lease);
        if (grant != null && grant.place >= 0) {
            gone(grant.place);
        }
    }

    private void withdrawn(Event event) {
        SlabCursor payload = LeasePayload.open(event);
        payload.takeLong(); // token
        gone(payload.takeLong());
    }

    private void gone(long place) {
        LeaseWaiter waiter = waiters.remove(place);
        if (waiter != null) {
            waiter.gone();
        }
    }

    private void put(String lease, Held grant) {
        held.put(lease, grant);
        wakeFor(grant.deadlineNanos());
    }

    private void add(LeaseWaiter waiter) {
        waiters.put(waiter.place(), waiter);
        if (closed) {
            waiter.closed(); // it came too late to be told by the close
        }
        wakeFor(waiter.deadlineNanos());
    }

    private void wakeFor(long deadlineNanos) {
        if (host != null && deadlineNanos - nextNanos < 0) {
            LockSupport.unpark(thread);
        }
    }

    // What clients ask

    /** Whoever waits at {@code place}; null when it has been collected or is gone. */
    @Nullable
    LeaseWaiter waiter(long place) {
        return waiters.get(place);
    }

    /** Somebody comes to wait at a place, which lasts its whole time again. */
    int arrive(LeaseWaiter waiter) {
        return waiter.arrive(nanoClock.getAsLong());
    }

    /** Takes the grant that {@code place} waited for; false when it has passed on. */
    boolean collect(String lease, long place) {
        while (true) {
            Held grant = held.get(lease);
            if (grant == null || grant.place != place || grant.passing) {
                return false;
            }
            if (grant.collected || held.replace(lease, grant, grant.collectedNow())) {
                waiters.remove(place);
                return true;
            }
        }
    }

    /** What is left of the current grant, or null when nobody holds the lease or nothing expires here. */
    @Nullable
    Remaining remaining(String lease) {
        Held grant = host == null ? null : held.get(lease);
        return grant == null
                ? null
                : new Remaining(
                        grant.token,
                        grant.startNanos + grant.ttlMillis * NANOS_PER_MILLI - nanoClock.getAsLong(),
                        grant.term,
                        grant.expiresAt);
    }

    @Override
    public long remainingNanos(String lease, long absent) {
        Remaining remaining = remaining(lease);
        return remaining == null ? absent : remaining.nanos();
    }

    @Override
    public int waiting() {
        return waiters.size();
    }

    /** How many leases there are now, and what became of leases since the opening. */
    Leases.Counts counts() {
        return new Leases.Counts(held.size(), waiters.size(), grants.sum(), expiries.sum());
    }

    // The loop

    private void run() {
        while (!closed) {
            long begun = nanoClock.getAsLong();
            nextNanos = begun + PAUSE_MAX_NANOS;
            long next;
            try {
                next = look(begun);
            } catch (CairnException e) {
                // The engine takes no writes at the moment, or no more: leases last longer then, never shorter.
                LOG.debug("leases that are over do not end yet: {}", e.toString());
                next = begun + RETRY_NANOS;
            } catch (RuntimeException e) {
                LOG.warn("expected to end leases that are over, was {}", e.toString(), e);
                next = begun + RETRY_NANOS;
            }
            nextNanos = next;
            pause(begun, next);
        }
    }

    private void pause(long begun, long next) {
        long now = nanoClock.getAsLong();
        try {
            TimeUnit.NANOSECONDS.sleep(Math.min(RETRY_NANOS, PAUSE_MIN_NANOS + PAUSE_PER_LOOK * (now - begun)));
        } catch (InterruptedException e) {
            LOG.debug("nobody ends this thread but the engine's close");
        }
        long left = next - nanoClock.getAsLong();
        if (left > 0 && !closed) {
            LockSupport.parkNanos(this, left);
        }
    }

    /** Ends by record what is over; returns when to look again. */
    long look(long now) {
        long next = now + PAUSE_MAX_NANOS;
        for (Map.Entry<String, Held> entry : held.entrySet()) {
            Held grant = entry.getValue();
            if (grant.deadlineNanos() - now > 0) {
                next = earlier(next, grant.deadlineNanos());
            } else if ((grant.collected || grant.passing || passOn(entry.getKey(), grant))
                    && !commit(expiry(entry.getKey(), grant))) {
                next = earlier(next, now + RETRY_NANOS);
            }
        }
        for (LeaseWaiter waiter : waiters.values()) {
            if (waiter.deadlineNanos() - now > 0) {
                next = earlier(next, waiter.deadlineNanos());
            } else if (!waiter.isGranted() && !withdraw(waiter)) {
                next = earlier(next, now + RETRY_NANOS);
            }
        }
        return next;
    }

    private LeaseCommand expiry(String lease, Held grant) {
        PlaceOperation origin = grant.collected ? null : operation(grant.place);
        return new LeaseCommand.Expire(lease, grant.token, grant.term, grant.collected, origin);
    }

    private @Nullable PlaceOperation operation(long place) {
        KindHost from = host;
        return from == null ? null : PlaceOperation.at(from, place);
    }

    /** A place that the log knows nothing of, as a repair may have given it up, is gone too. */
    private boolean withdraw(LeaseWaiter waiter) {
        boolean done = commit(new LeaseCommand.Withdraw(waiter.lease(), waiter.place(), operation(waiter.place())));
        if (done && host != null && !closed && !waiter.isGranted()) {
            gone(waiter.place());
        }
        return done;
    }

    /** From now on nobody can collect the grant any more; false if somebody just did. */
    private boolean passOn(String lease, Held grant) {
        return held.replace(lease, grant, grant.passingNow());
    }

    private static long earlier(long one, long other) {
        return other - one < 0 ? other : one;
    }

    /** Returns false if it has to be tried again; what holds up one lease holds up no other. */
    private boolean commit(LeaseCommand command) {
        KindHost to = host;
        if (to == null || closed) {
            return true;
        }
        try {
            to.commit(kind, command, ACCEPTED);
            return true;
        } catch (StaleTokenException | NotFoundException e) {
            LOG.trace("somebody else was faster: {}", e.toString());
            return true;
        } catch (NotReadyException | OutOfSpaceException e) {
            throw e; // no other command fares better
        } catch (RuntimeException e) {
            LOG.warn("expected to commit {}, was {}", command, e.toString());
            return false;
        }
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        boolean interrupted = false;
        while (thread.isAlive() && Thread.currentThread() != thread) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        waiters.values().forEach(LeaseWaiter::closed);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
