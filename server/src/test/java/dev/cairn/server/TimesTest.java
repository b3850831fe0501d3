package dev.cairn.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.cairn.InvalidRequestException;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class TimesTest {
    @Test
    void shouldPrintUtcWithMicroseconds() {
        assertThat(Times.format(Instant.EPOCH)).isEqualTo("1970-01-01T00:00:00.000000Z");
        assertThat(Times.format(Instant.parse("2026-11-20T23:59:59.123456789Z")))
                .isEqualTo("2026-11-20T23:59:59.123456Z");
        assertThat(Times.format(Instant.parse("0001-02-03T04:05:06Z"))).isEqualTo("0001-02-03T04:05:06.000000Z");
        assertThat(Times.format(Instant.parse("+12026-11-20T00:00:00Z"))).isEqualTo("+12026-11-20T00:00:00Z");
    }

    @Test
    void shouldReadAnyZone() {
        assertThat(Times.parse("2026-01-01T01:30:00.5+01:30", "t")).isEqualTo(Instant.parse("2026-01-01T00:00:00.5Z"));
        assertThat(Times.parse("2026-01-01T00:00:00Z", "t")).isEqualTo(Instant.parse("2026-01-01T00:00:00Z"));
    }

    @Test
    void shouldRefuseATimeWithoutAZone() {
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> Times.parse("2026-01-01T00:00:00", "t"))
                .withMessageStartingWith("expected a time");
    }
}
