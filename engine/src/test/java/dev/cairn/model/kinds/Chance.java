package dev.cairn.model.kinds;

import dev.cairn.Ack;
import dev.cairn.Expect;
import dev.cairn.Fence;
import dev.cairn.WriteOptions;
import dev.cairn.consumer.ConsumerSettings;
import dev.cairn.decision.NewDecision;
import dev.cairn.entity.EntityRef;
import dev.cairn.lease.LeaseRelease;
import dev.cairn.log.From;
import dev.cairn.log.NewRecord;
import dev.cairn.model.kinds.PlainLog.Entry;
import dev.cairn.run.NewSnapshot;
import dev.cairn.run.SnapshotKind;
import dev.cairn.session.NewMessage;
import dev.cairn.task.NewTask;
import dev.cairn.task.TaskPatch;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Wishes by chance: mostly sensible, often enough at odds with what is.
 *
 * <p>Threading: one thread.
 */
final class Chance {
    static final int ITEMS_MAX = 6;
    static final List<String> LEASES = List.of("task:t0", "task:t1", "task:t2", "lock");
    static final List<String> TYPES = List.of("repo", "person");
    static final List<String> RELATIONS = List.of("owns", "knows");

    private static final List<String> STATUSES =
            List.of("running", "running", "blocked", "failed", "pending", "completed", "cancelled");
    private static final List<String> TOPICS = List.of("task", "lease", "session", "builds", "decision", "run");
    private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz";

    private final Random random;
    private final PlainKinds model;
    private final List<Wish> keyed = new ArrayList<>();
    private final List<Wish.Item> waiting = new ArrayList<>();
    private int made;
    private String lastState = "{}";

    Chance(Random random, PlainKinds model) {
        this.random = random;
        this.model = model;
    }

    boolean oneIn(int count) {
        return random.nextInt(count) == 0;
    }

    int upTo(int count) {
        return random.nextInt(count);
    }

