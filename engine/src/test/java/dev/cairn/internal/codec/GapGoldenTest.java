package dev.cairn.internal.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** The bytes of a gap, pinned: a released format is extended, never edited. */
class GapGoldenTest {
    private static ByteBuffer gap() {
        ByteBuffer bytes = ByteBuffer.allocate(Gap.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        Gap.encode(bytes, 0, 3, 1_010, 1_014);
        return bytes;
    }

    @Test
    void shouldPinTheBytes() {
        assertThat(HexFormat.of().formatHex(gap().array()))
                .isEqualTo("43524e47" + "bc8a0102" + "28000000" + "00000000" + "f203000000000000" + "03000000"
                        + "01000000" + "f603000000000000");
    }

    @Test
    void shouldNoticeEveryFlippedBit() {
        for (int bit = 0; bit < Gap.BYTES * 8; bit++) {
            ByteBuffer bytes = gap();
            bytes.put(bit / 8, (byte) (bytes.get(bit / 8) ^ 1 << bit % 8));
            boolean seen = !Gap.isAt(bytes, 0, Gap.BYTES) || Gap.problem(bytes, 0, Gap.BYTES) != null;
            assertThat(seen).as("bit %d", bit).isTrue();
        }
    }
}
