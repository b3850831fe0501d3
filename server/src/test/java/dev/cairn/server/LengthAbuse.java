package dev.cairn.server;

import java.nio.charset.StandardCharsets;
import java.util.Random;

/**
 * Bodies that are longer than allowed, or not as long as their headers say.
 *
 * <p>Threading: stateless.
 */
final class LengthAbuse {
    private static final String POST = "POST /v1/tasks HTTP/1.1\r\nHost: x\r\n";
    private static final String CHUNKED = "Transfer-Encoding: chunked\r\n\r\n";
    private static final int CHUNK_BYTES = 1 << 16;

    private static final String[] LIES = {
        "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
        "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}",
        "Transfer-Encoding: gzip\r\n\r\n{}",
        "Content-Length: -1\r\n\r\n{}",
        "Content-Length: +2\r\n\r\n{}",
        "Content-Length: 2,3\r\n\r\n{}",
        "Content-Length: two\r\n\r\n{}",
        "Content-Length: 99999999999999999999\r\n\r\n{}",
        "Content-Length: 9223372036854775807\r\n\r\n{}",
        "Content-Length: 4294967298\r\n\r\n{}",
        "Content-Length: 1\r\n\r\n{}",
        "Content-Length: 0\r\n\r\n{}",
        "Content-Length: 3\r\n\r\n{}",
        CHUNKED + "ZZ\r\n{}\r\n0\r\n\r\n",
        CHUNKED + "-2\r\n{}\r\n0\r\n\r\n",
        CHUNKED + "1\r\n{}\r\n0\r\n\r\n",
        CHUNKED + "5\r\n{}\r\n0\r\n\r\n",
        CHUNKED + "7fffffff\r\n{}",
        CHUNKED + "ffffffffffffffff\r\n{}",
        CHUNKED + "2\r\n{",
    };

    private LengthAbuse() {}

    static void lie(RawSocket socket, Random random) {
        if (random.nextInt(4) == 0) {
            // Any length but the right one; without an end the server would wait for the rest.
            String body = "{\"metadata\":{\"a\":\"" + "x".repeat(random.nextInt(400)) + "\"}}";
            int announced =
                    random.nextBoolean() ? random.nextInt(body.length()) : body.length() + 1 + random.nextInt(99);
            socket.send(POST + "Content-Length: " + announced + "\r\n\r\n" + body);
        } else {
            socket.send(POST + LIES[random.nextInt(LIES.length)]);
        }
        if (random.nextInt(4) > 0) {
            socket.halfClose();
        }
    }

    static void oversize(RawSocket socket, Random random) {
        int chunks = 17 + random.nextInt(64); // from a little more than 1 MiB to 5 MiB
        socket.send(POST + "Connection: close\r\n");
        if (random.nextBoolean()) {
            socket.send("Content-Length: " + chunks * CHUNK_BYTES + "\r\n\r\n");
            socket.send(" ".repeat(CHUNK_BYTES).getBytes(StandardCharsets.US_ASCII), chunks);
        } else {
            String chunk = Integer.toHexString(CHUNK_BYTES) + "\r\n" + " ".repeat(CHUNK_BYTES) + "\r\n";
            socket.send(CHUNKED);
            socket.send(chunk.getBytes(StandardCharsets.US_ASCII), chunks);
            socket.send("0\r\n\r\n");
        }
    }
}
