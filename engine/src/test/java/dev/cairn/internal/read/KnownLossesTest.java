package dev.cairn.internal.read;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.internal.kind.EntityId;
import dev.cairn.internal.segment.OffsetRange;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Losses concern those who are named, and nobody whose name only looks like theirs. */
class KnownLossesTest {
    private static final byte TOPIC = 7;

    private final KnownLosses losses = new KnownLosses();

    private boolean concern(String topic, String key) {
        return losses.concern(TOPIC, topic, key, 100);
    }

    @Test
    void shouldConcernWhomTheyName() {
        losses.state(List.of(new OffsetRange(3, 5)), Set.of(new EntityId(TOPIC, "a b", "c")), "damaged");
        assertThat(concern("a b", "c")).isTrue();
        assertThat(concern("a b", "d")).isFalse();
        assertThat(losses.concern((byte) 8, "a b", "c", 100)).isFalse();
    }

    @Test
    void shouldNotConcernWhoseTopicAndKeyReadTheSameTogether() {
        losses.state(List.of(new OffsetRange(3, 5)), Set.of(new EntityId(TOPIC, "a b", "c")), "damaged");
        assertThat(concern("a", "b c")).isFalse();
    }

    @Test
    void shouldConcernWhoseNewestRecordThatIsLeftIsAmongThem() {
        losses.state(List.of(new OffsetRange(3, 5)), Set.of(), "damaged");
        assertThat(losses.concern(TOPIC, "a", "b", 4)).isTrue();
        assertThat(losses.concern(TOPIC, "a", "b", 6)).isFalse();
    }
}
