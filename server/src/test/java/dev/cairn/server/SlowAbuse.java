package dev.cairn.server;

import java.util.Random;

/**
 * Clients that send a little at a time, and then nothing more.
 *
 * <p>Threading: stateless.
 */
final class SlowAbuse {
    private static final int DRIPS_MAX = 12;
    private static final int PAUSE_MILLIS_MAX = 150;

    private SlowAbuse() {}

    static void headers(RawSocket socket, Random random) throws InterruptedException {
        String head = "GET /v1/tasks HTTP/1.1\r\nHost: x\r\nCairn-Actor: somebody\r\nX-Slow: " + "s".repeat(40);
        int begun = random.nextInt(head.length() - DRIPS_MAX);
        socket.send(head.substring(0, begun));
        socket.drip(part(head, begun, random), pause(random));
    }

    static void body(RawSocket socket, Random random) throws InterruptedException {
        String body = "{\"metadata\":{\"slow\":\"" + "s".repeat(40) + "\"}}";
        int begun = random.nextInt(body.length() - DRIPS_MAX);
        boolean chunked = random.nextBoolean();
        socket.send("POST /v1/tasks HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                + (chunked ? "Transfer-Encoding: chunked\r\n\r\n" : "Content-Length: " + body.length() + "\r\n\r\n"));
        socket.send(chunked ? Integer.toHexString(body.length()) + "\r\n" : "");
        socket.send(body.substring(0, begun));
        socket.drip(part(body, begun, random), pause(random));
    }

    private static String part(String text, int from, Random random) {
        return text.substring(from, from + random.nextInt(DRIPS_MAX));
    }

    private static long pause(Random random) {
        return 1 + random.nextInt(PAUSE_MILLIS_MAX);
    }
}
