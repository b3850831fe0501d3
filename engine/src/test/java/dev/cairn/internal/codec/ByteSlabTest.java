package dev.cairn.internal.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ByteSlabTest {
    @Test
    void shouldReadBackWhatWasPut() {
        ByteSlab slab = new ByteSlab(0);
        slab.putByte(0xFE);
        slab.putShort(0xFFEE);
        slab.putInt(-5);
        slab.putLong(Long.MIN_VALUE + 1);
        slab.putText("grüße ✓ 🚀");
        slab.putText("");

        SlabCursor cursor = new SlabCursor(slab, 0);
        assertThat(cursor.takeByte()).isEqualTo(0xFE);
        assertThat(cursor.takeShort()).isEqualTo(0xFFEE);
        assertThat(cursor.takeInt()).isEqualTo(-5);
        assertThat(cursor.takeLong()).isEqualTo(Long.MIN_VALUE + 1);
        assertThat(cursor.takeText()).isEqualTo("grüße ✓ 🚀");
        assertThat(cursor.takeText()).isEmpty();
        assertThat(cursor.remaining()).isZero();
        assertThatThrownBy(() -> cursor.takeByte()).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void shouldPutTextsOfAnyLengthBehindWhatIsThere() {
        for (int length = 0; length <= 200; length++) {
            for (String end : new String[] {"", "e", "ü", "🚀"}) {
                String text = "x".repeat(length) + end;
                ByteSlab slab = ByteSlab.ofUtf8("ab");
                assertThat(slab.putUtf8(text)).isEqualTo(slab.length() - 2);
                assertThat(slab.utf8()).isEqualTo("ab" + text);
            }
        }
    }

    @Test
    void shouldKeepItsArrayWhenCleared() {
        ByteSlab slab = ByteSlab.ofUtf8("x".repeat(10_000));
        byte[] array = slab.array();
        slab.clear().putUtf8("y".repeat(9_000));
        assertThat(slab.array()).isSameAs(array);
        assertThat(slab.utf8()).isEqualTo("y".repeat(9_000));
    }

    @Test
    void shouldRefuseATextThatItsLengthCannotSay() {
        assertThatThrownBy(() -> new ByteSlab().putText("x".repeat(70_000)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("65,535");
    }
}
