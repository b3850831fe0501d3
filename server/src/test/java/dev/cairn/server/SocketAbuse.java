package dev.cairn.server;

import java.io.IOException;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * Clients that close their connection, or one side of it, in the midst of things.
 *
 * <p>Threading: stateless.
 */
final class SocketAbuse {
    private static final String BODY = "{\"expectedVersion\":7}";

    /** Not to be met: it must not matter how much of it arrives. */
    private static final String REQUEST =
            "PATCH /v1/tasks/nobody HTTP/1.1\r\nHost: x\r\nContent-Length: " + BODY.length() + "\r\n\r\n" + BODY;

    private SocketAbuse() {}

    static void halfClose(RawSocket socket, Random random) {
        socket.send(REQUEST.substring(0, random.nextInt(REQUEST.length()))).halfClose();
    }

    static void resetRequest(RawSocket socket, Random random) throws Exception {
        socket.send(REQUEST.substring(0, random.nextInt(REQUEST.length() + 1)));
        linger(random);
        socket.reset();
    }

    /** Asks for more than fits a socket's buffers, begins to read it, and goes. */
    static void resetAnswer(RawSocket socket, Random random) throws Exception {
        socket.send("GET /v1/log?from=beginning&limit=1000 HTTP/1.1\r\nHost: x\r\n\r\n");
        socket.sip(random.nextInt(1 << 17));
        leave(socket, random);
    }

    static void resetTail(RawSocket socket, Random random) throws Exception {
        String from = random.nextBoolean() ? "beginning" : "end";
        socket.send("GET /v1/log/tail?from=" + from + " HTTP/1.1\r\nHost: x\r\n\r\n");
        linger(random);
        leave(socket, random);
    }

    static void abandonWait(RawSocket socket, Random random) throws Exception {
        socket.send("GET /v1/log?from=end&topic=silent&waitMs=2000 HTTP/1.1\r\nHost: x\r\n\r\n");
        linger(random);
        leave(socket, random);
    }

    private static void linger(Random random) throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(random.nextInt(200));
    }

    private static void leave(RawSocket socket, Random random) throws IOException {
        if (random.nextBoolean()) {
            socket.reset();
        } else {
            socket.close();
        }
    }
}
