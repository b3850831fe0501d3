package dev.cairn.model;

import dev.cairn.Expect;
import dev.cairn.Fence;
import dev.cairn.WriteOptions;
import dev.cairn.log.NewRecord;
import dev.cairn.task.Task;
import dev.cairn.task.Workflow;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What Cairn promises, as maps and lists: the records so far, the tasks that follow from them, and what each wish comes to.
 *
 * <p>Written from the description of the interface. It knows no bytes, files, segments or threads.
 *
 * <p>Threading: one thread.
 */
final class PlainModel {
    /** A record of the log, and the task after it if it is about one. */
    record Entry(
            long offset,
            int epoch,
            Instant at,
            @Nullable Instant occurredAt,
            String topic,
            String key,
            String type,
            @Nullable String actor,
            @Nullable String operation,
            long prev,
            long version,
            List<Fence> fences,
            @Nullable Object payload,
            @Nullable Task task) {}

    /** What is known of a topic and key: how many records, and which was the last. */
    record Head(long version, long revision, boolean exists) {
        static final Head NONE = new Head(0, -1, false);
    }

    private record Known(int epoch, long offset, long version, Wish wish) {}

    /** Everything that a batch which is refused must leave as it was. */
    private record Saved(
            int entries,
            Map<String, Head> heads,
            Map<String, Task> tasks,
            Map<String, Known> operations,
            Map<String, Long> imports,
            PlainClaims.Saved claims,
            long nextOffset) {}

    private final int jsonBytesMax;
    private final List<Entry> entries = new ArrayList<>();
    private Map<String, Head> heads = new HashMap<>();
    private final PlainTasks tasks;
    private Map<String, Known> operations = new HashMap<>();
    private Map<String, Long> imports = new TreeMap<>();
    private final PlainClaims claims = new PlainClaims(this);
    private Workflow workflow = Workflow.standard();

    private int epoch;
    private boolean epochBegun;
    private long nextOffset;
    private Instant now = Instant.EPOCH;
    private Instant lastAt = Instant.EPOCH;

    PlainModel(int jsonBytesMax) {
        this.jsonBytesMax = jsonBytesMax;
        this.tasks = new PlainTasks(this, jsonBytesMax);
    }

    /** The log was opened for writing; its next record will be at {@code firstOffset}. */
    void opened(int newEpoch, long firstOffset) {
        epoch = newEpoch;
        epochBegun = false;
        nextOffset = firstOffset;
        lastAt = entries.isEmpty()
                ? Instant.EPOCH
                : entries.get(entries.size() - 1).at();
    }

    /** What the clock shows from now on; it may go back. */
    void time(Instant time) {
        now = time;
    }

    /** The first wish of an epoch is preceded by the epoch's own record, whatever becomes of the wish. */
    private void begin() {
        lastAt = now.isAfter(lastAt) ? now : lastAt;
        if (!epochBegun) {
            epochBegun = true;
            Map<String, @Nullable Object> payload = new LinkedHashMap<>();
            payload.put("epoch", (long) epoch);
            payload.put("firstOffset", nextOffset);
            payload.put("previousEnd", lastOffset());
            add("system", "epoch", "opened", WriteOptions.defaults(), null, payload, null, true);
        }
    }

    Answer single(Wish.Item item) {
        begin();
        return one(item);
    }

    List<Answer> each(List<Wish.Item> items) {
        begin();
        return items.stream().map(this::one).toList();
    }

    /** All or nothing: the answers, or the refusal alone. */
    List<Answer> atomic(List<Wish.Item> items) {
        begin();
        Saved saved = new Saved(
                entries.size(),
                new HashMap<>(heads),
                tasks.save(),
                new HashMap<>(operations),
                new TreeMap<>(imports),
                claims.save(),
                nextOffset);
        List<Answer> answers = new ArrayList<>();
        for (Wish.Item item : items) {
            Answer answer = one(item);
            if (answer instanceof Answer.Refused) {
                takeBack(saved);
                return List.of(Answer.refused("batch", answers.size(), answer));
            }
            answers.add(answer);
        }
        return answers;
    }

    private void takeBack(Saved saved) {
        entries.subList(saved.entries(), entries.size()).clear();
        heads = saved.heads();
        tasks.takeBack(saved.tasks());
        operations = saved.operations();
        imports = saved.imports();
        claims.takeBack(saved.claims());
        nextOffset = saved.nextOffset();
    }

    /** Puts another workflow in force, or does nothing when it is the one in force. */
    void workflow(Workflow next) {
        if (!next.equals(workflow)) {
            begin();
            workflow = next;
            add("workflow", "task", "set", WriteOptions.defaults(), null, PlainJson.parse(next.toJson()), null, true);
        }
    }

    private Answer one(Wish.Item item) {
        WriteOptions options = item.options();
        Wish wish = item.wish();
        String operation = options.operation();
        if (operation != null && operations.containsKey(operation + "/" + options.item())) {
            Known known = Objects.requireNonNull(operations.get(operation + "/" + options.item()));
            if (!known.wish().equals(wish)) {
                return Answer.refused("operation_mismatch", operation, known.offset());
            }
            Answer.Refused over = wish instanceof Wish.Acquire ? claims.over(wish.key(), known.offset()) : null;
            return over != null ? over : new Answer.Done(known.epoch(), known.offset(), known.version(), true);
        }
        Answer.Refused fenced = claims.refusal(wish, options.fences());
        if (fenced != null) {
            return fenced;
        }
        Head known = head(wish.topic(), wish.key());
        boolean there = known.exists() || wish.topic().equals("lease") && known.version() > 0; // free ones too
        Head head = new Head(known.version(), known.revision(), there);
        Expect expect = options.expect();
        boolean met = switch (expect.condition()) {
            case ANY -> true;
            case NONE -> !head.exists();
            case EXISTS -> head.exists();
            case VERSION -> head.exists() && head.version() == expect.number();
            case REVISION -> head.exists() && head.revision() == expect.number();
        };
        if (!met) {
            return conflict(expectation(expect), head);
        }
        if (wish instanceof Wish.CheckTask || wish instanceof Wish.CheckTopic) {
            return new Answer.Met(head.version());
        }
        int before = entries.size();
        Answer.Refused refusal = decide(wish, options);
        if (refusal != null) {
            return refusal;
        }
        Entry entry = entries.get(before);
        if (operation != null) {
            operations.put(operation + "/" + options.item(), new Known(epoch, entry.offset(), entry.version(), wish));
        }
        return new Answer.Done(epoch, entry.offset(), entry.version(), false);
    }

