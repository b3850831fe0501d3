package dev.cairn.model;

import dev.cairn.Fence;
import dev.cairn.WriteOptions;
import dev.cairn.task.ClaimPolicy;
import dev.cairn.task.Task;
import dev.cairn.task.Workflow;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Leases and claims as maps: who holds what by which token, when each task was created, and what follows for a task when its lease
 * ends. No lease ends by time here.
 *
 * <p>Threading: one thread.
 */
final class PlainClaims {
    private static final String GUARD = "task:";

    private final PlainModel model;
    private Map<String, Held> leases = new TreeMap<>();
    private Map<String, Long> created = new HashMap<>();

    /** A lease that somebody has; {@code origin} is the status that a claimed task came from. */
    record Held(String holder, long token, @Nullable String origin) {}

    /** What a batch which is refused must leave as it was. */
    record Saved(Map<String, Held> leases, Map<String, Long> created) {}

    PlainClaims(PlainModel model) {
        this.model = model;
    }

    Saved save() {
        return new Saved(new TreeMap<>(leases), new HashMap<>(created));
    }

    void takeBack(Saved saved) {
        leases = saved.leases();
        created = saved.created();
    }

    /** All leases that are held. */
    Map<String, Held> leases() {
        return leases;
    }

    void created(String id, long offset) {
        created.put(id, offset);
    }

    /** What the leases say to a wish, before anything else about it is looked at. */
    Answer.@Nullable Refused refusal(Wish wish, List<Fence> fences) {
        boolean guarded = wish.topic().equals("task") && !(wish instanceof Wish.Claim);
        String guard = GUARD + wish.key();
        boolean presented = false;
        for (Fence fence : fences) {
            boolean own = guarded && fence.lease().equals(guard);
            presented |= own;
            if (fence.token() == Fence.ANY_TOKEN) {
                if (!own) {
                    return Answer.refused("invalid_request", "Cairn-Fence");
                }
                continue;
            }
            Held held = leases.get(fence.lease());
            if (held == null || held.token() != fence.token()) {
                return stale(fence.lease(), fence.token());
            }
        }
        if (wish instanceof Wish.Release release && release.token() != Fence.ANY_TOKEN) {
            Held held = leases.get(release.key());
            if (held == null || held.token() != release.token()) {
                return stale(release.key(), release.token());
            }
        }
        boolean passes = presented || !guarded || wish instanceof Wish.CheckTask || !leases.containsKey(guard);
        return passes ? null : held(guard, 0);
    }

    private Answer.Refused held(String lease, int position) {
        return Answer.refused(
                "held", lease, Objects.requireNonNull(leases.get(lease)).holder(), position);
    }

    private Answer.Refused stale(String lease, long token) {
        Held held = leases.get(lease);
        return Answer.refused("stale_token", lease, token, held == null ? null : held.token());
    }

    /** What who asks for a lease again is told when the grant that it once got is over. */
    Answer.@Nullable Refused over(String lease, long token) {
        Held held = leases.get(lease);
        return held != null && held.token() == token ? null : stale(lease, token);
    }

    Answer.@Nullable Refused acquire(Wish.Acquire wish, WriteOptions options) {
        if (leases.containsKey(wish.key())) {
            return held(wish.key(), 1);
        }
        grant(wish.key(), wish.holder(), null, options);
        return null;
    }

    private void grant(String lease, String holder, @Nullable String origin, WriteOptions options) {
        long token = model.nextOffset();
        Map<String, @Nullable Object> payload = new LinkedHashMap<>();
        payload.put("holder", holder);
        payload.put("token", token);
        payload.put("ttlMs", Wish.TTL.toMillis());
        if (origin != null) {
            payload.put("origin", origin);
        }
        model.add("lease", lease, "granted", options, holder, payload, null, true);
        leases.put(lease, new Held(holder, token, origin));
    }

