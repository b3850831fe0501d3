package dev.cairn.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jetty.server.handler.QoSHandler;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests in far greater number than there are threads, each of which has sent its body in part: others do not wait for them. */
class SlowBodiesTest {
    private static final int THREADS = 16;
    private static final int SLOW = 4 * THREADS;
    private static final long PAUSE_MILLIS = 100;
    private static final int LONG = 1 << 20;
    private static final String TO_TASKS = "POST /v1/tasks HTTP/1.1\r\nHost: x\r\nConnection: close\r\n";
    private static final String TO_BATCH =
            "POST /v1/batch HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/x-ndjson\r\n";
    private static final String GO_ON = "HTTP/1.1 100 Continue\r\n\r\n";
    private static final String LAST_CHUNK = "0\r\n\r\n";

    private final List<Slow> slow = new ArrayList<>();

    @TempDir
    Path directory;

    private TestServer server;

    @AfterEach
    void stop() throws IOException {
        for (Slow one : slow) {
            one.socket().close();
        }
        server.close();
    }

    private record Slow(RawSocket socket, String left) {}

    /** What is not answered before they end is not answered in the time that a client waits. */
    private void start(Duration idleTimeout) {
        server = TestServer.start(
                directory, options -> options.threadsMax(THREADS).idleTimeout(idleTimeout));
    }

    /** Sends all but the last {@code left} characters. */
    private RawSocket begin(String request, int left) throws IOException {
        RawSocket socket = new RawSocket(server.port());
        slow.add(new Slow(socket, request.substring(request.length() - left)));
        return socket.send(request.substring(0, request.length() - left));
    }

    /** A body, every other one without saying how long it is. */
    private static String framed(int i, String body) {
        return i % 2 == 0 ? announced(body) : "Transfer-Encoding: chunked\r\n\r\n" + chunk(body) + LAST_CHUNK;
    }

    private static String announced(String body) {
        return "Content-Length: " + body.length() + "\r\n\r\n" + body;
    }

    private static String chunk(String part) {
        return Integer.toHexString(part.length()) + "\r\n" + part + "\r\n";
    }

    private void assertOthersAreServed() {
        for (int i = 0; i < THREADS; i++) {
            assertThat(server.post("/v1/tasks", "{\"id\":\"other-" + i + "\"}").status())
                    .isEqualTo(201);
            assertThat(server.get("/v1/tasks/other-" + i).status()).isEqualTo(200);
        }
    }

    private void assertAllEndWell() throws IOException {
        slow.forEach(one -> one.socket().send(one.left()));
        for (Slow one : slow) {
            assertThat(one.socket().answers())
                    .singleElement()
                    .satisfies(answer ->
                            assertThat(answer.status()).as(answer.body()).isBetween(200, 201));
        }
        for (int i = 0; i < SLOW; i++) {
            assertThat(server.get("/v1/tasks/slow-" + i).status()).isEqualTo(200);
        }
    }

    @Test
    void shouldHoldNoThreadWhenTheyAreSmall() throws Exception {
        start(Duration.ofMinutes(10));
        for (int i = 0; i < SLOW; i++) {
            begin(TO_TASKS + framed(i, "{\"id\":\"slow-" + i + "\"}"), 1 + LAST_CHUNK.length() + i % 8);
        }

        assertOthersAreServed();

        assertAllEndWell();
    }

    @Test
    void shouldHoldAPartOfTheThreadsWhenTheyAreNotSmall() throws Exception {
        start(Duration.ofMinutes(10));
        String text = "x".repeat(3 * EagerBody.BYTES_MAX);
        for (int i = 0; i < SLOW; i++) {
            begin(
                    TO_TASKS + framed(i, "{\"id\":\"slow-" + i + "\",\"metadata\":{\"text\":\"" + text + "\"}}"),
                    EagerBody.BYTES_MAX);
        }

        assertOthersAreServed();

        assertAllEndWell();
        for (String id : List.of("slow-0", "slow-1")) {
            assertThat(server.get("/v1/tasks/" + id).json().at("/metadata/text").asText())
                    .isEqualTo(text);
        }
    }

