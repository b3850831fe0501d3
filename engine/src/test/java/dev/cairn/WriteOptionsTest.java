package dev.cairn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WriteOptionsTest {
    @Test
    void shouldExpectNothingByDefault() {
        WriteOptions defaults = WriteOptions.defaults();
        assertThat(defaults.expect()).isEqualTo(Expect.any());
        assertThat(defaults.fences()).isEmpty();
        assertThat(defaults)
                .extracting(WriteOptions::ack, WriteOptions::operation, WriteOptions::actor, WriteOptions::occurredAt)
                .containsOnlyNulls();
    }

    @Test
    void shouldChangeOneThingAtATime() {
        WriteOptions options = WriteOptions.defaults()
                .withExpect(Expect.none())
                .withAck(Ack.DURABLE)
                .withOperation("op", 3, 9)
                .withActor("me")
                .withOccurredAt(Instant.EPOCH)
                .withFence(new Fence("task:a", 7));
        assertThat(options.expect()).isEqualTo(Expect.none());
        assertThat(options.ack()).isEqualTo(Ack.DURABLE);
        assertThat(options.operation()).isEqualTo("op");
        assertThat(options.item()).isEqualTo(3);
        assertThat(options.commandHash()).isEqualTo(9);
        assertThat(options.actor()).isEqualTo("me");
        assertThat(options.occurredAt()).isEqualTo(Instant.EPOCH);
        assertThat(options.fences()).containsExactly(new Fence("task:a", 7));
    }

    /** A frame has room for 65,535 bytes of each: what comes from outside must be bounded before it gets there. */
    @ParameterizedTest
    @ValueSource(strings = {"", "a\u0000b", "a\nb", "\ud800"})
    void shouldRefuseWhatIsNoName(String name) {
        for (String bad : new String[] {name, "x".repeat(513), "x".repeat(70_000)}) {
            InvalidRequestException refusal = catchThrowableOfType(
                    InvalidRequestException.class, () -> WriteOptions.defaults().withOperation(bad));
            assertThat(refusal.where()).isEqualTo("operation");
            refusal = catchThrowableOfType(
                    InvalidRequestException.class, () -> WriteOptions.defaults().withActor(bad));
            assertThat(refusal.where()).isEqualTo("actor");
        }
    }
}
