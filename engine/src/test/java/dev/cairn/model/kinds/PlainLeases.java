package dev.cairn.model.kinds;

import dev.cairn.Fence;
import dev.cairn.WriteOptions;
import dev.cairn.model.kinds.PlainLog.Entry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Leases that last for ever unless somebody ends them, and the fences that they make.
 *
 * <p>Threading: one thread.
 */
final class PlainLeases {
    private static final String TOPIC = "lease";
    private static final long NOBODY = -1;

    private final PlainLog log;

    /** Somebody who waits. */
    record Place(long offset, String holder, Duration ttl) {}

    /** A lease that is held; the token is −1 between an end and the grant to the next. {@code place} is what its holder had in the queue, −1 for none. */
    record LeaseState(
            String holder,
            long token,
            long place,
            Instant grantedAt,
            Instant renewedAt,
            Duration ttl,
            @Nullable String progress,
            List<Place> queue) {
        LeaseState queue(List<Place> value) {
            return new LeaseState(holder, token, place, grantedAt, renewedAt, ttl, progress, value);
        }
    }

    PlainLeases(PlainLog log) {
        this.log = log;
    }

    /** The lease now, null when nobody holds it. */
    @Nullable
    LeaseState state(String lease) {
        Entry head = log.head(TOPIC, lease);
        return head != null && head.view() instanceof LeaseState state && state.token() >= 0 ? state : null;
    }

    long token(String lease) {
        LeaseState state = state(lease);
        return state == null ? NOBODY : state.token();
    }

    /** How the fences of a write are refused, or the want of one; null if they pass. */
    @Nullable
    String fenced(Wish wish, WriteOptions options) {
        String guard = wish.topic().equals("task") ? "task:" + wish.key() : null;
        boolean presented = false;
        for (Fence fence : options.fences()) {
            boolean own = fence.lease().equals(guard);
            presented |= own;
            long token = token(fence.lease());
            if (fence.token() == Fence.ANY_TOKEN && !own) {
                return Answers.refused("invalid_request", "Cairn-Fence");
            } else if (fence.token() != Fence.ANY_TOKEN && fence.token() != token) {
                return stale(fence.lease(), fence.token());
            }
        }
        @Nullable
        Long own = wish instanceof Wish.Renew renew
                ? Long.valueOf(renew.token())
                : wish instanceof Wish.Release release ? Long.valueOf(release.token()) : null;
        if (own != null && own != Fence.ANY_TOKEN && own != token(wish.key())) {
            return stale(wish.key(), own);
        }
        LeaseState state = guard == null || presented ? null : state(guard);
        return state == null ? null : Answers.refused("held", guard, state.holder(), 0);
    }

    private String stale(String lease, long token) {
        return Answers.refused("stale_token", lease, token, token(lease) == NOBODY ? null : token(lease));
    }

    @Nullable
    String decide(Wish wish, WriteOptions options, @Nullable Entry current) {
        String lease = wish.key();
        LeaseState state = current == null ? null : (LeaseState) current.view();
        if (wish instanceof Wish.Acquire acquire) {
            return acquire(lease, acquire.holder(), acquire.ttl(), acquire.waits(), options, state);
        } else if (wish instanceof Wish.Withdraw withdraw) {
            return acquire(lease, withdraw.holder(), withdraw.ttl(), true, options, state);
        } else if (wish instanceof Wish.Renew renew) {
            if (state == null || state.token() != renew.token()) {
                return stale(lease, renew.token());
            }
            String progress = renew.progress() == null ? state.progress() : renew.progress();
            LeaseState renewed = new LeaseState(
                    state.holder(),
                    state.token(),
                    state.place(),
                    state.grantedAt(),
                    log.at(),
                    renew.ttl(),
                    progress,
                    state.queue());
            log.add(TOPIC, lease, "renewed", options, state.holder(), null, renewed);
            return null;
        }
        return release((Wish.Release) wish, options, state);
    }

