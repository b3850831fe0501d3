package dev.cairn.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
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
}