    @Test
    void shouldBeReadOnWhenTheyTurnOutNotToBeSmall() throws Exception {
        start(Duration.ofMinutes(10));
        String text = "x".repeat(3 * EagerBody.BYTES_MAX);
        RawSocket socket = begin(TO_TASKS + "Expect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n", 0);
        socket.sip(GO_ON.length()); // so that its body is waited for
        socket.send(chunk("{"));
        Thread.sleep(PAUSE_MILLIS);
        socket.send(chunk("\"id\":\"slow-0\",\"metadata\":{\"text\":\"" + text));
        Thread.sleep(PAUSE_MILLIS);

        socket.send(chunk("\"}}") + LAST_CHUNK);

        assertThat(socket.answers())
                .singleElement()
                .satisfies(answer -> assertThat(answer.status()).isEqualTo(201));
        assertThat(server.get("/v1/tasks/slow-0").json().at("/metadata/text").asText())
                .isEqualTo(text);
    }

    @Test
    void shouldHoldAPartOfTheThreadsWhenTheyAreBatches() throws Exception {
        start(Duration.ofMinutes(10));
        for (int i = 0; i < SLOW; i++) {
            begin(TO_BATCH + framed(1, "{\"op\":\"create\",\"id\":\"slow-" + i + "\"}\n"), LAST_CHUNK.length());
        }

        assertOthersAreServed();

        assertAllEndWell();
    }

    /** Takes the places of all that may be at work, with others of their kind that wait for their turn. */
    private void takeAllPlaces() throws IOException {
        for (int i = 0; i < SLOW; i++) {
            begin(TO_TASKS + announced(" ".repeat(LONG)), LONG - 1);
        }
        if (!CairnServer.VIRTUAL_THREADS) { // else nobody waits
            await().untilAsserted(() -> assertThat(server.server()
                            .jetty()
                            .getDescendant(QoSHandler.class)
                            .getSuspendedRequestCount())
                    .isEqualTo(SLOW - THREADS / 4));
        }
    }

    @ParameterizedTest
    @CsvSource({"-1, ''", "0, ''", "0, Expect: 100-continue"})
    void shouldNotKeepWaitingWhatIsSmall(int more, String header) throws Exception {
        start(Duration.ofMinutes(10));
        takeAllPlaces();
        String body = "{\"id\":\"small\"}";
        String padded = body + " ".repeat(EagerBody.BYTES_MAX + more - body.length());

        String answer = server.raw(TO_TASKS + (header.isEmpty() ? "" : header + "\r\n") + announced(padded));

        assertThat(answer.replace(GO_ON, "")).startsWith("HTTP/1.1 201 ");
    }

    @Test
    void shouldNotKeepWaitingWhatIsCutShort() throws Exception {
        start(Duration.ofMinutes(10));
        takeAllPlaces();

        assertThat(server.raw(TO_TASKS + "Content-Length: 30\r\n\r\n{")).startsWith("HTTP/1.1 400 ");
    }

    @Test
    void shouldHoldNoThreadWhenTheirMethodIsOverridden() throws Exception {
        start(Duration.ofMinutes(10));
        for (int i = 0; i < SLOW; i++) {
            begin(
                    "GET /v1/tasks HTTP/1.1\r\nHost: x\r\nX-HTTP-Method-Override: POST\r\n"
                            + announced("{\"id\":\"a\"}"),
                    4);
        }

        assertOthersAreServed();

        slow.get(0).socket().halfClose();
        assertThat(slow.get(0).socket().answers()).singleElement().satisfies(answer -> {
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.body()).contains("\"parameter\":\"X-HTTP-Method-Override\"");
        });
    }

    @Test
    @EnabledForJreRange(max = JRE.JAVA_24, disabledReason = "from Java 25 on none of them waits for its turn")
    void shouldBeToldWhenTheyWaitForTheirTurnInVain() throws Exception {
        start(Duration.ofSeconds(1));
        takeAllPlaces();
        Thread dripping = new Thread(() -> drip(slow.subList(0, SLOW - 1)));
        dripping.start();
        try {
            assertThat(slow.get(SLOW - 1).socket().answers()).singleElement().satisfies(answer -> {
                assertThat(answer.status()).isEqualTo(429);
                assertThat(answer.header("retry-after")).isEqualTo("1");
                assertThat(answer.body()).contains("\"code\":\"overloaded\"", "bodies are still to come");
            });
        } finally {
            dripping.interrupt();
            dripping.join();
        }
    }

    private static void drip(List<Slow> some) {
        try {
            while (true) {
                some.forEach(one -> one.socket().send(" "));
                Thread.sleep(PAUSE_MILLIS);
            }
        } catch (InterruptedException e) {
            // as it is told to end
        }
    }
}