    private @Nullable String acquire(
            String lease,
            String holder,
            Duration ttl,
            boolean waits,
            WriteOptions options,
            @Nullable LeaseState state) {
        if (state == null) {
            grant(lease, new Place(NOBODY, holder, ttl), List.of(), options, holder);
        } else if (!waits) {
            return Answers.refused("held", lease, state.holder(), state.queue().size() + 1);
        } else {
            List<Place> queue = new ArrayList<>(state.queue());
            queue.add(new Place(log.nextOffset(), holder, ttl));
            log.add(TOPIC, lease, "queued", options, holder, null, state.queue(queue));
        }
        return null;
    }

    private void grant(String lease, Place to, List<Place> queue, WriteOptions options, @Nullable String actor) {
        LeaseState granted =
                new LeaseState(to.holder(), log.nextOffset(), to.offset(), log.at(), log.at(), to.ttl(), null, queue);
        log.add(TOPIC, lease, "granted", options, actor, null, granted);
    }

    private @Nullable String release(Wish.Release release, WriteOptions options, @Nullable LeaseState state) {
        boolean revokes = release.token() == Fence.ANY_TOKEN;
        if (state == null || !revokes && state.token() != release.token()) {
            return stale(release.key(), release.token());
        }
        String how = revokes
                ? "revoked"
                : switch (release.mode()) {
                    case RELEASE -> "released";
                    case FAIL -> "failed";
                    case POISON -> "poisoned";
                };
        end(release.key(), how, options, revokes ? null : state.holder());
        return null;
    }

    /** Ends a lease that is held; the next in its queue has it at once. */
    void end(String lease, String how, WriteOptions options, @Nullable String actor) {
        List<Place> queue = Objects.requireNonNull(state(lease)).queue();
        LeaseState between = queue.isEmpty()
                ? null
                : new LeaseState("", NOBODY, NOBODY, log.at(), log.at(), Duration.ZERO, null, queue);
        log.add(TOPIC, lease, how, options, actor, null, between);
        if (between != null) {
            grant(lease, queue.get(0), queue.subList(1, queue.size()), options, actor);
        }
    }

    /** What became of the request whose record is {@code request}. */
    String place(String lease, Entry request, boolean replayed) {
        LeaseState state = state(lease);
        for (int i = 0; state != null && i < state.queue().size(); i++) {
            if (state.queue().get(i).offset() == request.offset()) {
                return "position " + (i + 1);
            }
        }
        if (state == null || state.token() != request.offset() && state.place() != request.offset()) {
            // A request that came to nothing is not remembered, so this one was granted, and that is over.
            return Answers.refused("stale_token", lease, grantOf(lease, request), state == null ? null : state.token());
        }
        Entry granted = log.life(TOPIC, lease, Long.MAX_VALUE).stream()
                .filter(entry -> entry.offset() == state.token())
                .findFirst()
                .orElseThrow();
        return "token " + state.token() + " to " + state.holder() + ": "
                + Answers.done(granted.epoch(), granted.offset(), granted.version(), replayed);
    }

    private long grantOf(String lease, Entry request) {
        return log.records(TOPIC, lease).stream()
                .filter(entry -> entry.type().equals("granted"))
                .filter(entry -> entry.offset() == request.offset()
                        || entry.view() instanceof LeaseState granted && granted.place() == request.offset())
                .findFirst()
                .orElseThrow()
                .offset();
    }

    /** The request's place is given up if it still waits. */
    String withdraw(Wish.Withdraw wish, WriteOptions options, Entry request, boolean replayed) {
        String place = place(wish.key(), request, replayed);
        if (!place.startsWith("position")) {
            return place.startsWith("token") ? "granted" : place;
        }
        LeaseState state = Objects.requireNonNull(state(wish.key()));
        List<Place> queue = new ArrayList<>(state.queue());
        queue.removeIf(waiting -> waiting.offset() == request.offset());
        WriteOptions voided = WriteOptions.defaults().withOperation(options.operation());
        log.add(TOPIC, wish.key(), "withdrawn", voided, null, null, state.queue(queue));
        log.forget(options);
        return "withdrawn";
    }
}
