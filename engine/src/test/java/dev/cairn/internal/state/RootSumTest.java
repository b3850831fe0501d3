package dev.cairn.internal.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.internal.codec.ByteSlab;
import java.math.BigInteger;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RootSumTest {
    private static final BigInteger MODULUS = BigInteger.ONE.shiftLeft(128);

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);

    @Test
    void shouldBeZeroForNothing() {
        assertThat(new RootSum().hex()).isEqualTo("0".repeat(32));
    }

    @Test
    void shouldBeTheSumModulo2To128() throws Exception {
        List<ByteSlab> entries = entries(500);
        BigInteger expected = BigInteger.ZERO;
        RootSum sum = new RootSum();
        for (ByteSlab entry : entries) {
            sum.add(entry);
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(entry.toByteArray());
            expected = expected.add(new BigInteger(1, Arrays.copyOf(hash, 16))).mod(MODULUS);
            assertThat(new BigInteger(sum.hex(), 16)).as("seed %d", seed).isEqualTo(expected);
        }
    }

    @Test
    void shouldNotDependOnTheOrder() {
        List<ByteSlab> entries = entries(300);
        String inOrder = sumOf(entries).hex();
        Collections.shuffle(entries, random);

        assertThat(sumOf(entries).hex()).as("seed %d", seed).isEqualTo(inOrder);
    }

    @Test
    void shouldForgetWhatIsTakenAway() {
        List<ByteSlab> entries = entries(200);
        RootSum sum = sumOf(entries);
        Collections.shuffle(entries, random);
        entries.subList(100, 200).forEach(sum::remove);
        assertThat(sum.hex())
                .as("seed %d", seed)
                .isEqualTo(sumOf(entries.subList(0, 100)).hex());
        entries.subList(0, 100).forEach(sum::remove);
        assertThat(sum.hex()).isEqualTo("0".repeat(32));
    }

    @Test
    void shouldAddSumsOfParts() {
        List<ByteSlab> entries = entries(100);
        RootSum parts = sumOf(entries.subList(0, 37));
        parts.add(sumOf(entries.subList(37, 100)));

        assertThat(parts.hex()).as("seed %d", seed).isEqualTo(sumOf(entries).hex());
    }

    @Test
    void shouldCountAnEntryAsOftenAsItIsAdded() {
        RootSum sum = new RootSum();
        sum.add(ByteSlab.ofUtf8("a"));
        String once = sum.hex();
        sum.add(ByteSlab.ofUtf8("a"));

        assertThat(sum.hex()).isNotEqualTo(once);
    }

    private static RootSum sumOf(List<ByteSlab> entries) {
        RootSum sum = new RootSum();
        entries.forEach(sum::add);
        return sum;
    }

    private List<ByteSlab> entries(int count) {
        List<ByteSlab> entries = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] content = new byte[random.nextInt(100)];
            random.nextBytes(content);
            ByteSlab entry = ByteSlab.copyOf(content);
            entry.putInt(i);
            entries.add(entry);
        }
        return entries;
    }
}
