package dev.cairn.server;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;

/**
 * Requests whose bytes are wrong: too deep, too long, not UTF-8, not of this place, or not HTTP.
 *
 * <p>Threading: stateless.
 */
final class TextAbuse {
    private static final String END = " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n";
    private static final int DEPTH = 100_000;

    /** Where JSON is taken, and a body around a value of the client's own. */
    private record Place(String method, String path, String type, UnaryOperator<String> body) {}

    private static final List<Place> PLACES = List.of(
            place("POST", "/v1/tasks", value -> "{\"metadata\":{\"a\":" + value + "}}"),
            place("POST", "/v1/tasks", value -> "{\"id\":" + value + "}"),
            place("POST", "/v1/tasks", value -> value),
            place("PATCH", "/v1/tasks/nobody", value -> "{\"metadata\":{\"a\":" + value + "}}"),
            place("POST", "/v1/topics/bad/records", value -> "{\"key\":\"k\",\"payload\":" + value + "}"),
            place("POST", "/v1/sessions/bad/messages", value -> "{\"role\":\"user\",\"content\":" + value + "}"),
            place("PUT", "/v1/entities/bad/one", value -> "{\"attributes\":{\"a\":" + value + "}}"),
            place("PUT", "/v1/workflow", value -> "{\"statuses\":" + value + "}"),
            place("POST", "/v1/runs/bad/snapshots", value -> "{\"state\":" + value + "}"),
            new Place(
                    "POST",
                    "/v1/topics/bad/records",
                    Json.LINES,
                    value -> "{\"key\":\"k\",\"payload\":" + value + "}\n"),
            new Place(
                    "POST",
                    "/v1/batch?atomic=true",
                    Json.LINES,
                    value -> "{\"op\":\"create\",\"metadata\":{\"a\":" + value + "}}\n"));

    /** No one of them is the beginning of a character, or all of one. */
    private static final String[] NOT_UTF8 = {
        "\u00ff", "\u00c0\u00af", "\u00ed\u00a0\u0080", "\u00f5\u0080\u0080\u0080", "\u0080"
    };

    private static final String[] NOT_UTF8_ENCODED = {"%ff", "%c0%af", "%ed%a0%80", "%f5%80%80%80", "%80", "%zz", "%f"};

    private static final String[] UP = {
        "..", "%2e%2e", "..%2f", "..%5c", ".%2e", "%252e%252e", "..;x=y", "....", "..\\", "%c0%ae%c0%ae", "..%00", ""
    };

    private static final String[] GOALS = {"etc/passwd", "LOCK", "log", "identity", "windows\\win.ini", ""};

    private static final String[] FOREIGN = {
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003",
        "SSH-2.0-client\r\n",
        "EHLO here\r\n\r\n",
        "GET /livez HTTP/9.9\r\nHost: x\r\n\r\n",
        "GET /livez HTTP/1.1\r\n\r\n",
        "GET /livez HTTP/1.1\r\nHost: x\r\nno colon\r\n\r\n",
        "GET /livez HTTP/1.1\r\n Host: folded\r\n\r\n",
        "G\u0000T /livez HTTP/1.1\r\nHost: x\r\n\r\n",
        "\r\n\r\n\r\n\r\n",
    };

    private TextAbuse() {}

    private static Place place(String method, String path, UnaryOperator<String> body) {
        return new Place(method, path, Json.CONTENT_TYPE, body);
    }

    static void deepJson(RawSocket socket, Random random) {
        boolean lists = random.nextBoolean();
        String open = (lists ? "[" : "{\"a\":").repeat(DEPTH);
        String close = random.nextBoolean() ? "" : "1" + (lists ? "]" : "}").repeat(DEPTH);
        post(socket, random, open + close);
    }

    static void invalidUtf8(RawSocket socket, Random random) {
        String encoded = any(NOT_UTF8_ENCODED, random);
        String bytes = any(NOT_UTF8, random);
        switch (random.nextInt(4)) {
            case 0 -> socket.send("GET /v1/tasks/a" + encoded + END + "\r\n");
            case 1 -> socket.send("GET /v1/tasks?owner=a" + encoded + END + "\r\n");
            case 2 ->
                socket.send("POST /v1/tasks" + END + "Content-Length: 2\r\nCairn-Actor: a" + bytes + "\r\n\r\n{}");
            default -> post(socket, random, "\"" + bytes + "\"");
        }
    }

    private static void post(RawSocket socket, Random random, String value) {
        Place place = PLACES.get(random.nextInt(PLACES.size()));
        String body = place.body().apply(value);
        socket.send(place.method() + " " + place.path() + END + "Content-Type: " + place.type() + "\r\nContent-Length: "
                + body.length() + "\r\n\r\n" + body);
    }

    static void hugeHeaders(RawSocket socket, Random random) {
        int bytes = (10 << 10) + random.nextInt(128 << 10);
        socket.send("GET /livez" + END);
        if (random.nextBoolean()) {
            socket.send("X-Huge: " + "h".repeat(bytes) + "\r\n\r\n");
        } else {
            StringBuilder many = new StringBuilder();
            for (int i = 0; many.length() < bytes; i++) {
                many.append("X-").append(i).append(": h\r\n");
            }
            socket.send(many.append("\r\n").toString());
        }
    }

    static void hugeRequestLine(RawSocket socket, Random random) {
        String huge = "u".repeat((10 << 10) + random.nextInt(128 << 10));
        socket.send("GET /v1/tasks" + (random.nextBoolean() ? "/" : "?owner=") + huge + END + "\r\n");
    }

    static void traversal(RawSocket socket, Random random) {
        StringBuilder path = new StringBuilder(any(new String[] {"/", "/v1/", "/v1/tasks/", "/v1/topics/"}, random));
        for (int i = 1 + random.nextInt(8); i > 0; i--) {
            path.append(any(UP, random)).append('/');
        }
        socket.send("GET " + path + any(GOALS, random) + END + "\r\n");
    }

    static void garbage(RawSocket socket, Random random) {
        if (random.nextBoolean()) {
            socket.send(any(FOREIGN, random));
        } else {
            byte[] bytes = new byte[1 + random.nextInt(32 << 10)];
            random.nextBytes(bytes);
            socket.send(random.nextBoolean() ? bytes : printable(bytes));
        }
        socket.halfClose();
    }

    private static byte[] printable(byte[] bytes) {
        String alphabet = "GET /:%HTP1.\r\n\t {}";
        StringBuilder text = new StringBuilder();
        for (byte b : bytes) {
            text.append(alphabet.charAt((b & 0xff) % alphabet.length()));
        }
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }

    private static String any(String[] texts, Random random) {
        return texts[random.nextInt(texts.length)];
    }
}
