package dev.cairn.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.eclipse.jetty.util.component.AbstractLifeCycle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CloseTest {
    @TempDir
    Path directory;

    @Test
    void shouldCloseThoughARequestNeverEnds() throws Exception {
        TestServer server = TestServer.start(directory, options -> options.drainTimeout(Duration.ofMillis(200)));
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            client.getOutputStream()
                    .write(("POST /v1/tasks HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
                                    + "Content-Length: 1000\r\n\r\n{\"id\":")
                            .getBytes(StandardCharsets.US_ASCII));
            assertThat(server.get("/livez").status()).isEqualTo(200);
            server.close();
        }
        assertThat(server.cairn().health().ready()).isFalse();
    }

    @Test
    void shouldCloseThoughStoppingFailsOnce() {
        TestServer server = TestServer.start(directory);
        int port = server.port();
        server.server().jetty().addBean(new FailsOnce(), true);

        server.close();

        assertThat(server.server().jetty().isStopped()).isTrue();
        assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), port).close())
                .isInstanceOf(ConnectException.class);
    }

    private static final class FailsOnce extends AbstractLifeCycle {
        private int stops;

        @Override
        protected void doStart() {}

        @Override
        protected void doStop() {
            if (++stops == 1) {
                throw new IllegalStateException("expected to fail once");
            }
        }
    }
}
