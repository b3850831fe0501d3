package dev.cairn.model;

import dev.cairn.Expect;
import dev.cairn.Fence;
import dev.cairn.WriteOptions;
import dev.cairn.lease.LeaseRelease;
import dev.cairn.log.NewRecord;
import dev.cairn.task.ClaimPolicy;
import dev.cairn.task.NewTask;
import dev.cairn.task.TaskPatch;
import dev.cairn.task.Workflow;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Wishes by chance: mostly sensible, often enough at odds with what is.
 *
 * <p>Threading: one thread.
 */
final class RandomWishes {
    private static final int ITEMS_MAX = 8;
    private static final int IDS = 10;
    private static final List<Workflow> WORKFLOWS = List.of(
            Workflow.standard(),
            Workflow.openWorkflow(),
            new Workflow(
                    false,
                    "pending",
                    Set.of("done"),
                    Map.of("pending", List.of("pending", "running"), "running", List.of("pending", "done")),
                    new ClaimPolicy("running", "pending", 2, true)));
    private static final List<String> STATUSES =
            List.of("pending", "running", "running", "blocked", "failed", "completed", "cancelled", "done", "odd");
    private static final List<String> TOPICS = List.of("builds", "notes");

    private final Random random;
    private final PlainModel model;
    private final List<Wish> keyed = new ArrayList<>();
    private final List<Wish> claimed = new ArrayList<>();

    RandomWishes(Random random, PlainModel model) {
        this.random = random;
        this.model = model;
    }

    boolean oneIn(int count) {
        return random.nextInt(count) == 0;
    }

