package dev.cairn.internal.segment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Ranges of offsets are added and taken out in any order, and the set holds them ascending and apart. */
class OffsetSetTest {
    private final OffsetSet set = new OffsetSet();

    private static OffsetRange range(long first, long last) {
        return new OffsetRange(first, last);
    }

    private void add(long first, long last) {
        set.add(range(first, last));
    }

    @Test
    void shouldHoldNothingAtFirst() {
        assertThat(set.isEmpty()).isTrue();
        assertThat(set.contains(0)).isFalse();
        assertThat(set.list()).isEmpty();
    }

    @Test
    void shouldTakeRangesThatTouchForOne() {
        add(3, 5);
        add(6, 6);
        add(8, 9);
        assertThat(set.list()).containsExactly(range(3, 6), range(8, 9));
    }

    @Test
    void shouldGrowARangeByWhatOverlapsIt() {
        add(3, 5);
        add(4, 8);
        assertThat(set.list()).containsExactly(range(3, 8));
    }

    @Test
    void shouldNotHoldARangeTwice() {
        add(3, 8);
        add(3, 8);
        add(3, 5);
        assertThat(set.list()).containsExactly(range(3, 8));
    }

    @Test
    void shouldKeepARangeThatLiesBeforeTheLast() {
        add(10, 12);
        add(3, 5);
        add(7, 7);
        assertThat(set.list()).containsExactly(range(3, 5), range(7, 7), range(10, 12));
    }

    @Test
    void shouldJoinAllThatARangeReaches() {
        add(0, 1);
        add(3, 5);
        add(7, 7);
        add(10, 12);
        add(20, 29);
        add(4, 11);
        assertThat(set.list()).containsExactly(range(0, 1), range(3, 12), range(20, 29));
    }

    @Test
    void shouldFindEachOffsetAndNoOther() {
        add(3, 5);
        add(7, 7);
        add(10, 12);
        add(20, 29);
        for (long offset = -1; offset <= 40; offset++) {
            boolean held = offset >= 3 && offset <= 5
                    || offset == 7
                    || offset >= 10 && offset <= 12
                    || offset >= 20 && offset <= 29;
            assertThat(set.contains(offset)).as("offset %d", offset).isEqualTo(held);
        }
    }

    @Test
    void shouldSayWhetherAnyOffsetOfARangeIsThere() {
        add(3, 5);
        add(9, 9);
        assertThat(set.intersects(range(0, 2))).isFalse();
        assertThat(set.intersects(range(0, 3))).isTrue();
        assertThat(set.intersects(range(4, 4))).isTrue();
        assertThat(set.intersects(range(5, 8))).isTrue();
        assertThat(set.intersects(range(6, 8))).isFalse();
        assertThat(set.intersects(range(6, 20))).isTrue();
        assertThat(set.intersects(range(10, 20))).isFalse();
    }

    @Test
    void shouldHoldTheLastOffsetThatThereIs() {
        add(Long.MAX_VALUE, Long.MAX_VALUE);
        add(0, 1);
        add(5, Long.MAX_VALUE - 1);
        assertThat(set.list()).containsExactly(range(0, 1), range(5, Long.MAX_VALUE));
    }

    @Test
    void shouldTakeOutPartsOfRanges() {
        add(0, 9);
        add(20, 29);
        set.removeAll(List.of(range(0, 1), range(4, 5), range(8, 22), range(29, 40)));
        assertThat(set.list()).containsExactly(range(2, 3), range(6, 7), range(23, 28));
    }

    @Test
    void shouldNotChangeAListThatWasAskedForBefore() {
        add(0, 1);
        List<OffsetRange> before = set.list();
        add(2, 3);
        assertThat(before).containsExactly(range(0, 1));
    }

    @Test
    void shouldHoldWhatWasAddedAndNotTakenOut() {
        long seed = 20_261_130;
        Random random = new Random(seed);
        BitSet expected = new BitSet();
        for (int i = 0; i < 2_000; i++) {
            int first = random.nextInt(500);
            int last = first + random.nextInt(12);
            if (random.nextInt(3) > 0) {
                add(first, last);
                expected.set(first, last + 1);
            } else {
                set.removeAll(List.of(range(first, last)));
                expected.clear(first, last + 1);
            }
            assertThat(offsets(set.list())).as("seed %d, step %d", seed, i).isEqualTo(expected);
            assertApart(set.list());
        }
    }

    private static BitSet offsets(List<OffsetRange> ranges) {
        BitSet offsets = new BitSet();
        ranges.forEach(range -> offsets.set((int) range.first(), (int) range.last() + 1));
        return offsets;
    }

    private static void assertApart(List<OffsetRange> ranges) {
        for (int i = 1; i < ranges.size(); i++) {
            assertThat(ranges.get(i).first()).isGreaterThan(ranges.get(i - 1).last() + 1);
        }
    }
}