    <T> T any(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    String task() {
        return "t" + random.nextInt(4);
    }

    String lease() {
        return any(LEASES);
    }

    String agent() {
        return "agent " + random.nextInt(3);
    }

    String session() {
        return "s" + random.nextInt(3);
    }

    String run() {
        return "r" + random.nextInt(2);
    }

    EntityRef entity() {
        return EntityRef.of(any(TYPES), "e" + random.nextInt(2));
    }

    /** An entity that was deleted, if there is one and chance wants it: to live once more. */
    private EntityRef gone() {
        List<Entry> gone = model.log.heads("entity").stream()
                .filter(entry -> !entry.exists())
                .sorted(Comparator.comparing(Entry::offset))
                .toList();
        return gone.isEmpty() || oneIn(3) ? entity() : Wish.ref(any(gone).key());
    }

    /** A wish about the newest link, whatever became of its ends; null when there never was one. */
    private @Nullable Wish known() {
        Entry newest = model.log.heads("entity-link").stream()
                .max(Comparator.comparing(Entry::offset))
                .orElse(null);
        if (newest == null) {
            return null;
        }
        String[] names = newest.key().split("/");
        return new Wish.Link(
                EntityRef.of(names[0], names[1]),
                names[2],
                EntityRef.of(names[3], names[4]),
                oneIn(4) ? null : object());
    }

    String group() {
        return "g" + random.nextInt(3);
    }

    /** The offset of some record. */
    long anOffset() {
        return any(model.log.entries()).offset();
    }

    // Wishes

    Wish.Item single() {
        Wish wish = wish();
        if (wish instanceof Wish.Withdraw) {
            return waiting.isEmpty() ? with(new Wish.Append(record())) : withdrawal();
        }
        return with(wish);
    }

    private Wish.Item withdrawal() {
        Wish.Item asked = any(waiting);
        Wish.Acquire acquire = (Wish.Acquire) asked.wish();
        return new Wish.Item(new Wish.Withdraw(acquire.key(), acquire.holder(), acquire.ttl()), asked.options());
    }

    /** The request that has its place at {@code place}, to be made once more. */
    Wish.Item request(long place) {
        for (Wish.Item asked : waiting) {
            Entry entry = model.log.operation(asked.options());
            if (entry != null && entry.offset() == place) {
                return asked;
            }
        }
        throw new IllegalStateException("expected a request with its place at " + place + ", was none");
    }

    /** Two to six writes; now and then all under one operation. */
    List<Wish.Item> batch() {
        List<Wish.Item> items = new ArrayList<>();
        int count = 2 + random.nextInt(ITEMS_MAX - 1);
        String operation = oneIn(6) ? "batch-" + random.nextInt(30) : null;
        while (items.size() < count) {
            Wish wish = wish();
            Wish.Item item = wish.batched() == null ? null : with(wish);
            if (item != null && item.wish().batched() != null) {
                items.add(
                        operation == null
                                ? item
                                : new Wish.Item(item.wish(), item.options().withOperation(operation, items.size(), 0)));
            }
        }
        return items;
    }

    /** Some messages of one session, to be appended together. */
    List<Wish.Item> talk() {
        String session = session();
        Wish say = new Wish.Say(session, message());
        WriteOptions options = with(say).options().withOperation(oneIn(3) ? "talk-" + random.nextInt(20) : null);
        List<Wish.Item> items = new ArrayList<>();
        int count = 1 + random.nextInt(4);
        for (int i = 0; i < count; i++) {
            WriteOptions own = i == 0 ? options : options.withExpect(Expect.any());
            own = own.operation() == null ? own : own.withOperation(own.operation(), i, 0);
            items.add(new Wish.Item(i == 0 ? say : new Wish.Say(session, message()), own));
        }
        return items;
    }

    private Wish wish() {
        return switch (random.nextInt(36)) {
            case 0, 1 -> new Wish.CreateTask(newTask());
            case 2, 3, 4 -> new Wish.PatchTask(task(), patch());
            case 5 -> new Wish.Append(record());
            case 6 -> new Wish.Delete("task", task());
            case 7, 8, 9 -> new Wish.Acquire(lease(), agent(), ttl(), oneIn(2));
            case 10 -> new Wish.Renew(lease(), token(), ttl(), oneIn(3) ? null : object());
            case 11, 12 ->
                new Wish.Release(lease(), oneIn(6) ? Fence.ANY_TOKEN : token(), any(List.of(LeaseRelease.values())));
            case 13 -> new Wish.Withdraw("", "", Duration.ZERO); // of one that was made
            case 14, 15 -> new Wish.Decide(decision());
            case 16, 17, 18, 19 -> new Wish.Say(session(), message());
            case 20 -> new Wish.Delete("session", session());
            case 21, 22, 23 -> new Wish.Save(run(), snapshot());
            case 24 -> oneIn(3) ? new Wish.Delete("run", run()) : new Wish.Save(run(), snapshot());
            case 25, 26 -> new Wish.Put(gone(), object());
            case 27, 32 ->
                oneIn(2) ? new Wish.Patch(entity(), object()) : new Wish.Delete("entity", entity().toString());
            case 28, 29, 33, 34, 35 -> {
                Wish again = oneIn(2) ? known() : null;
                if (again != null) {
                    yield again;
                }
                EntityRef from = entity();
                EntityRef to = oneIn(4) ? from : EntityRef.of("person", "e0");
                yield new Wish.Link(from, any(RELATIONS), to, oneIn(4) ? null : object());
            }
            case 30 -> new Wish.Move(group(), position());
            default -> oneIn(3) ? new Wish.Delete("consumer", group()) : new Wish.Configure(group(), settings());
        };
    }

    private Wish.Item with(Wish given) {
        Wish wish = given;
        if (wish instanceof Wish.Renew renew) {
            wish = new Wish.Renew(renew.key(), tokenOf(renew.key(), renew.token()), renew.ttl(), renew.progress());
        } else if (wish instanceof Wish.Release release && release.token() != Fence.ANY_TOKEN) {
            wish = new Wish.Release(release.key(), tokenOf(release.key(), release.token()), release.mode());
        }
        WriteOptions options =
                fenced(wish, expecting(wish, WriteOptions.defaults().withAck(Ack.ACCEPTED)));
        if (oneIn(5)) {
            options = options.withActor("actor " + random.nextInt(3));
        }
        if (oneIn(6)) {
            options = options.withOccurredAt(Instant.ofEpochSecond(random.nextInt(2_000_000_000), 5_000));
        }
        boolean waits = wish instanceof Wish.Acquire acquire && acquire.waits();
        Wish.Item item = waits || oneIn(5) ? keyed(wish, options) : new Wish.Item(wish, options);
        if (item.wish() instanceof Wish.Acquire acquire && acquire.waits()) {
            waiting.add(item);
        }
        return item;
    }

    /** Under an operation id of its own, or under one that was used before: for the same or for another wish. */
    private Wish.Item keyed(Wish wish, WriteOptions options) {
        if (keyed.isEmpty() || !oneIn(3)) {
            keyed.add(wish);
            return new Wish.Item(wish, options.withOperation("op-" + (keyed.size() - 1)));
        }
        int used = Math.max(0, keyed.size() - 1 - random.nextInt(Math.min(keyed.size(), 30)));
        Wish known = keyed.get(used);
        boolean same = !oneIn(4) && known.topic().equals(wish.topic());
        return new Wish.Item(same ? known : wish, options.withOperation("op-" + used));
    }

    private WriteOptions expecting(Wish wish, WriteOptions options) {
        Entry head = model.log.head(wish.topic(), wish.key());
        long version = head == null ? 0 : head.version();
        long revision = head == null ? -1 : head.offset();
        return switch (random.nextInt(12)) {
            case 0 -> options.withExpect(Expect.version(Math.max(1, version + random.nextInt(2))));
            case 1 -> options.withExpect(Expect.revision(Math.max(0, revision - random.nextInt(2))));
            case 2 -> options.withExpect(Expect.exists());
            case 3 -> oneIn(3) ? options.withExpect(Expect.none()) : options;
            default -> options;
        };
    }

    /** What a lease guards is mostly written with its token; all else now and then under any lease. */
    private WriteOptions fenced(Wish wish, WriteOptions options) {
        String guard = "task:" + wish.key();
        if (wish.topic().equals("task") && LEASES.contains(guard)) {
            if (oneIn(20)) {
                return options.withFence(Fence.revoking(guard));
            }
            boolean held = model.token(guard) >= 0;
            return held && !oneIn(4) || oneIn(8)
                    ? options.withFence(new Fence(guard, tokenOf(guard, token())))
                    : options;
        }
        WriteOptions fenced = options;
        for (int i = random.nextInt(6) - 4; i >= 0; i--) {
            String lease = lease();
            fenced = fenced.withFence(oneIn(12) ? Fence.revoking(lease) : new Fence(lease, tokenOf(lease, token())));
        }
        return fenced;
    }

    /** Some token, −2 for the current one. */
    private long token() {
        return oneIn(5) ? anOffset() : -2;
    }

    private long tokenOf(String lease, long chosen) {
        return chosen == -2 ? Math.max(0, model.token(lease)) : chosen;
    }

    private Duration ttl() {
        return Duration.ofMinutes(30 + random.nextInt(3));
    }

    // What they say

    private NewTask newTask() {
        NewTask task = NewTask.of(task());
        task = oneIn(3) ? task.owner(agent()) : task;
        task = oneIn(3) ? task.priority(random.nextInt(5)) : task;
        return oneIn(2) ? task.metadata(object()) : task;
    }

    private TaskPatch patch() {
        TaskPatch patch = TaskPatch.empty();
        patch = oneIn(2) ? patch.status(any(STATUSES)) : patch;
        patch = oneIn(3) ? patch.owner(agent()) : patch;
        patch = oneIn(3) ? patch.priority(random.nextInt(5)) : patch;
        return oneIn(2) ? patch.metadata(object()) : patch;
    }

    private NewRecord record() {
        return new NewRecord("builds", "k" + random.nextInt(2), "type" + random.nextInt(3), object());
    }

    private NewDecision decision() {
        NewDecision decision = NewDecision.of(
                "d" + random.nextInt(1 + Math.min(made++, 40)),
                agent(),
                "title " + random.nextInt(5),
                "because " + text(40));
        decision = oneIn(2) ? decision.task(task()) : decision;
        decision = oneIn(3) ? decision.context(text(2_000)) : decision;
        decision = oneIn(3) ? decision.rationale(text(20)) : decision;
        return oneIn(4) ? decision.alternatives(List.of("this", text(10) + "!")) : decision;
    }

    private NewMessage message() {
        NewMessage message = NewMessage.of(oneIn(2) ? "user" : "assistant", text(oneIn(10) ? 6_000 : 60));
        return oneIn(3) ? message.task(task()) : message;
    }

    private NewSnapshot snapshot() {
        NewSnapshot snapshot = NewSnapshot.of(any(List.of(SnapshotKind.values())), oneIn(3) ? lastState : state());
        lastState = snapshot.state();
        if (oneIn(3)) {
            snapshot = snapshot.id(
                    oneIn(4) ? Long.toString(model.log.nextOffset() + random.nextInt(4)) : "i" + random.nextInt(6));
        }
        if (oneIn(5)) {
            Entry head = model.log.head("run", run());
            snapshot = snapshot.parent(
                    head != null && head.view() instanceof PlainRuns.RunState state && !oneIn(3)
                            ? state.saved().id()
                            : "i" + random.nextInt(6));
        }
        if (oneIn(3)) {
            snapshot = snapshot.metadata(oneIn(2) ? "{\"task\":\"" + task() + "\"}" : object());
        }
        return oneIn(3) ? snapshot.ignore("/t") : snapshot;
    }

    /** A state that is much like the others: its members in any order, a long text that changes little. */
    private String state() {
        Map<String, String> members = new LinkedHashMap<>();
        boolean hasTime = !oneIn(3); // what is ignored need not be there
        boolean timeFirst = random.nextBoolean();
        if (hasTime && timeFirst) {
            members.put("t", "" + random.nextInt(3));
        }
        members.put("step", "" + random.nextInt(2));
        if (hasTime && !timeFirst) {
            members.put("t", "" + random.nextInt(3));
        }
        if (oneIn(2)) {
            StringBuilder text = new StringBuilder(new Random(random.nextInt(2))
                    .ints(1_500, 'a', 'z' + 1)
                    .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append));
            text.setCharAt(random.nextInt(3) * 400, 'X');
            members.put("text", '"' + text.toString() + '"');
        }
        return Flat.print(members);
    }

