package dev.cairn.lease;

import dev.cairn.Fence;
import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.kind.CheckCommand;
import dev.cairn.internal.kind.Command;
import dev.cairn.internal.kind.Draft;
import dev.cairn.internal.kind.Entity;
import dev.cairn.internal.kind.EntityTable;
import dev.cairn.internal.kind.FenceCheck;
import dev.cairn.internal.kind.Kind;
import dev.cairn.internal.kind.KindIds;
import dev.cairn.internal.kind.LeaseLedger;
import dev.cairn.internal.kind.Micros;
import dev.cairn.internal.kind.RecordRules;
import dev.cairn.internal.kind.Rejection;
import dev.cairn.internal.kind.StateKey;
import org.jspecify.annotations.Nullable;

/**
 * Leases: decides who holds what, first come, first served, and holds every fencing token of every write against that.
 *
 * <p>A lease is held until the log says that it ended; the passing of time alone changes nothing here. The token of a grant is
 * its offset, so it only grows, and one that was ever stale stays so.
 *
 * <p>Threading: see {@link Kind}.
 */
final class LeaseKind implements Kind, FenceCheck, LeaseLedger {
    static final String NAME = "lease";

    /** So many leases may be held at a time, and so many may wait in all: each costs some hundred bytes of memory. */
    static final int HELD_MAX = 1_000_000;

    static final int WAITING_MAX = 100_000;

    private static final LeaseTable TABLE = new LeaseTable();
    private static final long UNKNOWN = Long.MIN_VALUE;
    private static final long NANOS_PER_MICRO = 1_000;

    private final HeldLeases held = new HeldLeases();
    private final Observers observers = new Observers();
    private Endings endings = (draft, lease, origin, end) -> {};

    /** Follows what is installed, to let leases expire and waiters go on. */
    interface Observer {
        /** @param after the entity as it was installed */
        void event(String lease, Event event, Entity after);

        void restored(String lease, Entity entity);

        /** How many wait, for whichever leases. */
        int waiting();

        /** What is left of the grant of {@code lease}, in nanoseconds; {@code absent} when that is not known. */
        long remainingNanos(String lease, long absent);
    }

    /** Who is told of what was installed. Threading: commit lock held. */
    private static final class Observers {
        private @Nullable Observer timer;
        private Holdings holdings = (lease, isHeld) -> {};
    }

    void observer(Observer timer) {
        observers.timer = timer;
    }

    @Override
    public void endings(Endings newEndings) {
        endings = newEndings;
    }

    @Override
    public void holdings(Holdings newHoldings) {
        observers.holdings = newHoldings;
    }

    @Override
    public byte id() {
        return KindIds.LEASE;
    }

    @Override
    public String name() {
        return NAME;
    }

    // Fences

    @Override
    public @Nullable Rejection check(Draft draft, Kind kind, Command command) {
        boolean presented = false;
        if (!draft.fences().isEmpty()) {
            String guard = kind.guarded(command) ? guard(kind, command) : null;
            for (Fence fence : draft.fences()) {
                boolean own = fence.lease().equals(guard);
                presented |= own;
                Rejection stale = stale(draft, fence, own);
                if (stale != null) {
                    return stale;
                }
            }
        }
        if (kind == this && command.presentsToken()) {
            long token = command instanceof LeaseCommand.Renew renew
                    ? renew.token()
                    : ((LeaseCommand.Release) command).token();
            return stale(draft.entity(this, null, command.key()), command.key(), token);
        }
        if (presented || !kind.guarded(command) || command instanceof CheckCommand) {
            return null;
        }
        if (!held.mayHold(kind.name(), command.key()) && !draft.staged(this)) {
            return null;
        }
        return heldBy(draft, guard(kind, command));
    }

    private static String guard(Kind kind, Command command) {
        return kind.name() + ":" + command.key();
    }

    private @Nullable Rejection stale(Draft draft, Fence fence, boolean own) {
        if (fence.token() == Fence.ANY_TOKEN) {
            return own
                    ? null
                    : new Rejection.Invalid(
                            "expected a token of " + fence.lease() + ", was *, which only its own entity takes",
                            "Cairn-Fence");
        }
        long token = LeaseBody.token(draft.entity(this, null, fence.lease()));
        return token == fence.token()
                ? null
                : new Rejection.StaleToken(fence.lease(), fence.token(), token < 0 ? null : token);
    }

    private @Nullable Rejection heldBy(Draft draft, String lease) {
        Entity entity = draft.entity(this, null, lease);
        return LeaseBody.isHeld(entity) ? held(draft, lease, entity, 0) : null;
    }

