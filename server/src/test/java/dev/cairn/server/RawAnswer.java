package dev.cairn.server;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One answer as it came over a socket.
 *
 * <p>Threading: immutable.
 *
 * @param head the status line and the headers
 * @param body the bytes of the body as text, as far as they came
 * @param whole whether they came as far as the headers say
 */
record RawAnswer(String head, String body, boolean whole) {
    private static final String HEAD_END = "\r\n\r\n";

    /** What {@code bytes} hold, one character for each byte; the last answer may be cut off. */
    static List<RawAnswer> parse(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        List<RawAnswer> answers = new ArrayList<>();
        int at = 0;
        while (at < text.length()) {
            int headEnd = text.indexOf(HEAD_END, at);
            if (headEnd < 0) {
                break; // cut off within its head: nobody was told anything
            }
            String head = text.substring(at, headEnd);
            int begin = headEnd + HEAD_END.length();
            String length = header(head, "content-length");
            int end = length.isEmpty() ? text.length() : begin + Integer.parseInt(length);
            boolean whole = end <= text.length();
            end = Math.min(end, text.length());
            RawAnswer answer = new RawAnswer(head, utf8(text.substring(begin, end)), whole);
            answer.status(); // that it has one
            answers.add(answer);
            at = end;
        }
        return answers;
    }

    int status() {
        if (!head.matches("(?s)HTTP/1\\.1 [0-9]{3} .*")) {
            throw new AssertionError("expected the head of an answer, was " + Excerpt.of(head));
        }
        return Integer.parseInt(head.substring(9, 12));
    }

    /** The value of a header, empty for none. */
    String header(String name) {
        return header(head, name);
    }

    private static String header(String head, String name) {
        return head.lines()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ":"))
                .map(line -> line.substring(name.length() + 1).strip())
                .findFirst()
                .orElse("");
    }

    private static String utf8(String bytes) {
        return new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    JsonNode json() {
        return TestServer.parse(body);
    }

    /** Whether it is a problem as the API words them, and of the status that it came with. */
    boolean isProblem() {
        if (!header("content-type").equals(Problem.CONTENT_TYPE)) {
            return false;
        }
        JsonNode problem = json();
        return problem.path("status").asInt() == status()
                && problem.path("type")
                        .asText()
                        .equals("urn:cairn:problem:" + problem.path("code").asText())
                && !problem.path("detail").asText().isBlank();
    }
}
