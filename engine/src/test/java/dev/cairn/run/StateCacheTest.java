package dev.cairn.run;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StateCacheTest {
    private static final int BYTES_MAX = 10_000;

    private final StateCache cache = new StateCache(BYTES_MAX);

    @Test
    void shouldKeepTheLatestStateOfARun() {
        cache.put("r", 5, new byte[] {5});
        cache.put("r", 3, new byte[] {3});
        assertThat(cache.get("r", 5)).containsExactly(5);
        assertThat(cache.get("r", 3)).isNull();
        cache.put("r", 7, new byte[] {7});
        assertThat(cache.get("r", 5)).isNull();
        assertThat(cache.get("r", 7)).containsExactly(7);
        assertThat(cache.get("other", 7)).isNull();
    }

    @Test
    void shouldGiveUpTheRunThatWasUsedLongestAgo() {
        byte[] state = new byte[4_000];
        cache.put("a", 1, state);
        cache.put("b", 2, state);
        assertThat(cache.get("a", 1)).isNotNull();
        cache.put("c", 3, state);
        assertThat(cache.get("b", 2)).isNull();
        assertThat(cache.get("a", 1)).isNotNull();
        assertThat(cache.get("c", 3)).isNotNull();
        cache.put("d", 4, new byte[BYTES_MAX]);
        assertThat(cache.get("d", 4)).as("too large by itself").isNull();
    }

    /** The smallest states cost memory too: there may be any number of runs. */
    @Test
    void shouldBoundTheNumberOfTheSmallestStates() {
        int kept = 0;
        for (int i = 0; i < 10_000; i++) {
            cache.put("run-" + i, i, new byte[0]);
            assertThat(cache.bytes()).isLessThanOrEqualTo(BYTES_MAX);
        }
        for (int i = 0; i < 10_000; i++) {
            kept += cache.get("run-" + i, i) == null ? 0 : 1;
        }
        assertThat(kept).isBetween(1, BYTES_MAX / 100);
        for (int i = 0; i < 10_000; i++) {
            cache.put("run-9999", 10_000 + i, new byte[i % 500]);
        }
        assertThat(cache.bytes()).isBetween(0L, (long) BYTES_MAX);
    }
}
