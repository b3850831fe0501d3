package dev.cairn.internal.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.jvm.JvmAccess;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StateStoreTest {
    private static final int VALUE_BYTES_MAX = 4_352;

    private final StateStore store = new StateStore(42, VALUE_BYTES_MAX);

    @BeforeAll
    static void openJdk() {
        JvmAccess.open();
    }

    @AfterEach
    void closeStore() {
        store.close();
    }

    @Test
    void shouldGiveBackWhatWasPutLast() {
        store.put(text("a"), text("one"));
        store.put(text("b"), text("two"));
        store.put(text("a"), text("three"));

        assertThat(valueOf("a")).isEqualTo("three");
        assertThat(valueOf("b")).isEqualTo("two");
        assertThat(store.size()).isEqualTo(2);
    }

    /** A value that shrinks leaves its room to itself, up to 255 bytes of it: none of that is ever shown, walked or copied. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 63, 64, 254, 255, 256, 257, 700})
    void shouldShowNothingOfTheRoomThatALongerValueLeft(int less) {
        String longest = "x".repeat(800);
        String shorter = "y".repeat(800 - less);
        for (int key = 0; key < 200; key++) {
            store.put(text("k" + key), text(longest));
            store.put(text("k" + key), text(shorter));
        }
        for (int key = 0; key < 5_000; key++) { // tables grow and are split, with the room in them
            store.put(text("other" + key), text("z"));
        }
        int[] met = {0};
        store.forEach((key, value) -> met[0] += value.utf8().equals(shorter) ? 1 : 0);
        assertThat(met[0]).isEqualTo(200);
        for (int key = 0; key < 200; key++) {
            assertThat(valueOf("k" + key)).isEqualTo(shorter);
            store.put(text("k" + key), text(longest));
            assertThat(valueOf("k" + key)).isEqualTo(longest);
        }
    }

    @Test
    void shouldLeaveTheSlabAloneWhenThereIsNoSuchKey() {
        ByteSlab into = text("before");

        assertThat(store.get(text("nobody"), into)).isFalse();
        store.put(text("a"), text("one"));
        assertThat(store.get(text("nobody"), into)).isFalse();
        assertThat(into.utf8()).isEqualTo("before");
    }

    @Test
    void shouldForgetWhatWasRemoved() {
        store.put(text("a"), text("one"));

        assertThat(store.remove(text("a"))).isTrue();
        assertThat(store.remove(text("a"))).isFalse();
        assertThat(store.get(text("a"), new ByteSlab())).isFalse();
        assertThat(store.size()).isZero();
    }

    @Test
    void shouldTakeTheShortestAndTheLongest() {
        ByteSlab longest = new ByteSlab().length(StateStore.KEY_BYTES_MAX);
        store.put(text("k"), new ByteSlab());
        store.put(longest, new ByteSlab().length(VALUE_BYTES_MAX));

        ByteSlab into = text("before");
        assertThat(store.get(text("k"), into)).isTrue();
        assertThat(into.length()).isZero();
        assertThat(store.get(longest, into)).isTrue();
        assertThat(into.length()).isEqualTo(VALUE_BYTES_MAX);
    }

    @Test
    void shouldRefuseWhatIsTooLong() {
        assertThatThrownBy(() -> store.put(new ByteSlab(), text("v")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected a key of 1 to 2610 bytes, was 0");
        assertThatThrownBy(() -> store.put(new ByteSlab().length(StateStore.KEY_BYTES_MAX + 1), text("v")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store.put(text("k"), new ByteSlab().length(VALUE_BYTES_MAX + 1)))
                .hasMessage("expected a value of 0 to 4352 bytes, was 4353");
        assertThat(store.size()).isZero();
    }

    @Test
    void shouldSayThatItIsClosed() {
        store.put(text("a"), text("one"));
        store.close();
        store.close();

        assertThatThrownBy(() -> store.get(text("a"), new ByteSlab())).hasMessageContaining("was closed");
        assertThatThrownBy(() -> store.put(text("a"), text("one"))).hasMessageContaining("was closed");
        assertThatThrownBy(() -> store.remove(text("a"))).hasMessageContaining("was closed");
        assertThatThrownBy(store::beginScan).hasMessageContaining("was closed");
    }

    @Test
    void shouldKeepKeysApartThatDifferOnlyInLength() {
        List<ByteSlab> keys = new ArrayList<>();
        for (int length = 1; length <= 64; length++) {
            ByteSlab key = new ByteSlab().length(length);
            Arrays.fill(key.array(), 0, length, (byte) 0);
            keys.add(key);
            store.put(key, text("v" + length));
        }

        assertThat(store.size()).isEqualTo(64);
        ByteSlab into = new ByteSlab();
        for (ByteSlab key : keys) {
            assertThat(store.get(key, into)).isTrue();
            assertThat(into.utf8()).isEqualTo("v" + key.length());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {300, 20_000})
    void shouldBehaveLikeAMapWhileItGrowsAndShrinks(int keys) {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        Map<String, byte[]> model = new HashMap<>();
        for (int step = 0; step < 60_000; step++) {
            String key = keyOf(random.nextInt(keys));
            if (random.nextInt(step < 40_000 ? 8 : 2) == 0) {
                assertThat(store.remove(text(key))).isEqualTo(model.remove(key) != null);
            } else {
                byte[] value = new byte[lengthFrom(random)];
                random.nextBytes(value);
                store.put(text(key), ByteSlab.copyOf(value));
                model.put(key, value);
            }
            if (step % 64 == 0) {
                String asked = keyOf(random.nextInt(keys));
                ByteSlab into = new ByteSlab();
                boolean found = store.get(text(asked), into);
                assertThat(found ? into.toByteArray() : null)
                        .as("seed %d, step %d", seed, step)
                        .isEqualTo(model.get(asked));
            }
        }
        assertHolds(store, model, "seed " + seed);
    }

    @Test
    void shouldGrowWhenTheValuesGetLongerOnly() {
        Map<String, byte[]> model = new HashMap<>();
        Random random = new Random(7);
        for (int length : new int[] {10, 100, 1_000, VALUE_BYTES_MAX}) {
            for (int i = 0; i < 5_000; i++) {
                byte[] value = new byte[length];
                random.nextBytes(value);
                store.put(text(keyOf(i)), ByteSlab.copyOf(value));
                model.put(keyOf(i), value);
            }
        }
        assertHolds(store, model, "longer and longer");
    }

    @Test
    void shouldTakeWhatItWasSizedForWithoutGrowing() {
        try (StateStore sized = StateStore.sized(42, VALUE_BYTES_MAX, 50_000, 60)) {
            sized.put(text(keyOf(0)), new ByteSlab().length(40));
            long reservedForOne = sized.offHeapBytes();
            for (int i = 1; i < 50_000; i++) {
                sized.put(text(keyOf(i)), new ByteSlab().length(40));
            }
            assertThat(sized.offHeapBytes()).isEqualTo(64 * reservedForOne);
        }
    }

    @Test
    void shouldCostNextToNothingWhenEmpty() {
        assertThat(store.offHeapBytes()).isZero();
        store.put(text("a"), text("one"));
        assertThat(store.offHeapBytes()).isLessThan(64 * 1024);
    }

    @Test
    void shouldAllocateNextToNothingByReadingAndWriting() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        ByteSlab key = text("task-1");
        ByteSlab value = new ByteSlab().length(200);
        ByteSlab into = new ByteSlab().length(200);
        store.put(key, value);
        store.get(key, into);
        int rounds = 20_000;

        long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
        for (int i = 0; i < rounds; i++) {
            store.get(key, into);
            store.put(key, value);
        }
        long allocated = threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;

        assertThat((double) allocated / rounds).isLessThan(1.0);
    }

    static void assertHolds(StateStore store, Map<String, byte[]> model, String description) {
        assertThat(store.size()).as(description).isEqualTo(model.size());
        Map<String, byte[]> left = new HashMap<>(model);
        store.forEach(
                (key, value) -> assertThat(value.toByteArray()).as(description).isEqualTo(left.remove(key.utf8())));
        assertThat(left).as(description).isEmpty();
        ByteSlab into = new ByteSlab();
        model.forEach((key, value) -> {
            assertThat(store.get(text(key), into)).as(description).isTrue();
            assertThat(into.toByteArray()).as(description).isEqualTo(value);
        });
    }

    static ByteSlab text(String text) {
        return ByteSlab.ofUtf8(text);
    }

    /** Keys of very different lengths. */
    static String keyOf(int number) {
        return number % 50 == 0 ? number + "-".repeat(1_000) : "task-" + number;
    }

    private static int lengthFrom(Random random) {
        return random.nextInt(20) == 0 ? random.nextInt(VALUE_BYTES_MAX + 1) : 100 + random.nextInt(200);
    }

    private String valueOf(String key) {
        ByteSlab into = new ByteSlab();
        assertThat(store.get(text(key), into)).isTrue();
        return into.utf8();
    }
}
