package dev.cairn.lease;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HeldLeasesTest {
    /** Beside a plain set, over growing and shrinking and all the holes that removals leave. */
    @Test
    void shouldKnowExactlyWhatIsHeld() {
        Random random = new Random(11);
        HeldLeases held = new HeldLeases();
        Set<String> model = new HashSet<>();
        for (int i = 0; i < 200_000; i++) {
            boolean growing = i / 20_000 % 2 == 0;
            String lease = "task:" + random.nextInt(6_000);
            boolean hold = random.nextInt(10) < (growing ? 8 : 2);
            assertThat(held.set(lease, hold)).isEqualTo(hold ? model.add(lease) : model.remove(lease));
        }
        assertThat(held.size()).isEqualTo(model.size());
        for (int i = 0; i < 6_000; i++) {
            assertThat(held.mayHold("task", "" + i)).isEqualTo(model.contains("task:" + i));
        }
        model.forEach(lease -> held.set(lease, false));
        assertThat(held.isEmpty()).isTrue();
        assertThat(held.mayHold("task", "1")).isFalse();
    }

    @Test
    void shouldTakeANameApartAtItsFirstColon() {
        HeldLeases held = new HeldLeases();
        held.set("task:a:b", true);
        held.set("plain", true);
        held.set("x:", true);
        assertThat(held.mayHold("task", "a:b")).isTrue();
        assertThat(held.mayHold("task:a", "b")).as("no kind has such a name").isFalse();
        assertThat(held.mayHold("task", "a")).isFalse();
        assertThat(held.mayHold("tas", "k:a:b")).isFalse();
        assertThat(held.mayHold("x", "")).isTrue();
        assertThat(held.mayHold("plain", "")).isFalse();
    }
}
