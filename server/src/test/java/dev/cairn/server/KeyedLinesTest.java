package dev.cairn.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.server.TestServer.Answer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the key of a request stands for whose body is lines. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KeyedLinesTest {
    private TestServer server;

    @BeforeAll
    void start(@TempDir Path directory) {
        server = TestServer.start(directory);
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private static String line(String path, int number) {
        return switch (path) {
            case "/v1/batch", "/v1/batch?atomic=true" ->
                "{\"op\":\"append\",\"topic\":\"t\",\"key\":\"k\",\"payload\":" + number + "}\n";
            case "/v1/topics/t/records" -> "{\"key\":\"k\",\"payload\":" + number + "}\n";
            default -> "{\"role\":\"u\",\"content\":" + number + "}\n";
        };
    }

    private long end() {
        return server.cairn().watermarks().endOffset();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/batch", "/v1/batch?atomic=true", "/v1/topics/t/records", "/v1/sessions/s/messages"})
    void shouldStandForTheWholeBody(String path) {
        String key = "key of " + path;
        String body = line(path, 1) + line(path, 2);
        Answer first = server.lines(path, body, "Idempotency-Key", key);
        long end = end();

        Answer again = server.lines(path, body, "Idempotency-Key", key);

        assertThat(again.status()).isEqualTo(first.status());
        assertThat(again.header("Idempotent-Replay")).isEqualTo("true");
        for (String other : new String[] {body + line(path, 3), line(path, 1), line(path, 1) + line(path, 3)}) {
            Answer refused = server.lines(path, other, "Idempotency-Key", key);
            assertThat(refused.body()).contains("operation_mismatch").doesNotContain("\"receipt\":");
        }
        assertThat(end()).isEqualTo(end);
    }

    @Test
    void shouldStandForThePathToo() {
        String body = line("/v1/sessions/a/messages", 1);
        server.lines("/v1/sessions/a/messages", body, "Idempotency-Key", "path");
        long end = end();

        Answer other = server.lines("/v1/sessions/b/messages", body, "Idempotency-Key", "path");

        assertThat(other.status()).isEqualTo(422);
        assertThat(end()).isEqualTo(end);
        String own = "{\"role\":\"u\",\"content\":1,\"idempotencyKey\":\"own\"}\n";
        assertThat(server.lines("/v1/sessions/a/messages", own).status()).isEqualTo(201);
        assertThat(server.lines("/v1/sessions/a/messages", own).header("Idempotent-Replay"))
                .isEqualTo("true");
        assertThat(server.lines("/v1/sessions/b/messages", own).status()).isEqualTo(422);
    }

    /** What a parameter says to do is part of what was asked for; when to answer is not, nor how the path is encoded. */
    @Test
    void shouldStandForTheParametersToo() {
        String grant = "{\"holder\":\"ann\",\"ttlMs\":60000}";
        long token = server.post("/v1/leases/a%2Fb", grant).json().get("token").asLong();
        String[] key = {"Idempotency-Key", "parameters"};
        Answer released = server.delete("/v1/leases/a%2Fb/" + token + "?mode=release", key);
        assertThat(released.status()).isEqualTo(200);

        assertThat(server.delete("/v1/leases/a%2Fb/" + token + "?mode=poison", key)
                        .status())
                .isEqualTo(422);
        Answer again = server.delete("/v1/leases/%61%2fb/" + token + "?ack=accepted&mode=release", key);
        assertThat(again.body()).isEqualTo(released.body());
        assertThat(again.header("Idempotent-Replay")).isEqualTo("true");
    }

    @Test
    void shouldWriteNothingOfABodyThatBreaksOff() throws Exception {
        String body = line("/v1/topics/t/records", 1) + line("/v1/topics/t/records", 2);
        long end = end();

        String answer = server.raw("POST /v1/topics/t/records HTTP/1.1\r\nHost: x\r\nIdempotency-Key: cut\r\n"
                + "Content-Type: application/x-ndjson\r\nContent-Length: " + (body.length() + 10) + "\r\n\r\n" + body);

        assertThat(answer).startsWith("HTTP/1.1 400 ");
        assertThat(end()).isEqualTo(end);
    }

    /** Its lines are written as they come, so all that can be known of it is what has come. */
    @Test
    void shouldGoOnWithAStreamThatDoesNotSayHowLongItIs() throws Exception {
        String path = "/v1/topics/t/records";
        long end = end();
        assertThat(streamed(path, line(path, 1) + line(path, 2))).startsWith("HTTP/1.1 201 ");
        assertThat(end()).isEqualTo(end + 2);

        String longer = streamed(path, line(path, 1) + line(path, 2) + line(path, 3));

        assertThat(longer).startsWith("HTTP/1.1 201 ");
        assertThat(end()).isEqualTo(end + 3);
        assertThat(streamed(path, line(path, 9))).startsWith("HTTP/1.1 422 ");
    }

    private String streamed(String path, String body) throws Exception {
        return server.raw(("POST " + path + " HTTP/1.1\r\nHost: x\r\nIdempotency-Key: streamed\r\n"
                        + "Content-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + Integer.toHexString(body.length()) + "\r\n" + body + "\r\n0\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
    }
}
