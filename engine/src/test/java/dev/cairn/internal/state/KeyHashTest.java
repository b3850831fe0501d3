package dev.cairn.internal.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.KeyHash;
import java.util.Random;
import org.junit.jupiter.api.Test;

class KeyHashTest {
    private static final int BUCKETS = 256;

    @Test
    void shouldDependOnTheBytesTheLengthAndTheSeedOnly() {
        ByteSlab key = ByteSlab.ofUtf8("task-0001");
        ByteSlab roomy = new ByteSlab(1_000);
        roomy.putUtf8("task-0001 and what is behind it");
        roomy.length(key.length());

        assertThat(hash(roomy, 1)).isEqualTo(hash(key, 1));
        assertThat(hash(key, 2)).isNotEqualTo(hash(key, 1));
        assertThat(hash(ByteSlab.ofUtf8("task-0001\0"), 1)).isNotEqualTo(hash(key, 1));
    }

    /** Chi-squared with 255 degrees of freedom exceeds 350 by chance once in ten thousand times. */
    @Test
    void shouldSpreadKeysThatDifferLittleByItsHighAndItsLowBits() {
        int[] high = new int[BUCKETS];
        int[] low = new int[BUCKETS];
        int keys = 200_000;
        for (int i = 0; i < keys; i++) {
            long hash = hash(ByteSlab.ofUtf8("task-" + i), 42);
            high[(int) (hash >>> 56)]++;
            low[(int) (hash & 255)]++;
        }
        assertThat(chiSquared(high, keys)).isLessThan(350);
        assertThat(chiSquared(low, keys)).isLessThan(350);
    }

    @Test
    void shouldFlipAboutHalfOfItsBitsWhenOneBitOfTheKeyFlips() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        long flipped = 0;
        int trials = 20_000;
        for (int trial = 0; trial < trials; trial++) {
            byte[] key = new byte[1 + random.nextInt(40)];
            random.nextBytes(key);
            long before = KeyHash.of(key, key.length, seed);
            int bit = random.nextInt(key.length * Byte.SIZE);
            key[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
            flipped += Long.bitCount(before ^ KeyHash.of(key, key.length, seed));
        }
        assertThat((double) flipped / trials).as("seed %d", seed).isBetween(31.5, 32.5);
    }

    private static double chiSquared(int[] counts, int total) {
        double expected = (double) total / counts.length;
        double sum = 0;
        for (int count : counts) {
            sum += (count - expected) * (count - expected) / expected;
        }
        return sum;
    }

    private static long hash(ByteSlab key, long seed) {
        return KeyHash.of(key.array(), key.length(), seed);
    }
}
