package dev.cairn.internal.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Which segments a repair looks at. */
class RepairScopeTest {
    @Test
    void shouldTouchWhatHasAnOffsetInRange() {
        RepairScope scope = new RepairScope(10, 20);
        assertThat(scope.touches(0, 9)).isFalse();
        assertThat(scope.touches(0, 10)).isTrue();
        assertThat(scope.touches(12, 13)).isTrue();
        assertThat(scope.touches(19, 30)).isTrue();
        assertThat(scope.touches(20, 30)).isFalse();
    }

    @Test
    void shouldTouchEverythingWithoutBounds() {
        assertThat(RepairScope.ALL.touches(0, 0)).isTrue();
        assertThat(RepairScope.ALL.isAll()).isTrue();
        assertThat(new RepairScope(0, 20).isAll()).isFalse();
        assertThat(new RepairScope(1, Long.MAX_VALUE).isAll()).isFalse();
    }

    @Test
    void shouldBeLiveOnlyBesideAWriter() {
        assertThat(RepairScope.ALL.isLive()).isFalse();
        assertThat(new RepairScope(0, Long.MAX_VALUE, 99).isLive()).isTrue();
    }
}