    private From position() {
        if (oneIn(8)) {
            // So far ahead that no opening skips it, when the wish is repeated later.
            return oneIn(2) ? From.beginning() : From.offset(model.log.nextOffset() + 1_000_000_000L);
        }
        return From.offset(oneIn(3) ? model.log.lastOffset() : anOffset());
    }

    private ConsumerSettings settings() {
        ConsumerSettings settings = ConsumerSettings.all().withFrom(oneIn(2) ? null : position());
        settings = oneIn(2) ? settings.withTopics(any(TOPICS)) : settings;
        return oneIn(3) ? settings.withTypes("created", "appended", "granted", "type1") : settings;
    }

    /** A flat JSON object. */
    String object() {
        Map<String, String> members = new LinkedHashMap<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            members.put("p" + random.nextInt(4), value());
        }
        if (oneIn(12)) {
            members.put("large", '"' + text(5_000) + '"');
        }
        return Flat.print(members);
    }

    private String value() {
        return switch (random.nextInt(5)) {
            case 0 -> "null";
            case 1 -> "true";
            case 2 -> "\"text " + random.nextInt(3) + '"';
            default -> "" + random.nextInt(3);
        };
    }

    /** Letters, one at least. */
    private String text(int lengthMax) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(lengthMax); i >= 0; i--) {
            text.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        }
        return text.toString();
    }
}
