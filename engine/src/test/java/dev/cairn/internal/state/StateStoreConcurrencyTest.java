package dev.cairn.internal.state;

import static dev.cairn.internal.state.StateStoreTest.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.jvm.JvmAccess;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** One writer as the commit lock would have it, against readers and a scan on other threads. */
class StateStoreConcurrencyTest {
    private static final int VALUE_BYTES_MAX = 4_352;
    private static final int READERS = 3;

    private final ExecutorService others = Executors.newCachedThreadPool();

    @BeforeAll
    static void openJdk() {
        JvmAccess.open();
    }

    @AfterEach
    void stopOthers() {
        others.shutdownNow();
    }

    @Test
    void shouldNeverShowAReaderFreedOrTornMemory() throws Exception {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        AtomicBoolean stop = new AtomicBoolean();
        AtomicLong found = new AtomicLong();
        Random random = new Random(seed);
        List<Future<?>> readers = new ArrayList<>();
        try (StateStore store = new StateStore(seed, VALUE_BYTES_MAX)) {
            for (int i = 0; i < READERS; i++) {
                long readerSeed = seed + i;
                readers.add(others.submit(reader(store, new Random(readerSeed), stop, found)));
            }
            // Grows from nothing several times over: values get longer, so parts fill up by bytes as well as by number.
            for (int step = 0; step < 250_000; step++) {
                long number = random.nextInt(1 + step / 2);
                if (random.nextInt(10) == 0) {
                    store.remove(key(number));
                } else {
                    store.put(key(number), value(number, step, 8 + random.nextInt(40 + step / 500)));
                }
            }
            stop.set(true);
            for (Future<?> reader : readers) {
                reader.get();
            }
        }
        assertThat(found.get()).isPositive();
    }

    @Test
    void shouldTellReadersThatItWasClosedUnderThem() throws Exception {
        StateStore store = new StateStore(1, VALUE_BYTES_MAX);
        for (int number = 0; number < 20_000; number++) {
            store.put(key(number), value(number, 0, 100));
        }
        AtomicLong found = new AtomicLong();
        List<Future<String>> readers = new ArrayList<>();
        for (int i = 0; i < READERS; i++) {
            Callable<Void> reader = reader(store, new Random(i), new AtomicBoolean(), found);
            readers.add(others.submit(() -> {
                try {
                    reader.call();
                    return "not told";
                } catch (IllegalStateException told) {
                    return told.getMessage();
                }
            }));
        }
        while (found.get() < 10_000) {
            Thread.onSpinWait();
        }
        store.close();
        for (Future<String> reader : readers) {
            assertThat(reader.get()).isEqualTo("expected an open state store, was closed");
        }
    }

    @Test
    void shouldKeepATableUntilTheLastReaderLeft() {
        StateTable table = new StateTable(TableShape.SMALLEST, 6, 0);
        StoredKey key = new StoredKey(text("k")).hashed(1);
        table.put(key, new StoredValue(text("v")));

        assertThat(table.enter()).isTrue();
        assertThat(table.enter()).isTrue();
        table.retire();
        ByteSlab into = new ByteSlab();
        assertThat(table.get(key, new StoredValue(into))).isTrue();
        assertThat(into.utf8()).isEqualTo("v");
        table.exit();
        assertThat(table.isFreed()).isFalse();
        table.exit();
        assertThat(table.isFreed()).isTrue();
        assertThat(table.enter()).isFalse();
    }

    @RepeatedTest(8)
    void shouldScanTheMomentItBeganWhileWritingGoesOn() throws Exception {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        int keys = 1 + random.nextInt(60_000);
        try (StateStore store = new StateStore(seed, VALUE_BYTES_MAX)) {
            Map<String, byte[]> model = new HashMap<>();
            change(store, model, random, keys, keys * 2);
            Map<String, byte[]> then = new HashMap<>(model);

            StateScan scan = store.beginScan();
            assertThat(scan.size()).isEqualTo(then.size());
            Future<Map<String, byte[]>> scanned = others.submit(() -> {
                Map<String, byte[]> seen = new HashMap<>();
                try (scan) {
                    scan.forEach((key, value) -> assertThat(seen.put(key.utf8(), value.toByteArray()))
                            .isNull());
                }
                return seen;
            });
            while (!scanned.isDone()) {
                change(store, model, random, keys * 2, 500);
            }

            assertSame(scanned.get(), then, "seed " + seed);
            StateStoreTest.assertHolds(store, model, "seed " + seed);
            // The next scan begins from now.
            try (StateScan next = store.beginScan()) {
                Map<String, byte[]> seen = new HashMap<>();
                next.forEach((key, value) -> seen.put(key.utf8(), value.toByteArray()));
                assertSame(seen, model, "seed " + seed);
            }
        }
    }

    @Test
    void shouldGoOnAfterAScanThatWasGivenUp() {
        try (StateStore store = new StateStore(1, VALUE_BYTES_MAX)) {
            store.put(text("a"), text("one"));
            StateScan scan = store.beginScan();
            store.put(text("a"), text("two"));
            scan.close();
            store.put(text("a"), text("three"));
            store.remove(text("a"));

            try (StateScan again = store.beginScan()) {
                assertThat(again.size()).isZero();
            }
        }
    }

    private static void change(StateStore store, Map<String, byte[]> model, Random random, int keys, int steps) {
        for (int step = 0; step < steps; step++) {
            String key = StateStoreTest.keyOf(random.nextInt(keys));
            if (random.nextInt(4) == 0) {
                store.remove(text(key));
                model.remove(key);
            } else {
                byte[] value = new byte[random.nextInt(300)];
                random.nextBytes(value);
                store.put(text(key), ByteSlab.copyOf(value));
                model.put(key, value);
            }
        }
    }

    private static void assertSame(Map<String, byte[]> seen, Map<String, byte[]> expected, String description) {
        assertThat(seen.keySet()).as(description).isEqualTo(expected.keySet());
        seen.forEach((key, value) -> assertThat(value).as(description).isEqualTo(expected.get(key)));
    }

    private static Callable<Void> reader(StateStore store, Random random, AtomicBoolean stop, AtomicLong found) {
        return () -> {
            ByteSlab into = new ByteSlab();
            while (!stop.get()) {
                long number = random.nextInt(125_000);
                if (store.get(key(number), into)) {
                    assertWhole(number, into);
                    found.incrementAndGet();
                }
            }
            return null;
        };
    }

    private static ByteSlab key(long number) {
        return text("task-" + number);
    }

    /** A value that says whose it is and that shows when two were mixed: number, length, then one byte over and over. */
    private static ByteSlab value(long number, int step, int fill) {
        ByteSlab value = new ByteSlab();
        value.putLong(number);
        value.putInt(fill);
        for (int i = 0; i < fill; i++) {
            value.putByte(step);
        }
        return value;
    }

    private static void assertWhole(long number, ByteSlab value) {
        boolean whole = value.longAt(0) == number && value.length() == 12 + value.intAt(8);
        for (int i = 13; whole && i < value.length(); i++) {
            whole = value.byteAt(i) == value.byteAt(12);
        }
        if (!whole) {
            throw new AssertionError("expected the value of " + number + ", was " + value.longAt(0) + ", " + value);
        }
    }
}
