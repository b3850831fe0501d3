package dev.cairn.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Tails with much to hear whose readers stop reading once they have begun.
 *
 * <p>Threading: one thread.
 */
final class StalledTails implements AutoCloseable {
    private static final int RECEIVE_BYTES = 8 << 10;
    private static final int BEGIN_MILLIS_MAX = 60_000;

    private final List<Socket> sockets = new ArrayList<>();

    void open(int port, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            Socket socket = new Socket();
            sockets.add(socket);
            socket.setReceiveBufferSize(RECEIVE_BYTES); // before it is connected, or it does not count
            socket.setSoTimeout(BEGIN_MILLIS_MAX);
            socket.connect(new InetSocketAddress("127.0.0.1", port));
            socket.getOutputStream()
                    .write("GET /v1/log/tail?from=beginning HTTP/1.1\r\nHost: x\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
        }
        for (Socket socket : sockets) {
            byte[] begin = socket.getInputStream().readNBytes(RECEIVE_BYTES / 2);
            assertThat(new String(begin, StandardCharsets.UTF_8)).startsWith("HTTP/1.1 200 ");
        }
    }

    @Override
    public void close() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