    Answer.@Nullable Refused release(Wish.Release wish, WriteOptions options) {
        Held held = leases.get(wish.key());
        boolean any = wish.token() == Fence.ANY_TOKEN;
        if (held == null || !any && held.token() != wish.token()) {
            return stale(wish.key(), wish.token());
        }
        String how = any
                ? "revoked"
                : switch (wish.mode()) {
                    case RELEASE -> "released";
                    case FAIL -> "failed";
                    case POISON -> "poisoned";
                };
        String actor = any ? null : held.holder();
        end(wish.key(), how, options, actor);
        if (held.origin() != null) {
            returned(wish.key().substring(GUARD.length()), held.origin(), how, options, actor);
        }
        return null;
    }

    private void end(String lease, String how, WriteOptions options, @Nullable String actor) {
        Held held = Objects.requireNonNull(leases.remove(lease));
        model.add("lease", lease, how, options, actor, Map.of("token", held.token()), null, false);
    }

    /** What a write to a task does to its lease. */
    void written(String id, @Nullable String status, boolean deleted, WriteOptions options, @Nullable String actor) {
        boolean ends = deleted || status != null && model.workflow().finals().contains(status);
        boolean revokes = options.fences().stream().anyMatch(fence -> fence.token() == Fence.ANY_TOKEN);
        Held held = leases.get(GUARD + id);
        if (held == null || !ends && !revokes) {
            return;
        }
        end(GUARD + id, ends ? "completed" : "revoked", options, actor);
        if (!ends && held.origin() != null && status == null) {
            returned(id, held.origin(), "revoked", options, actor);
        }
    }

    Answer.@Nullable Refused claim(Wish.Claim wish, WriteOptions options) {
        Workflow workflow = model.workflow();
        ClaimPolicy policy = workflow.claim();
        String from = wish.status() == null ? workflow.first() : wish.status();
        if (!model.known(from) || workflow.finals().contains(from) || !model.known(policy.failed())) {
            return Answer.refused("invalid_request", "/status");
        }
        List<String> allowed = workflow.transitions().getOrDefault(from, List.of());
        if (!workflow.open() && !allowed.contains(policy.status())) {
            return Answer.refused("invalid_transition", from, policy.status(), allowed);
        }
        Comparator<Task> byPriority = Comparator.comparing(task -> -task.priority());
        Task task = model.tasks().values().stream()
                .filter(candidate -> candidate.status().equals(from)
                        && candidate.queue().equals(wish.queue())
                        && !leases.containsKey(GUARD + candidate.id()))
                .min(byPriority.thenComparing(candidate -> created.get(candidate.id())))
                .orElse(null);
        if (task == null) {
            return Answer.refused("nothing");
        }
        Map<String, @Nullable Object> payload = new LinkedHashMap<>();
        payload.put("status", policy.status());
        payload.put("owner", wish.agent());
        Task claimed = moved(task, policy.status(), wish.agent(), task.attempts());
        model.add("task", task.id(), "claimed", options, wish.agent(), payload, claimed, true);
        grant(GUARD + task.id(), wish.agent(), from, options);
        return null;
    }

    private Task moved(Task task, String status, @Nullable String owner, int attempts) {
        return new Task(
                task.id(),
                status,
                owner,
                task.queue(),
                task.priority(),
                task.metadata(),
                attempts,
                task.version() + 1,
                model.nextOffset(),
                task.createdAt(),
                model.lastAt(),
                false);
    }

    private void returned(String id, String origin, String how, WriteOptions options, @Nullable String actor) {
        Task task = model.tasks().get(id);
        ClaimPolicy policy = model.workflow().claim();
        boolean counts = how.equals("failed") || how.equals("poisoned");
        if (task == null
                || model.workflow().finals().contains(task.status())
                || !counts && !task.status().equals(policy.status())) {
            return;
        }
        int attempts = task.attempts() + (counts ? 1 : 0);
        boolean fails = how.equals("poisoned") || counts && attempts >= policy.attemptsMax();
        String status = fails && model.known(policy.failed()) ? policy.failed() : origin;
        Map<String, @Nullable Object> payload = new LinkedHashMap<>();
        payload.put("status", status);
        payload.put("owner", null);
        payload.put("because", how);
        payload.put("attempts", (long) attempts);
        model.add("task", id, "returned", options, actor, payload, moved(task, status, null, attempts), true);
    }
}
