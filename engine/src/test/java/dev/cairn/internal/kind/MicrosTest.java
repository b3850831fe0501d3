package dev.cairn.internal.kind;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MicrosTest {
    @ParameterizedTest
    @CsvSource({
        "1970-01-01T00:00:00Z, 0, 0",
        "1970-01-01T00:00:01.000002Z, 1000002, 1000002",
        "1970-01-01T00:00:00.000000001Z, 0, 1",
        "1969-12-31T23:59:59.999999999Z, -1, 0",
        "1969-12-31T23:59:59.999999Z, -1, -1",
    })
    void shouldRoundToMicroseconds(Instant time, long floor, long ceiling) {
        assertThat(Micros.floor(time)).isEqualTo(floor);
        assertThat(Micros.ceiling(time)).isEqualTo(ceiling);
    }

    @Test
    void shouldComeBackAsTheSameInstant() {
        for (long micros : new long[] {0, 1, -1, 999_999, 1_000_000, -1_000_001, 1_767_225_600_123_456L}) {
            assertThat(Micros.floor(Micros.toInstant(micros))).isEqualTo(micros);
        }
    }

    /** With room to add and subtract one, and never the number that means "no time" in a record. */
    @Test
    void shouldCutTimesThatNoLongHolds() {
        assertThat(Micros.ceiling(Instant.MAX)).isBetween(Long.MAX_VALUE - 2_000_000, Long.MAX_VALUE - 1);
        assertThat(Micros.floor(Instant.MIN)).isBetween(Long.MIN_VALUE + 1, Long.MIN_VALUE + 2_000_000);
    }
}