    <T> T any(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    Workflow workflow() {
        return any(WORKFLOWS);
    }

    String taskId() {
        return "t" + random.nextInt(IDS);
    }

    String topic() {
        return any(TOPICS);
    }

    String topicKey() {
        return "k" + random.nextInt(4);
    }

    String source() {
        return "file" + random.nextInt(2);
    }

    String owner() {
        return "agent " + random.nextInt(3);
    }

    String status() {
        return any(STATUSES);
    }

    /** One wish that can stand alone. */
    Wish.Item single() {
        return with(wish());
    }

    /** A wish about leases and claims, for itself alone. */
    Wish.Item claim() {
        Wish wish = switch (random.nextInt(8)) {
            case 0, 1, 2 -> new Wish.Claim(owner(), oneIn(3) ? "queue-0" : "default", oneIn(4) ? status() : null);
            case 3 -> new Wish.Acquire(lease(), owner());
            default -> release();
        };
        WriteOptions options = WriteOptions.defaults();
        if (oneIn(5)) {
            options = options.withActor("actor " + random.nextInt(3));
        }
        // Each has an operation id: of its own, or now and then one that was used before.
        if (claimed.isEmpty() || !oneIn(6)) {
            claimed.add(wish);
            return new Wish.Item(wish, options.withOperation("claim-" + (claimed.size() - 1)));
        }
        int used = random.nextInt(claimed.size());
        return new Wish.Item(oneIn(4) ? wish : claimed.get(used), options.withOperation("claim-" + used));
    }

    private String lease() {
        return oneIn(3) ? "shared" : "task:" + taskId();
    }

    /** Mostly of a lease that is held, by its token. */
    private Wish release() {
        List<String> held = List.copyOf(model.claims().leases().keySet());
        String lease = held.isEmpty() || oneIn(8) ? lease() : any(held);
        PlainClaims.Held known = model.claims().leases().get(lease);
        long token = known == null || oneIn(10) ? random.nextInt(100) : oneIn(6) ? Fence.ANY_TOKEN : known.token();
        return new Wish.Release(lease, token, any(List.of(LeaseRelease.values())));
    }

    /** Two to eight items; now and then all under one operation. */
    List<Wish.Item> batch() {
        List<Wish.Item> items = new ArrayList<>();
        int count = 2 + random.nextInt(ITEMS_MAX - 1);
        String operation = oneIn(8) ? "batch-" + random.nextInt(40) : null;
        for (int i = 0; i < count; i++) {
            Wish wish = switch (random.nextInt(8)) {
                case 0 -> new Wish.CheckTask(taskId());
                case 1 -> new Wish.CheckTopic(topic(), topicKey());
                case 2 -> advance();
                default -> wish();
            };
            boolean check = wish instanceof Wish.CheckTask || wish instanceof Wish.CheckTopic;
            Wish.Item item = check ? new Wish.Item(wish, expecting(wish, WriteOptions.defaults())) : with(wish);
            items.add(
                    operation == null || check
                            ? item
                            : new Wish.Item(wish, item.options().withOperation(operation, i, 0)));
        }
        return items;
    }

    private Wish.Advance advance() {
        String source = source();
        return new Wish.Advance(source, Math.max(0, model.rows(source) + random.nextInt(6) - 1));
    }

    private Wish wish() {
        return switch (random.nextInt(16)) {
            case 0, 1, 2, 3 -> new Wish.Create(newTask());
            case 4, 5, 6, 7 -> new Wish.Patch(taskId(), patch());
            case 8, 9 -> new Wish.Patch(taskId(), TaskPatch.empty().status(status()));
            case 10, 11 -> new Wish.Upsert(taskId(), patch());
            case 12 -> new Wish.Delete(taskId());
            default -> new Wish.Append(new NewRecord(topic(), topicKey(), "type" + random.nextInt(3), json(false)));
        };
    }

    private Wish.Item with(Wish wish) {
        WriteOptions options = expecting(wish, WriteOptions.defaults());
        if (oneIn(5)) {
            options = options.withActor("actor " + random.nextInt(3));
        }
        if (oneIn(6)) {
            options = options.withOccurredAt(Instant.ofEpochSecond(random.nextInt(2_000_000_000), 5_000));
        }
        options = fenced(wish, options);
        return oneIn(5) && !(wish instanceof Wish.Advance) ? keyed(wish, options) : new Wish.Item(wish, options);
    }

    /** Mostly with the token that is needed; now and then with an old one, another one, or any. */
    private WriteOptions fenced(Wish wish, WriteOptions options) {
        if (wish instanceof Wish.Advance) {
            return options;
        }
        String guard = "task:" + wish.key();
        if (oneIn(60)) {
            return options.withFence(new Fence(guard, random.nextInt(100)));
        }
        if (oneIn(40)) {
            return options.withFence(Fence.revoking(guard));
        }
        PlainClaims.Held held = model.claims().leases().get(guard);
        WriteOptions own = held == null || oneIn(4) ? options : options.withFence(new Fence(guard, held.token()));
        PlainClaims.Held shared = model.claims().leases().get("shared");
        return shared == null || !oneIn(10) ? own : own.withFence(new Fence("shared", shared.token()));
    }

    /** Under an operation id of its own, or under one that was used before: for the same or for another wish. */
    private Wish.Item keyed(Wish wish, WriteOptions options) {
        if (keyed.isEmpty() || oneIn(2)) {
            keyed.add(wish);
            return new Wish.Item(wish, options.withOperation("op-" + (keyed.size() - 1)));
        }
        int used = Math.max(0, keyed.size() - 1 - random.nextInt(Math.min(keyed.size(), 30)));
        return new Wish.Item(oneIn(4) ? wish : keyed.get(used), options.withOperation("op-" + used));
    }

    /** The id of an operation that was wished for, or of none. */
    String operation() {
        return oneIn(6) ? "batch-" + random.nextInt(40) : "op-" + random.nextInt(keyed.size() + 2);
    }

    private WriteOptions expecting(Wish wish, WriteOptions options) {
        long[] numbers = model.numbers(wish.topic(), wish.key());
        return switch (random.nextInt(10)) {
            case 0 -> options.withExpect(Expect.version(Math.max(1, numbers[0] + random.nextInt(2))));
            case 1 -> options.withExpect(Expect.revision(Math.max(0, numbers[1] - random.nextInt(2))));
            case 2 -> options.withExpect(Expect.exists());
            case 3 -> oneIn(3) ? options.withExpect(Expect.none()) : options;
            default -> options;
        };
    }

    private NewTask newTask() {
        NewTask task = NewTask.of(taskId());
        if (oneIn(6)) {
            task = task.status(status());
        }
        if (oneIn(3)) {
            task = task.owner(owner());
        }
        if (oneIn(4)) {
            task = task.queue("queue-" + random.nextInt(2));
        }
        if (oneIn(3)) {
            task = task.priority(random.nextInt(5) - 2);
        }
        return oneIn(2) ? task.metadata(json(true)) : task;
    }

    private TaskPatch patch() {
        TaskPatch patch = TaskPatch.empty();
        if (oneIn(3)) {
            patch = patch.status(status());
        }
        if (oneIn(3)) {
            patch = oneIn(4) ? patch.noOwner() : patch.owner(owner());
        }
        if (oneIn(5)) {
            patch = patch.queue("queue-" + random.nextInt(2));
        }
        if (oneIn(5)) {
            patch = patch.priority(random.nextInt(5) - 2);
        }
        return oneIn(2) ? patch.metadata(json(true)) : patch;
    }

    /** Compact JSON: an object, or with {@code objectOnly} unset now and then something else. */
    private String json(boolean objectOnly) {
        if (!objectOnly && oneIn(4)) {
            return any(List.of("7", "\"text\"", "null", "[1,null,{\"a\":[]}]", "true"));
        }
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        int count = random.nextInt(4);
        for (int i = 0; i < count; i++) {
            members.put("m" + random.nextInt(5), member());
        }
        if (oneIn(12)) {
            members.put("large", "x".repeat(random.nextInt(9_000)));
        }
        return PlainJson.print(members);
    }

    private @Nullable Object member() {
        return switch (random.nextInt(6)) {
            case 0 -> null;
            case 1 -> "text " + random.nextInt(3);
            case 2 -> oneIn(2) ? Boolean.TRUE : List.of(1L, "two");
            case 3 -> {
                Map<String, @Nullable Object> inner = new LinkedHashMap<>();
                inner.put("a", oneIn(3) ? null : (long) random.nextInt(3));
                if (oneIn(2)) {
                    inner.put("b", Map.of("c", (long) random.nextInt(3)));
                }
                yield inner;
            }
            default -> (long) random.nextInt(4);
        };
    }
}
