package dev.cairn.internal.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PackerTest {
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 100, 10_000, 1 << 20, 3 << 20, Packer.BYTES_MAX})
    void shouldGiveBackWhatWasPacked(int bytes) throws Exception {
        byte[] base = text(bytes, 1);
        byte[] next = changed(base);
        assertThat(Packer.unpack(Packer.pack(next), next.length)).isEqualTo(next);
        byte[] delta = Packer.pack(base, next);
        assertThat(Packer.unpack(base, delta, next.length)).isEqualTo(next);
        // A base as large as any is seen whole, not its end alone.
        assertThat(delta.length).isLessThan(200 + bytes / 1_000);
    }

    @Test
    void shouldTakeABaseThatLooksLikeADictionary() throws Exception {
        byte[] base = text(2_000, 2);
        byte[] magic = {0x37, (byte) 0xA4, 0x30, (byte) 0xEC};
        System.arraycopy(magic, 0, base, 0, magic.length);
        byte[] next = changed(base);
        assertThat(Packer.unpack(base, Packer.pack(base, next), next.length)).isEqualTo(next);
    }

    @Test
    void shouldRefuseWhatWasNotPacked() {
        byte[] base = text(5_000, 3);
        byte[] next = changed(base);
        byte[] delta = Packer.pack(base, next);
        assertThatThrownBy(() -> Packer.unpack(base, Arrays.copyOf(delta, delta.length - 1), next.length))
                .isInstanceOf(UnpackException.class);
        assertThatThrownBy(() -> Packer.unpack(base, new byte[0], next.length)).isInstanceOf(UnpackException.class);
        assertThatThrownBy(() -> Packer.unpack(base, next, next.length)).isInstanceOf(UnpackException.class);
        assertThatThrownBy(() -> Packer.unpack(base, delta, next.length - 1)).isInstanceOf(UnpackException.class);
        assertThatThrownBy(() -> Packer.unpack(base, delta, next.length + 1)).isInstanceOf(UnpackException.class);
        assertThatThrownBy(() -> Packer.unpack(base, delta, Packer.BYTES_MAX + 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Packer.pack(new byte[Packer.BYTES_MAX + 1]))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /** Damage is an error or other bytes, as the comment says; never a crash, and never more bytes than were asked for. */
    @Test
    void shouldSurviveAnyDamage() {
        Random random = new Random(4);
        byte[] base = text(5_000, 4);
        byte[] next = changed(base);
        byte[] delta = Packer.pack(base, next);
        int errors = 0;
        for (int i = 0; i < 2_000; i++) {
            byte[] damaged = delta.clone();
            damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
            try {
                assertThat(Packer.unpack(base, damaged, next.length)).hasSize(next.length);
            } catch (UnpackException e) {
                errors++;
            }
        }
        assertThat(errors).isPositive();
    }

    private static byte[] text(int bytes, long seed) {
        Random random = new Random(seed);
        byte[] alphabet = "abcdefghijklmnopqrstuvwxyz0123456789 {}\":,".getBytes(StandardCharsets.US_ASCII);
        byte[] text = new byte[bytes];
        for (int i = 0; i < bytes; i++) {
            text[i] = alphabet[random.nextInt(alphabet.length)];
        }
        return text;
    }

    /** Another tenth byte in a few places, and something in the first third, so that all behind it moves. */
    private static byte[] changed(byte[] base) {
        byte[] next = new byte[Math.min(Packer.BYTES_MAX, base.length + 10)];
        int third = base.length / 3;
        System.arraycopy(base, 0, next, 0, third);
        Arrays.fill(next, third, Math.min(next.length, third + 10), (byte) '#');
        int left = next.length - third - 10;
        if (left > 0) {
            System.arraycopy(base, third, next, third + 10, left);
        }
        return next;
    }
}
