package dev.cairn.internal.index;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.KeyHash;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyTableTest {
    private final ByteSlab key = new ByteSlab();

    /** Grows to 5,000 keys and shrinks again, several times: chains split and join, chunks are emptied meanwhile. */
    @ParameterizedTest
    @ValueSource(longs = {-1, 0xFF, 0xFFFF_0000L})
    void shouldNumberItsMembersFromZeroToTheLast(long hashMask) {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        KeyTable table = table(hashMask);
        List<String> numbered = new ArrayList<>();
        int next = 0;
        for (int wave = 0; wave < 3; wave++) {
            while (numbered.size() < 5_000) {
                String added = "key-" + next + "-".repeat(next++ % 60);
                assertThat(table.add(slab(added))).isEqualTo(numbered.size());
                numbered.add(added);
                if (random.nextInt(3) == 0) {
                    remove(table, numbered, random);
                }
            }
            check(table, numbered, seed);
            while (numbered.size() > 10) {
                remove(table, numbered, random);
                if (numbered.size() % 1_000 == 0) {
                    check(table, numbered, seed);
                }
            }
            check(table, numbered, seed);
        }
    }

    /** What was read last is found without a look at the chains: also when it is gone, or another has its number. */
    @Test
    void shouldFindWhatWasReadLastOnlyAsLongAsItIsThere() {
        KeyTable table = table(-1);
        int one = table.add(slab("one"));
        int two = table.add(slab("two"));
        table.read(one, key);
        assertThat(table.find(slab("one"))).isEqualTo(one);
        assertThat(table.find(slab("two"))).isEqualTo(two);

        table.read(one, key);
        table.remove(one);
        assertThat(table.find(slab("one"))).isEqualTo(KeyTable.NONE);
        assertThat(table.find(slab("two"))).isEqualTo(one);

        table.remove(one);
        assertThat(table.find(slab("two"))).isEqualTo(KeyTable.NONE);
        table.add(slab("three"));
        assertThat(table.find(slab("two"))).isEqualTo(KeyTable.NONE);
    }

    @Test
    void shouldHoldAtMostTwiceWhatLivesAndAFewChunks() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        KeyTable table = table(-1);
        List<String> numbered = new ArrayList<>();
        long living = 0;
        for (int i = 0; i < 200_000; i++) {
            // Lives in waves between 0 and 20,000 keys.
            boolean rising = i / 20_000 % 2 == 0;
            if (numbered.isEmpty() || random.nextInt(4) == 0 != rising) {
                String added = "key-" + i + "-".repeat(random.nextInt(200));
                table.add(slab(added));
                numbered.add(added);
                living += entryBytes(added);
            } else {
                living -= entryBytes(remove(table, numbered, random));
            }
            long most = 2 * living + 5 * KeyArena.CHUNK_BYTES;
            long others = 16L * numbered.size() + 64 * 1024;
            if (table.bytes() > most + others) {
                assertThat(table.bytes()).as("seed %d, operation %d", seed, i).isLessThan(most + others);
            }
        }
        check(table, numbered, seed);
    }

    private String remove(KeyTable table, List<String> numbered, Random random) {
        int number = random.nextInt(numbered.size());
        String removed = numbered.get(number);
        int last = numbered.size() - 1;
        assertThat(table.remove(number)).isEqualTo(last);
        numbered.set(number, numbered.get(last));
        numbered.remove(last);
        assertThat(table.find(slab(removed))).isEqualTo(KeyTable.NONE);
        return removed;
    }

    private void check(KeyTable table, List<String> numbered, long seed) {
        assertThat(table.size()).isEqualTo(numbered.size());
        ByteSlab read = new ByteSlab();
        for (int i = 0; i < numbered.size(); i++) {
            assertThat(table.find(slab(numbered.get(i)))).as("seed %d", seed).isEqualTo(i);
            table.read(i, read);
            assertThat(read.utf8()).as("seed %d", seed).isEqualTo(numbered.get(i));
        }
        assertThat(table.find(slab("none of them"))).isEqualTo(KeyTable.NONE);
    }

    private static int entryBytes(String text) {
        return (Short.BYTES + text.length() + 3) / 4 * 4;
    }

    private static KeyTable table(long hashMask) {
        return new KeyTable(bytes -> KeyHash.of(bytes.array(), bytes.length(), 42) & hashMask);
    }

    private ByteSlab slab(String text) {
        key.clear().putUtf8(text);
        return key;
    }
}