    private Rejection held(Draft draft, String lease, Entity entity, int position) {
        Observer timer = observers.timer;
        long left = timer == null ? UNKNOWN : timer.remainingNanos(lease, UNKNOWN);
        long expiresAt = left == UNKNOWN ? LeaseBody.expiresAt(entity) : draft.at() + left / NANOS_PER_MICRO;
        return new Rejection.Held(lease, LeaseBody.holder(entity), Micros.toInstant(expiresAt), position);
    }

    // Decisions

    /** A lease that was ever held is there for good, held or free: it can be read, and has a revision. */
    @Override
    public boolean exists(Draft draft, Entity current) {
        return current.version() > 0;
    }

    @Override
    public @Nullable Rejection decide(Draft draft, Entity current, Command command) {
        LeaseCommand wish = (LeaseCommand) command;
        if (wish instanceof LeaseCommand.Acquire acquire) {
            return acquire(draft, current, acquire);
        }
        if (wish instanceof LeaseCommand.Renew renew) {
            return renew(draft, current, renew);
        }
        if (wish instanceof LeaseCommand.Release release) {
            return release(draft, current, release);
        }
        if (wish instanceof LeaseCommand.Expire expire) {
            return expire(draft, current, expire);
        }
        return withdraw(draft, current, (LeaseCommand.Withdraw) wish);
    }

    private @Nullable Rejection acquire(Draft draft, Entity current, LeaseCommand.Acquire wish) {
        draft.defaultActor(wish.holder());
        if (!LeaseBody.isHeld(current)) {
            if (held.size() >= HELD_MAX) {
                return overloaded("leases to be held", HELD_MAX);
            }
            LeasePayload.granted(draft.emit(LeasePayload.GRANTED).payload, -1, wish.ttlMillis(), wish.holder(), null);
            return null;
        }
        int waiting = LeaseBody.places(current);
        if (wish.waitMillis() == 0) {
            return held(draft, wish.key(), current, waiting + 1);
        }
        if (waiting >= LeaseBody.PLACES_MAX
                || LeaseBody.queueBytes(current) + LeaseBody.placeBytes(wish.holder()) > LeaseBody.QUEUE_BYTES_MAX) {
            return overloaded("to wait for " + wish.key(), waiting);
        }
        Observer timer = observers.timer;
        if (timer != null && timer.waiting() >= WAITING_MAX) {
            return overloaded("to wait for leases", WAITING_MAX);
        }
        LeasePayload.queued(draft.emit(LeasePayload.QUEUED).payload, LeaseBody.token(current), wish);
        return null;
    }

    private static Rejection overloaded(String what, int most) {
        return new Rejection.Overloaded("expected at most " + most + " " + what + ", was one more");
    }

    private static @Nullable Rejection renew(Draft draft, Entity current, LeaseCommand.Renew wish) {
        Rejection stale = stale(current, wish.key(), wish.token());
        if (stale != null) {
            return stale;
        }
        draft.defaultActor(LeaseBody.holder(current));
        LeasePayload.renewed(draft.emit(LeasePayload.RENEWED).payload, wish);
        return null;
    }

    private @Nullable Rejection release(Draft draft, Entity current, LeaseCommand.Release wish) {
        boolean any = wish.token() == Fence.ANY_TOKEN && LeaseBody.isHeld(current);
        Rejection stale = any ? null : stale(current, wish.key(), wish.token());
        if (stale != null) {
            return stale;
        }
        if (wish.end() != End.REVOKED) {
            draft.defaultActor(LeaseBody.holder(current));
        }
        finish(draft, current, wish.key(), wish.end(), null);
        return null;
    }

    /** Who renewed while its time was found to be over has its new time all the same. */
    private @Nullable Rejection expire(Draft draft, Entity current, LeaseCommand.Expire wish) {
        Rejection stale = stale(current, wish.key(), wish.token());
        if (stale == null && LeaseBody.term(current) != wish.term()) {
            stale = new Rejection.StaleToken(wish.key(), wish.term(), LeaseBody.term(current));
        }
        if (stale == null) {
            End end = wish.collected() ? End.EXPIRED : End.UNCOLLECTED;
            finish(draft, current, wish.key(), end, wish.origin());
        }
        return stale;
    }

    private void finish(Draft draft, Entity current, String lease, End end, @Nullable PlaceOperation voided) {
        String origin = LeaseBody.origin(current);
        end(draft, current, lease, end, voided);
        if (!origin.isEmpty()) {
            endings.ended(draft, lease, origin, end);
        }
    }

    /** The events of an end: who is next in the queue holds the lease at once. */
    private void end(Draft draft, Entity current, String lease, End end, @Nullable PlaceOperation voided) {
        LeaseBody.Place next = LeaseBody.places(current) == 0 ? null : LeaseBody.first(current);
        Event ended = draft.emit(this, null, lease, LeasePayload.ENDED);
        LeasePayload.ended(ended.payload, LeaseBody.token(current), end);
        PlaceOperation.end(ended, voided);
        if (next != null) {
            LeasePayload.granted(
                    draft.emit(this, null, lease, LeasePayload.GRANTED).payload,
                    next.offset(),
                    next.ttlMillis(),
                    next.holder(),
                    null);
        }
    }