    private static String expectation(Expect expect) {
        return switch (expect.condition()) {
            case VERSION -> "version " + expect.number();
            case REVISION -> "revision " + expect.number();
            case NONE -> "none";
            case EXISTS -> "exists";
            case ANY -> "any";
        };
    }

    static Answer.Refused conflict(String expected, Head head) {
        return Answer.refused("conflict", expected, head.version(), head.exists() ? head.revision() : -1);
    }

    private Answer.@Nullable Refused decide(Wish wish, WriteOptions options) {
        if (wish instanceof Wish.Append append) {
            return append(append.record(), options);
        } else if (wish instanceof Wish.Advance advance) {
            return advance(advance, options);
        } else if (wish instanceof Wish.Claim claim) {
            return claims.claim(claim, options);
        } else if (wish instanceof Wish.Acquire acquire) {
            return claims.acquire(acquire, options);
        } else if (wish instanceof Wish.Release release) {
            return claims.release(release, options);
        }
        return tasks.decide(wish, options);
    }

    private Answer.@Nullable Refused append(NewRecord record, WriteOptions options) {
        if (record.payload().length() > jsonBytesMax) {
            return Answer.refused("too_large", "payload", (long) jsonBytesMax, (long)
                    record.payload().length());
        }
        Object payload = PlainJson.parse(record.payload());
        add(record.topic(), record.key(), record.type(), options, null, payload, null, true);
        return null;
    }

    private Answer.@Nullable Refused advance(Wish.Advance wish, WriteOptions options) {
        Long rows = imports.get(wish.key());
        if (rows != null && wish.rows() <= rows) {
            return conflict("rows from " + (rows + 1), head("import", wish.key()));
        }
        imports.put(wish.key(), wish.rows());
        add("import", wish.key(), "advanced", options, null, Map.of("rows", wish.rows()), null, true);
        return null;
    }

    /** Adds a record. */
    void add(
            String topic,
            String key,
            String type,
            WriteOptions options,
            @Nullable String actor,
            @Nullable Object payload,
            @Nullable Task task,
            boolean exists) {
        Head before = head(topic, key);
        Head head = new Head(before.version() + 1, nextOffset, exists);
        entries.add(new Entry(
                nextOffset,
                epoch,
                lastAt,
                options.occurredAt(),
                topic,
                key,
                type,
                options.actor() == null ? actor : options.actor(),
                options.operation(),
                before.revision(),
                head.version(),
                options.fences(),
                payload,
                task));
        heads.put(topic + "\n" + key, head);
        if (topic.equals("task")) {
            tasks.put(key, task);
        }
        nextOffset++;
    }

    Head head(String topic, String key) {
        return heads.getOrDefault(topic + "\n" + key, Head.NONE);
    }

    /** Whether a task may have {@code status} at all. */
    boolean known(String status) {
        return workflow.open() || workflow.statuses().contains(status);
    }

    /** Leases and claims. */
    PlainClaims claims() {
        return claims;
    }

    /** The log's time of the record that comes next. */
    Instant lastAt() {
        return lastAt;
    }

    /** All records, oldest first. */
    List<Entry> entries() {
        return entries;
    }

    /** All tasks that exist, by id. */
    Map<String, Task> tasks() {
        return tasks.all();
    }

    Workflow workflow() {
        return workflow;
    }

    long rows(String source) {
        return imports.getOrDefault(source, 0L);
    }

    /** What is remembered under an operation id: epoch, offset and version; null for nothing. */
    @Nullable
    Answer operation(String id) {
        Known known = operations.get(id + "/0");
        return known == null ? null : new Answer.Done(known.epoch(), known.offset(), known.version(), true);
    }

    /** The version and the revision of a topic and key as a writer would expect them; {@code {0, -1}} when there is none. */
    long[] numbers(String topic, String key) {
        Head head = head(topic, key);
        return new long[] {head.version(), head.revision()};
    }

    /** The task as it was after the record at {@code offset}, or null. */
    @Nullable
    Task taskAsOf(String id, long offset) {
        Task found = null;
        for (Entry entry : entries) {
            if (entry.offset() > offset) {
                break;
            }
            if (entry.topic().equals("task") && entry.key().equals(id)) {
                found = entry.task();
            }
        }
        return found;
    }

    int epoch() {
        return epoch;
    }

    /** Whether anything was written since the log was opened. */
    boolean epochBegun() {
        return epochBegun;
    }

    /** The offset of the last record, −1 for none. */
    long lastOffset() {
        return entries.isEmpty() ? -1 : entries.get(entries.size() - 1).offset();
    }

    /** How many records there are behind {@code offset}. */
    int recordsBehind(long offset) {
        int count = 0;
        for (int i = entries.size() - 1; i >= 0 && entries.get(i).offset() > offset; i--) {
            count++;
        }
        return count;
    }

    /** The offset that the next record will get. */
    long nextOffset() {
        return nextOffset;
    }
}
