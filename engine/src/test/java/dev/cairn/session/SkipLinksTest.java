package dev.cairn.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SkipLinksTest {
    /** The picture of the class comment. */
    @ParameterizedTest
    @CsvSource({"1,1,1", "2,1,2", "3,3,1", "4,1,2", "5,1,3", "6,3,2", "7,7,1", "8,1,2"})
    void shouldCountInSkewBinary(long n, long span, int roots) {
        assertThat(SkipLinks.span(n)).isEqualTo(span);
        assertThat(SkipLinks.roots(n)).isEqualTo(roots);
    }

    /** A new message leads to one that was a root before it: the body needs to remember no other. */
    @Test
    void shouldLeadToRootsOnly() {
        List<Long> roots = new ArrayList<>();
        for (long n = 1; n <= 5_000; n++) {
            int kept = SkipLinks.roots(n) - 1;
            assertThat(kept).isLessThanOrEqualTo(roots.size());
            long target = n - SkipLinks.span(n);
            assertThat(kept == 0 ? 0 : roots.get(kept - 1)).isEqualTo(target);
            roots.subList(kept, roots.size()).clear();
            roots.add(n);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {10, 1_000, 1_000_000, 1L << 40, Long.MAX_VALUE / 2})
    void shouldReachAnyMessageInFewHops(long newest) {
        long hopsMax = 3L * (64 - Long.numberOfLeadingZeros(newest));
        for (long target : new long[] {1, 2, newest / 3, newest / 2, newest / 2 + 1, newest - 1, newest}) {
            long at = newest;
            int hops = 0;
            while (at != target) {
                long far = at - SkipLinks.span(at);
                at = far >= target ? far : at - 1;
                hops++;
            }
            assertThat(hops).as("from %s to %s", newest, target).isLessThanOrEqualTo((int) hopsMax);
        }
        assertThat(SkipLinks.roots(newest)).isLessThanOrEqualTo(64);
    }
}
