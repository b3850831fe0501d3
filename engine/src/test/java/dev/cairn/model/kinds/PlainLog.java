package dev.cairn.model.kinds;

import dev.cairn.Expect;
import dev.cairn.Fence;
import dev.cairn.WriteOptions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What every kind has in common, as lists and maps: records, the newest of each topic and key, operations, epochs.
 *
 * <p>Threading: one thread.
 */
final class PlainLog {
    /** A record, and what it makes of its entity; {@code payload} is null where it is not compared. */
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
            @Nullable String payload,
            @Nullable Object view) {
        /** Whether the entity exists after it. */
        boolean exists() {
            return view != null;
        }
    }

    private record Known(Entry entry, Wish wish) {}

    private record Saved(int entries, Map<String, Entry> heads, Map<String, Known> operations, long nextOffset) {}

    private final List<Entry> entries = new ArrayList<>();
    private Map<String, Entry> heads = new HashMap<>();
    private Map<String, Known> operations = new HashMap<>();
    private int epoch;
    private boolean epochBegun;
    private long nextOffset;
    private Instant now = Instant.EPOCH;
    private Instant lastAt = Instant.EPOCH;

    /** The log was opened for writing; its next record will be at {@code firstOffset}. */
    void opened(int newEpoch, long firstOffset) {
        epoch = newEpoch;
        epochBegun = false;
        nextOffset = firstOffset;
        lastAt = entries.isEmpty() ? Instant.EPOCH : last().at();
    }

    /** What the clock shows from now on; it may go back. */
    void time(Instant time) {
        now = time;
    }

    /** The first wish of an epoch is preceded by the epoch's own record, whatever becomes of the wish. */
    void begin() {
        lastAt = now.isAfter(lastAt) ? now : lastAt;
        if (!epochBegun) {
            epochBegun = true;
            add("system", "epoch", "opened", WriteOptions.defaults(), null, null, Boolean.TRUE);
        }
    }

    /**
     * Adds a record.
     *
     * @param actor who acts if the options do not say
     * @param view the entity after it, null if there is none any more
     */
    Entry add(
            String topic,
            String key,
            String type,
            WriteOptions options,
            @Nullable String actor,
            @Nullable String payload,
            @Nullable Object view) {
        Entry before = head(topic, key);
        Entry entry = new Entry(
                nextOffset,
                epoch,
                lastAt,
                options.occurredAt(),
                topic,
                key,
                type,
                options.actor() == null ? actor : options.actor(),
                options.operation(),
                before == null ? -1 : before.offset(),
                version(topic, key) + 1,
                options.fences(),
                payload,
                view);
        entries.add(entry);
        heads.put(topic + "\n" + key, entry);
        nextOffset++;
        return entry;
    }

    /** The newest record of a topic and key, or null. */
    @Nullable
    Entry head(String topic, String key) {
        return heads.get(topic + "\n" + key);
    }

    /** The newest records of all keys of a topic. */
    List<Entry> heads(String topic) {
        return heads.values().stream()
                .filter(entry -> entry.topic().equals(topic))
                .toList();
    }

    long version(String topic, String key) {
        Entry head = head(topic, key);
        return head == null ? 0 : head.version();
    }

    /** The record of a topic and key that was its newest after the record at {@code offset}, or null. */
    @Nullable
    Entry headAsOf(String topic, String key, long offset) {
        Entry entry = head(topic, key);
        for (int i = entries.size() - 1; entry != null && entry.offset() > offset; i--) {
            Entry other = i < 0 ? null : entries.get(i);
            entry = other == null || other.topic().equals(topic) && other.key().equals(key) ? other : entry;
        }
        return entry;
    }

    /** Records of a topic and key up to {@code offset} that belong to the life which the entity lived then; the oldest first. */
    List<Entry> life(String topic, String key, long offset) {
        List<Entry> life = new ArrayList<>();
        for (Entry entry : entries) {
            if (entry.offset() <= offset
                    && entry.topic().equals(topic)
                    && entry.key().equals(key)) {
                life.add(entry);
                if (!entry.exists()) {
                    life.clear();
                }
            }
        }
        return life;
    }

    // Operations and expectations

    /** The answer to a wish whose operation id is known, or null. */
    @Nullable
    String replay(Wish wish, WriteOptions options) {
        Known known = known(options);
        if (known == null) {
            return null;
        }
        Entry entry = known.entry();
        return known.wish().equals(wish.identity())
                ? Answers.done(entry.epoch(), entry.offset(), entry.version(), true)
                : Answers.refused("operation_mismatch", options.operation(), entry.offset());
    }

    /** The record that stands for the operation of {@code options}, or null. */
    @Nullable
    Entry operation(WriteOptions options) {
        Known known = known(options);
        return known == null ? null : known.entry();
    }

    private @Nullable Known known(WriteOptions options) {
        return options.operation() == null ? null : operations.get(options.operation() + "/" + options.item());
    }

    /** Remembers what was done by the wish, whose first record is at {@code offset}. */
    void remember(Wish wish, WriteOptions options, Entry first) {
        if (options.operation() != null) {
            operations.put(options.operation() + "/" + options.item(), new Known(first, wish.identity()));
        }
    }

    /** The operation came to nothing: its id is free again. */
    void forget(WriteOptions options) {
        operations.remove(options.operation() + "/" + options.item());
    }

    /** All records of a topic and key there ever were. */
    List<Entry> records(String topic, String key) {
        return entries.stream()
                .filter(entry -> entry.topic().equals(topic) && entry.key().equals(key))
                .toList();
    }

    /** How an expectation about {@code head} is refused, or null; {@code exists} is whether it counts as there. */
    static @Nullable String refusal(Expect expect, @Nullable Entry head, boolean exists) {
        boolean met = switch (expect.condition()) {
            case ANY -> true;
            case NONE -> !exists;
            case EXISTS -> exists;
            case VERSION -> exists && Objects.requireNonNull(head).version() == expect.number();
            case REVISION -> exists && Objects.requireNonNull(head).offset() == expect.number();
        };
        return met ? null : conflict(expect.toString(), head, exists);
    }

    static String conflict(String expected, @Nullable Entry head, boolean exists) {
        return Answers.refused(
                "conflict",
                expected,
                head == null ? 0 : head.version(),
                exists ? Objects.requireNonNull(head).offset() : -1);
    }

    // All or nothing

    /** What is needed to take back all that comes from here on. */
    Runnable savepoint() {
        Saved saved = new Saved(entries.size(), new HashMap<>(heads), new HashMap<>(operations), nextOffset);
        return () -> {
            entries.subList(saved.entries(), entries.size()).clear();
            heads = saved.heads();
            operations = saved.operations();
            nextOffset = saved.nextOffset();
        };
    }

    // What there is

    List<Entry> entries() {
        return entries;
    }

    Entry last() {
        return entries.get(entries.size() - 1);
    }

    long lastOffset() {
        return entries.isEmpty() ? -1 : last().offset();
    }

    long nextOffset() {
        return nextOffset;
    }

    int epoch() {
        return epoch;
    }

    boolean epochBegun() {
        return epochBegun;
    }

    /** The log's time for what is written now. */
    Instant at() {
        return lastAt;
    }

    /** How many records there are from {@code from} to {@code through}, both included. */
    long count(long from, long through) {
        return entries.stream()
                .filter(entry -> entry.offset() >= from && entry.offset() <= through)
                .count();
    }
}
