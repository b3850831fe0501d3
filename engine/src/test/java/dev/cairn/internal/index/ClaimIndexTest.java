package dev.cairn.internal.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.KeyHash;
import dev.cairn.internal.index.ClaimModel.Bucket;
import dev.cairn.internal.index.ClaimModel.Entry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeSet;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClaimIndexTest {
    private static final int OPERATIONS = 100_000;
    private static final int COMPARED_EVERY = 5_000;
    private static final int[] PRIORITIES = {Integer.MIN_VALUE, Integer.MIN_VALUE + 1, -1, 0, 1, Integer.MAX_VALUE};
    private static final int MEBIBYTE = 1024 * 1024;

    private final ByteSlab key = new ByteSlab();
    private final ByteSlab queue = new ByteSlab();
    private final ByteSlab status = new ByteSlab();
    private final ByteSlab got = new ByteSlab();

    private ClaimIndex index = new ClaimIndex(hash(-1));
    private final ClaimModel model = new ClaimModel();

    /**
     * @param hashMask leaves so few different hashes that many keys share one
     * @param priorities how many there are; 0 for any, in which case creation offsets come in no order, else as they are given
     */
    @ParameterizedTest
    @CsvSource({
        "12,     1,   1, -1,   0",
        "12,     1,   2, -1,   2",
        "100,    2,   2, -1,   0",
        "100,    2,   2, 0,    0",
        "100,    2,   2, 0,    3",
        "1000,   3,   4, 7,    0",
        "1000,   3,   4, -1,   40",
        "10000,  1,   1, -1,   0",
        "10000,  1,   3, -1,   5",
        "10000,  3,   4, -1,   0",
        "10000,  3,   4, -1,   33",
        "10000,  700, 3, 1023, 0",
        "10000,  700, 3, 1023, 1",
    })
    void shouldAnswerAsSortedSetsDo(int keys, int queues, int statuses, long hashMask, int priorities) {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        index = new ClaimIndex(hash(hashMask));
        for (int i = 0; i < OPERATIONS; i++) {
            String at = keyOf(random.nextInt(keys));
            Entry before = model.entries.get(at);
            Bucket bucket = new Bucket("q" + random.nextInt(queues), "s" + random.nextInt(statuses));
            int choice = random.nextInt(16);
            if (choice < 7) {
                // By an odd number modulo a power of two: each its own offset, close together, in no order.
                long fresh = priorities == 0 ? i * 0x9E37L & 0x1_FFFF : i;
                long created = before == null ? fresh : before.createdOffset();
                int priority = priorities == 0 ? priority(random) : random.nextInt(priorities);
                put(new Entry(at, bucket, priority, created));
            } else if (choice < 9) {
                expect(index.suspend(slab(key, at)), before != null, seed, i);
                model.offer(at, false);
            } else if (choice < 11) {
                expect(index.resume(slab(key, at)), before != null, seed, i);
                model.offer(at, true);
            } else if (choice < 13) {
                expect(index.remove(slab(key, at)), before != null, seed, i);
                model.remove(at);
            } else {
                claim(bucket, seed, i);
            }
            compareFirst(bucket, seed, i);
            if (before != null) {
                compareFirst(before.bucket(), seed, i);
            }
            if (i % COMPARED_EVERY == 0) {
                compareCounts(seed, i);
            }
        }
        drain(seed);
    }

    @Test
    void shouldOfferTheHighestPriorityAndThenTheLowestCreationOffset() {
        put(new Entry("late", new Bucket("q", "pending"), 5, 30));
        put(new Entry("low", new Bucket("q", "pending"), Integer.MIN_VALUE, 1));
        put(new Entry("early", new Bucket("q", "pending"), 5, 29));
        put(new Entry("later", new Bucket("q", "pending"), 5, 31));
        put(new Entry("high", new Bucket("q", "pending"), Integer.MAX_VALUE, 40));
        put(new Entry("elsewhere", new Bucket("q", "running"), Integer.MAX_VALUE, 2));

        assertThat(drained("q", "pending")).containsExactly("high", "early", "late", "later", "low");
        assertThat(drained("q", "running")).containsExactly("elsewhere");
        assertThat(index.size()).isZero();
    }

    /** As tasks are made and claimed, each once: nothing of it needs the heap, but the ones that come back between others. */
    @Test
    void shouldOfferInOrderWhatComesBackBetweenOthers() {
        int keys = 1_000;
        for (int i = 0; i < keys; i++) {
            put(new Entry("k" + i, new Bucket("q", "pending"), i % 3, i));
        }
        Random random = new Random(7);
        for (int i = 0; i < 20 * keys; i++) {
            String at = "k" + random.nextInt(keys);
            Entry entry = model.entries.get(at);
            boolean away = entry.bucket().status().equals("running");
            put(new Entry(at, new Bucket("q", away ? "pending" : "running"), entry.priority(), entry.createdOffset()));
            compareFirst(new Bucket("q", "pending"), 7, i);
            compareFirst(new Bucket("q", "running"), 7, i);
        }
        drain(7);
    }

    @Test
    void shouldKeepAKeySuspendedThroughEveryMove() {
        put(new Entry("leased", new Bucket("q", "pending"), 1, 1));
        assertThat(index.suspend(slab(key, "leased"))).isTrue();
        put(new Entry("leased", new Bucket("q", "pending"), 9, 1));
        put(new Entry("leased", new Bucket("q", "running"), 9, 1));

        assertThat(first("q", "pending")).isNull();
        assertThat(first("q", "running")).isNull();
        assertThat(counts()).isEqualTo(Map.of(new Bucket("q", "running"), "0+1"));

        assertThat(index.resume(slab(key, "leased"))).isTrue();
        assertThat(first("q", "running")).isEqualTo("leased");
    }

    @Test
    void shouldOfferAKeyThatWasRemovedWhileSuspendedWhenItComesAgain() {
        put(new Entry("task", new Bucket("q", "pending"), 1, 1));
        index.suspend(slab(key, "task"));
        index.remove(slab(key, "task"));
        put(new Entry("task", new Bucket("q", "pending"), 1, 2));

        assertThat(first("q", "pending")).isEqualTo("task");
    }

    @Test
    void shouldTakeTheSameWordTwice() {
        for (int i = 0; i < 2; i++) {
            put(new Entry("a", new Bucket("q", "pending"), 1, 1));
            put(new Entry("b", new Bucket("q", "pending"), 1, 2));
            index.suspend(slab(key, "a"));
            assertThat(counts()).isEqualTo(Map.of(new Bucket("q", "pending"), "1+1"));
        }
        for (int i = 0; i < 2; i++) {
            index.resume(slab(key, "a"));
            assertThat(counts()).isEqualTo(Map.of(new Bucket("q", "pending"), "2+0"));
        }
        assertThat(index.remove(slab(key, "a"))).isTrue();
        assertThat(index.remove(slab(key, "a"))).isFalse();
        assertThat(index.suspend(slab(key, "a"))).isFalse();
        assertThat(index.resume(slab(key, "a"))).isFalse();
        assertThat(index.size()).isOne();
    }

    @Test
    void shouldLeaveTheSlabAloneWhenNothingIsOnOffer() {
        slab(got, "as it was");
        assertThat(index.peek(slab(queue, "q"), slab(status, "pending"), got)).isFalse();
        assertThat(got.utf8()).isEqualTo("as it was");
        assertThat(index.size(slab(queue, "q"), slab(status, "pending"))).isZero();
        assertThat(counts()).isEmpty();
    }

    /** The two names are joined into one key: it must show where the first one ends. */
    @Test
    void shouldTellQueuesAndStatusesApart() {
        put(new Entry("1", new Bucket("ab", "c"), 0, 1));
        put(new Entry("2", new Bucket("a", "bc"), 0, 2));
        put(new Entry("3", new Bucket("", "abc"), 0, 3));
        put(new Entry("4", new Bucket("abc", ""), 0, 4));

        assertThat(first("ab", "c")).isEqualTo("1");
        assertThat(first("a", "bc")).isEqualTo("2");
        assertThat(first("", "abc")).isEqualTo("3");
        assertThat(first("abc", "")).isEqualTo("4");
    }

    @Test
    void shouldTakeNamesOfEveryLength() {
        for (int bytes : new int[] {0, 1, 2, 3, 4, 5, 255, 256, 511, 512, 1_026}) {
            put(new Entry("k".repeat(bytes), new Bucket("q".repeat(bytes), "s".repeat(bytes % 513)), 0, bytes));
        }
        for (Entry entry : List.copyOf(model.entries.values())) {
            assertThat(first(entry.bucket().queue(), entry.bucket().status())).isEqualTo(entry.key());
        }
    }

    @Test
    void shouldRefuseNamesThatAreTooLongAndChangeNothing() {
        String tooLong = "x".repeat(KeyArena.KEY_BYTES_MAX + 1);
        put(new Entry("k", new Bucket("q", "pending"), 0, 1));

        assertThatThrownBy(() -> put(new Entry(tooLong, new Bucket("other", "pending"), 0, 2)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected a key of at most 2048 bytes, was 2049");
        assertThatThrownBy(() -> put(new Entry("k", new Bucket(tooLong, "pending"), 0, 2)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected a key of at most 2048 bytes, was 2058");
        assertThat(counts()).isEqualTo(Map.of(new Bucket("q", "pending"), "1+0"));
        assertThat(index.size()).isOne();
    }

    @Test
    void shouldBeEmptyAndSmallAfterItWasCleared() {
        long empty = index.bytes();
        for (int i = 0; i < 10_000; i++) {
            put(new Entry("k" + i, new Bucket("q" + i % 100, "pending"), i, i));
        }
        index.clear();

        assertThat(index.size()).isZero();
        assertThat(counts()).isEmpty();
        assertThat(first("q1", "pending")).isNull();
        assertThat(index.bytes()).isEqualTo(empty);

        put(new Entry("again", new Bucket("q1", "pending"), 1, 1));
        assertThat(first("q1", "pending")).isEqualTo("again");
    }

    @Test
    void shouldHoldAMillionKeysInLessThan120Megabytes() {
        int keys = 1_000_000;
        Random random = new Random(1);
        for (int i = 0; i < keys; i++) {
            index.put(
                    slab(key, "task-" + (100_000_000_000_000L + i)),
                    slab(queue, "default"),
                    slab(status, "pending"),
                    random.nextInt(10),
                    i);
        }
        assertThat(key.length()).isEqualTo(20);
        // What is stored is known: 24 bytes of key, 16 of the table, 8 for the place, 16 in the chain.
        assertThat(index.bytes()).isBetween(64L * keys, 66L * keys).isLessThan(120L * 1_000_000);
        for (int i = 0; i < keys; i++) {
            index.remove(slab(key, "task-" + (100_000_000_000_000L + i)));
        }
        assertThat(index.size()).isZero();
        assertThat(index.bytes()).isLessThan(MEBIBYTE / 4);
    }

    @Test
    void shouldNotGrowWhileKeysAndQueuesComeAndGo() {
        int living = 1_000;
        long most = 0;
        for (int i = 0; i < 300_000; i++) {
            index.put(slab(key, "task-" + i), slab(queue, "queue-" + i / 3), slab(status, "pending"), i % 5, i);
            if (i >= living) {
                index.remove(slab(key, "task-" + (i - living)));
            }
            if (i % 1_000 == 0) {
                most = Math.max(most, index.bytes());
            }
        }
        assertThat(index.size()).isEqualTo(living);
        assertThat(counts()).hasSizeBetween(living / 3, living / 3 + 2);
        assertThat(most).isLessThan(MEBIBYTE / 2);
    }

    /** One key of each chunk stays: nothing can be dropped, all must be moved together. */
    @Test
    void shouldGiveMemoryBackWhenFewKeysOfManyStay() {
        int keys = 200_000;
        int each = 500;
        for (int i = 0; i < keys; i++) {
            put(new Entry("task-" + i, new Bucket("q", "pending"), 0, i));
        }
        long full = index.bytes();
        List<String> staying = new ArrayList<>();
        for (int i = 0; i < keys; i++) {
            if (i % each == 0) {
                staying.add("task-" + i);
            } else {
                index.remove(slab(key, "task-" + i));
            }
        }
        assertThat(index.bytes()).isLessThan(full / 40);
        assertThat(drained("q", "pending")).isEqualTo(staying);
    }

    private void claim(Bucket bucket, long seed, int operation) {
        boolean found = index.peek(slab(queue, bucket.queue()), slab(status, bucket.status()), got);
        expect(found, !model.offered(bucket).isEmpty(), seed, operation);
        if (found) {
            String claimed = got.utf8();
            Entry entry = model.offered(bucket).first();
            assertThat(claimed).as("seed %d, operation %d", seed, operation).isEqualTo(entry.key());
            put(new Entry(claimed, new Bucket(bucket.queue(), "running"), entry.priority(), entry.createdOffset()));
            index.suspend(slab(key, claimed));
            model.offer(claimed, false);
        }
    }

    private void put(Entry entry) {
        index.put(
                slab(key, entry.key()),
                slab(queue, entry.bucket().queue()),
                slab(status, entry.bucket().status()),
                entry.priority(),
                entry.createdOffset());
        model.put(entry);
    }

    private void compareFirst(Bucket bucket, long seed, int operation) {
        TreeSet<Entry> offered = model.offered(bucket);
        String expected = offered.isEmpty() ? null : offered.first().key();
        String was = first(bucket.queue(), bucket.status());
        if (!Objects.equals(was, expected)) {
            assertThat(was).as("seed %d, operation %d", seed, operation).isEqualTo(expected);
        }
    }

    private void compareCounts(long seed, int operation) {
        assertThat(counts()).as("seed %d, operation %d", seed, operation).isEqualTo(model.counts());
        assertThat(index.size()).as("seed %d, operation %d", seed, operation).isEqualTo(model.entries.size());
        model.counts()
                .keySet()
                .forEach(bucket -> assertThat(index.size(slab(queue, bucket.queue()), slab(status, bucket.status())))
                        .as("seed %d, operation %d", seed, operation)
                        .isEqualTo(model.offered(bucket).size()));
    }

    private void drain(long seed) {
        for (String at : List.copyOf(model.entries.keySet())) {
            index.resume(slab(key, at));
            model.offer(at, true);
        }
        compareCounts(seed, OPERATIONS);
        for (Bucket bucket : model.counts().keySet()) {
            List<String> expected =
                    model.offered(bucket).stream().map(Entry::key).toList();
            assertThat(drained(bucket.queue(), bucket.status()))
                    .as("seed %d", seed)
                    .isEqualTo(expected);
        }
        assertThat(index.size()).isZero();
        assertThat(counts()).isEmpty();
    }

    private List<String> drained(String ofQueue, String ofStatus) {
        List<String> keys = new ArrayList<>();
        while (index.peek(slab(queue, ofQueue), slab(status, ofStatus), got)) {
            keys.add(got.utf8());
            index.remove(got);
        }
        return keys;
    }

    private String first(String ofQueue, String ofStatus) {
        return index.peek(slab(queue, ofQueue), slab(status, ofStatus), got) ? got.utf8() : null;
    }

    private Map<Bucket, String> counts() {
        Map<Bucket, String> counts = new HashMap<>();
        index.forEachBucket((ofQueue, ofStatus, offered, suspended) -> assertThat(
                        counts.put(new Bucket(ofQueue.utf8(), ofStatus.utf8()), offered + "+" + suspended))
                .isNull());
        return counts;
    }

    private static void expect(boolean was, boolean expected, long seed, int operation) {
        if (was != expected) {
            assertThat(was).as("seed %d, operation %d", seed, operation).isEqualTo(expected);
        }
    }

    private static int priority(Random random) {
        return random.nextBoolean() ? PRIORITIES[random.nextInt(PRIORITIES.length)] : random.nextInt();
    }

    /** Keys of 0 to 512 bytes, each another. */
    private static String keyOf(int number) {
        if (number == 0) {
            return "";
        }
        String digits = Integer.toString(number, Character.MAX_RADIX);
        return number % 11 == 0 ? digits + "-".repeat(512 - digits.length()) : digits;
    }

    private static ByteSlab slab(ByteSlab into, String text) {
        into.clear().putUtf8(text);
        return into;
    }

    private static ToLongFunction<ByteSlab> hash(long mask) {
        return bytes -> KeyHash.of(bytes.array(), bytes.length(), 42) & mask;
    }
}
