package dev.cairn.server;

import java.util.Random;

/**
 * Requests that are HTTP, but ask for what there is not, or in a way that cannot be meant.
 *
 * <p>Threading: stateless.
 */
final class OddAbuse {
    /** Request lines without their version. */
    private static final String[] LINES = {
        "OPTIONS *",
        "OPTIONS /v1/tasks",
        "CONNECT x:80",
        "CONNECT /v1/tasks",
        "TRACE /v1/tasks",
        "BREW /v1/tasks",
        "get /v1/tasks",
        "GET http://x:99999/v1/tasks",
        "GET *",
        "GET v1/tasks",
        "GET ?x",
        "GET //x/v1/tasks",
        "GET /v1/tasks#part",
        "GET /v1/tasks;a=b",
        "GET /v1/tasks?limit=-1",
        "GET /v1/tasks?limit=99999999999999999999",
        "GET /v1/tasks?&&==",
        "GET /v1/tasks?owner=a&owner=b",
        "GET /v1/tasks?cursor=AAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "GET /v1/tasks?minOffset=9223372036854775807&waitMs=1",
        "GET /v1/tasks?createdAfter=9999999999-01-01T00:00:00Z",
        "GET /v1/tasks?metadata.=x",
        "GET /v1/log?from=99999999999999999999",
        "GET /v1/log?waitMs=99999999999999",
        "GET /v1/log/tail?from=9223372036854775807",
        "GET /v1/tasks/t?asOf=%2B999999999-12-31T23:59:59.999999999Z",
        "GET /v1/tasks/t/explain?field=/a~2",
        "GET /v1/tasks/t/context?records=99999999999",
        "GET /v1/operations/" + "k".repeat(600),
    };

    /** Headers, of which each alone makes a write a bad one. */
    private static final String[] HEADERS = {
        "Host: y",
        "X : a",
        ": a",
        "X: a\u0000b",
        "Expect: rubbish",
        "Upgrade: h2c\r\nHTTP2-Settings: x",
        "Content-Type: application/json; charset=utf-16",
        "Content-Type: application/json; charset=nonsense-8",
        "Content-Type: application/json; charset=\":\"",
        "Content-Type: multipart/form-data; boundary=",
        "Content-Encoding: gzip",
        "Cairn-Fence: =,;=9999999999999999999",
        "Idempotency-Key: ",
        "Idempotency-Key: a\r\nIdempotency-Key: b",
        "Content-Length: 99",
        "Cookie: a=\u0001",
    };

    private static final String END = " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n";

    private OddAbuse() {}

    static void ask(RawSocket socket, Random random) {
        if (random.nextInt(3) > 0) {
            socket.send(LINES[random.nextInt(LINES.length)] + END + "\r\n");
        } else {
            socket.send("POST /v1/tasks" + END + "Content-Length: 2\r\n" + HEADERS[random.nextInt(HEADERS.length)]
                    + "\r\n\r\n{}");
        }
    }
}