    private static @Nullable Rejection withdraw(Draft draft, Entity current, LeaseCommand.Withdraw wish) {
        boolean waits = LeaseBody.queue(current).stream().anyMatch(place -> place.offset() == wish.place());
        if (!waits) {
            return new Rejection.NotFound(NAME, wish.key());
        }
        Event withdrawn = draft.emit(LeasePayload.WITHDRAWN);
        LeasePayload.withdrawn(withdrawn.payload, LeaseBody.token(current), wish.place());
        PlaceOperation.end(withdrawn, wish.origin());
        return null;
    }

    private static @Nullable Rejection stale(Entity current, String lease, long token) {
        long now = LeaseBody.token(current);
        return now == token && now >= 0 ? null : new Rejection.StaleToken(lease, token, now < 0 ? null : now);
    }

    // For other kinds

    @Override
    public boolean isGuarded(Kind kind, String key) {
        return held.mayHold(kind.name(), key);
    }

    @Override
    public long grant(Draft draft, String lease, String holder, long ttlMillis, @Nullable String origin) {
        long token = draft.nextOffset();
        LeasePayload.granted(
                draft.emit(this, null, lease, LeasePayload.GRANTED).payload, -1, ttlMillis, holder, origin);
        return token;
    }

    @Override
    public @Nullable String endGuard(Draft draft, Kind kind, String key, End end) {
        if (!held.mayHold(kind.name(), key) && !draft.staged(this)) {
            return null;
        }
        String lease = kind.name() + ":" + key;
        Entity current = draft.entity(this, null, lease);
        if (!LeaseBody.isHeld(current)) {
            return null;
        }
        String origin = LeaseBody.origin(current);
        end(draft, current, lease, end, null);
        return origin.isEmpty() ? null : origin;
    }

    // State

    @Override
    public void evolve(Entity before, Event event, Entity after) {
        switch (event.type) {
            case LeasePayload.GRANTED -> LeaseBody.granted(before, event, after);
            case LeasePayload.QUEUED -> LeaseBody.queued(before, event, after);
            case LeasePayload.RENEWED -> LeaseBody.renewed(before, event, after);
            case LeasePayload.ENDED -> LeaseBody.ended(before, after);
            case LeasePayload.WITHDRAWN -> LeaseBody.withdrawn(before, event, after);
            default -> throw LeasePayload.unknown(event);
        }
    }

    @Override
    public boolean isWhole(Event event) {
        return event.type == LeasePayload.GRANTED && !LeasePayload.fromQueue(event); // what ends was there before
    }

    @Override
    public void assume(Event event, Entity into) {
        LeaseBody.empty(into.value());
    }

    @Override
    public boolean indexed() {
        return true;
    }

    @Override
    public void installed(Event event, Entity after) {
        String lease = event.key.utf8();
        track(lease, after);
        Observer timer = observers.timer;
        if (timer != null) {
            timer.event(lease, event, after);
        }
    }

    @Override
    public void restored(ByteSlab stateKey, Entity entity) {
        if (entity.bodyLength() == 0) {
            return;
        }
        String lease = name(stateKey);
        track(lease, entity);
        Observer timer = observers.timer;
        if (timer != null) {
            timer.restored(lease, entity);
        }
    }

    /** Somebody may hold it: what it guards is refused, as nobody can present a token that is known to be right. */
    @Override
    public void unrestored(ByteSlab stateKey) {
        track(name(stateKey), true);
    }

    private static String name(ByteSlab stateKey) {
        ByteSlab topic = new ByteSlab();
        ByteSlab key = new ByteSlab();
        StateKey.read(stateKey, topic, key);
        return key.utf8();
    }

    private void track(String lease, Entity entity) {
        track(lease, LeaseBody.isHeld(entity));
    }

    private void track(String lease, boolean isHeld) {
        if (held.set(lease, isHeld)) {
            observers.holdings.changed(lease, isHeld);
        }
    }

    @Override
    public String typeName(Event event) {
        return LeasePayload.typeName(event);
    }

    @Override
    public void renderPayload(Event event, ByteSlab json) {
        LeasePayload.render(event, json);
    }

    @Override
    public void content(Entity entity, ByteSlab into) {
        LeaseBody.content(entity, into);
    }

    @Override
    public RecordRules recordRules() {
        return new LeaseRecordRules();
    }

    @Override
    public EntityTable table() {
        return TABLE;
    }
}
