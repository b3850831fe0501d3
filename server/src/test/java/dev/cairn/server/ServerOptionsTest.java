package dev.cairn.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.cairn.Ack;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ServerOptionsTest {
    @Test
    void shouldHaveTheDefaultsThatItStates() {
        ServerOptions options = ServerOptions.defaults();

        assertThat(options.host()).isEqualTo("127.0.0.1");
        assertThat(options.port()).isEqualTo(7070);
        assertThat(options.ack()).isEqualTo(Ack.DURABLE);
        assertThat(options.jsonBytesMax()).isEqualTo(1 << 20);
        assertThat(options.messageBytesMax()).isEqualTo(16 << 20);
        assertThat(options.headerBytesMax()).isEqualTo(8 << 10);
        assertThat(options.threadsMax()).isEqualTo(200);
        assertThat(options.waitersMax()).isEqualTo(128);
        assertThat(options.tailsMax()).isEqualTo(1_000);
        assertThat(options.consumerSession()).isEqualTo(Duration.ofSeconds(10));
        assertThat(options.heartbeatInterval()).isEqualTo(Duration.ofSeconds(15));
        assertThat(options.idleTimeout()).isEqualTo(Duration.ofSeconds(30));
        assertThat(options.drainTimeout()).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void shouldRefuseWhatIsOutOfRange() {
        ServerOptions.Builder builder = ServerOptions.builder();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.jsonBytesMax((16 << 20) + 1))
                .withMessage("expected jsonBytesMax from 1024 to 16777216, was 16777217");
        assertThatIllegalArgumentException().isThrownBy(() -> builder.messageBytesMax(1));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.port(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.host(" "));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.threadsMax(1));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.waitersMax(0));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.tailsMax(0));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.headerBytesMax(1));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.consumerSession(Duration.ofMillis(-1)));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.heartbeatInterval(Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.idleTimeout(Duration.ofHours(2)));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.drainTimeout(Duration.ofMillis(-1)));
    }
}
