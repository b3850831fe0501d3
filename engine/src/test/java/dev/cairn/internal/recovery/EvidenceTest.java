package dev.cairn.internal.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.internal.recovery.Evidence.CleanEnd;
import org.junit.jupiter.api.Test;

/** What files beside the segments prove. */
class EvidenceTest {
    private static final CleanEnd END = new CleanEnd(3, 10, 0xCAFE);

    private static Evidence evidence(long durable, CleanEnd clean) {
        return new Evidence(durable, -1, 0, 0, clean);
    }

    @Test
    void shouldKnowOfRecordsWhenAnOffsetWasDurable() {
        assertThat(evidence(0, CleanEnd.NONE).ofRecords()).isTrue();
        assertThat(evidence(-1, CleanEnd.NONE).ofRecords()).isFalse();
    }

    @Test
    void shouldKnowOfRecordsWhenACleanEndNamesAnEpoch() {
        assertThat(evidence(-1, new CleanEnd(1, 0, 0)).ofRecords()).isTrue();
        assertThat(evidence(-1, new CleanEnd(0, 0, 0)).ofRecords()).isFalse();
    }

    @Test
    void shouldProveNothingWhereTheLogEndsAsTheMarkerSays() {
        assertThat(END.durableWhere(3, 0xCAFE)).isEqualTo(-1);
    }

    @Test
    void shouldProveTheOffsetBeforeTheEndWhereTheLogEndsOtherwise() {
        assertThat(END.durableWhere(3, 0xCAFF)).isEqualTo(9);
        assertThat(END.durableWhere(2, 0xCAFE)).isEqualTo(9);
        assertThat(new CleanEnd(3, 1, 0xCAFE).durableWhere(0, 0)).isZero();
        assertThat(new CleanEnd(3, 0, 0xCAFE).durableWhere(0, 0)).isEqualTo(-1);
    }

    @Test
    void shouldProveNothingWithoutAMarker() {
        assertThat(CleanEnd.NONE.durableWhere(3, 0xCAFE)).isEqualTo(-1);
    }
}
