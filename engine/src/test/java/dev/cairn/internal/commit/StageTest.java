package dev.cairn.internal.commit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.internal.codec.ByteSlab;
import org.junit.jupiter.api.Test;

class StageTest {
    private static final byte KIND = 7;

    private final Stage stage = new Stage();

    @Test
    void shouldFindEverySlotWhileTheTableGrows() {
        int keys = 10_000;
        for (int i = 0; i < keys; i++) {
            assertThat(stage.find(key(i))).isNull();
            stage.add(key(i), KIND).entity.version(i + 1);
        }
        assertThat(stage.size()).isEqualTo(keys);
        for (int i = 0; i < keys; i++) {
            Stage.Slot slot = stage.find(key(i));
            assertThat(slot).isNotNull();
            assertThat(slot.entity.version()).isEqualTo(i + 1);
            assertThat(slot.key.contentEquals(key(i))).isTrue();
        }
    }

    @Test
    void shouldFindNothingAfterItWasCleared() {
        for (int keys : new int[] {1, 10_000, 100}) {
            for (int i = 0; i < keys; i++) {
                stage.add(key(i), KIND);
            }
            stage.clear();
            assertThat(stage.size()).isZero();
            for (int i = 0; i < keys; i++) {
                assertThat(stage.find(key(i))).isNull();
            }
        }
    }

    private static ByteSlab key(int number) {
        return ByteSlab.ofUtf8("k" + number);
    }
}
