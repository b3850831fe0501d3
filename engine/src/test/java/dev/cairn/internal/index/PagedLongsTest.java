package dev.cairn.internal.index;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PagedLongsTest {
    private static final int PAGE = PagedLongs.PAGE_LONGS;

    private final PagedLongs longs = new PagedLongs();

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, PAGE - 1, PAGE, PAGE + 1, 2 * PAGE, 10 * PAGE + 7})
    void shouldKeepWhatWasWrittenWhileItGrowsAndShrinksByOne(int size) {
        long empty = longs.bytes();
        for (int i = 0; i < size; i++) {
            longs.length(i + 1);
            longs.set(i, ~i);
        }
        long full = longs.bytes();
        assertThat(full).isGreaterThanOrEqualTo((long) Long.BYTES * size);
        for (int left = size; left > 0; left--) {
            longs.length(left);
            if (left % (PAGE / 2) < 2 || left < 10) {
                for (int i = 0; i < left; i++) {
                    assertThat(longs.get(i)).isEqualTo(~i);
                }
            }
        }
        longs.length(0);
        assertThat(longs.bytes()).isLessThanOrEqualTo(full).isLessThan(empty + 64);
    }

    @ParameterizedTest
    @ValueSource(ints = {3, PAGE, PAGE + 1, 100 * PAGE})
    void shouldGrowAndShrinkInOneStep(int size) {
        longs.length(1);
        longs.set(0, 7);
        longs.length(size);
        longs.set(size - 1, 9);
        assertThat(longs.get(0)).isEqualTo(7);
        assertThat(longs.get(size - 1)).isEqualTo(9);
        longs.length(1);
        assertThat(longs.get(0)).isEqualTo(7);
        assertThat(longs.bytes()).isLessThan(4L * PAGE * Long.BYTES);
        longs.length(0);
        longs.length(size);
        longs.set(size - 1, 11);
        assertThat(longs.get(size - 1)).isEqualTo(11);
    }
}
