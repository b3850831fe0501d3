package dev.cairn.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cairn.server.TestServer.Answer;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The queue of a lease over HTTP: who waits, who comes back, and who does not. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LeaseQueueRoutesTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    private TestServer server;

    @BeforeAll
    void start(@TempDir Path directory) {
        server = TestServer.start(directory, options -> options.idleTimeout(Duration.ofMillis(600)));
        server.post("/v1/leases/kept", "{\"holder\":\"keeper\",\"ttlMs\":600000}");
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private Answer acquire(String lease, String holder, long waitMillis, String... headers) {
        return acquire(server, lease, holder, waitMillis, headers);
    }

    private static Answer acquire(TestServer at, String lease, String holder, long waitMillis, String... headers) {
        String body = "{\"holder\":\"" + holder + "\",\"ttlMs\":60000,\"waitMs\":" + waitMillis + "}";
        return at.post("/v1/leases/" + lease, body, headers);
    }

    private static CompletableFuture<Answer> later(java.util.function.Supplier<Answer> request) {
        return CompletableFuture.supplyAsync(request);
    }

    private static long token(Answer granted) {
        assertThat(granted.status()).as(granted.body()).isEqualTo(200);
        return granted.json().get("token").asLong();
    }

    private JsonNode lease(String name) {
        return server.get("/v1/leases/" + name).json();
    }

    private void awaitQueue(String name, int length) {
        Awaitility.await().atMost(SOON).until(() -> lease(name).get("queue").size() == length);
    }

    @Test
    void shouldServeTheQueueInOrder() {
        long first = token(acquire("queue", "one", 0));
        CompletableFuture<Answer> two = later(() -> acquire("queue", "two", 60_000));
        awaitQueue("queue", 1);
        CompletableFuture<Answer> three = later(() -> acquire("queue", "three", 60_000));
        awaitQueue("queue", 2);
        assertThat(lease("queue").get("queue").findValuesAsText("holder")).containsExactly("two", "three");
        assertThat(lease("queue").get("queue").findValuesAsText("position")).containsExactly("1", "2");

        server.delete("/v1/leases/queue/" + first);
        long second = token(two.join());
        assertThat(second).isGreaterThan(first);
        assertThat(three).isNotDone();
        server.delete("/v1/leases/queue/" + second);
        assertThat(token(three.join())).isGreaterThan(second);
    }

    @Test
    void shouldSayWhoHasItAndWhichPlaceItWouldHaveBeen() {
        Answer at = acquire("kept", "other", 0);
        Answer waited = acquire("kept", "other", 150);

        for (Answer held : List.of(at, waited)) {
            assertThat(held.status()).isEqualTo(423);
            assertThat(held.json().get("code").asText()).isEqualTo("held");
            assertThat(held.json().get("holder").asText()).isEqualTo("keeper");
            assertThat(held.json().get("position").asInt()).isEqualTo(1);
            assertThat(Instant.parse(held.json().get("expiresAt").asText())).isNotNull();
        }
        assertThat(lease("kept").get("queue")).isEmpty();
    }

    @Test
    void shouldFindTheSameGrantUnderTheSameKey() {
        Answer first = acquire("again", "me", 0, "Idempotency-Key", "again-1");
        Answer again = acquire("again", "me", 0, "Idempotency-Key", "again-1");

        assertThat(token(again)).isEqualTo(token(first));
        assertThat(again.json().get("receipt")).isEqualTo(first.json().get("receipt"));
        assertThat(first.header("Idempotent-Replay")).isEmpty();
        assertThat(again.header("Idempotent-Replay")).isEqualTo("true");
        assertThat(acquire("again", "you", 0, "Idempotency-Key", "again-1").status())
                .isEqualTo(422);

        server.delete("/v1/leases/again/" + token(first));
        Answer over = acquire("again", "me", 0, "Idempotency-Key", "again-1");
        assertThat(over.status()).isEqualTo(409);
        assertThat(over.json().get("code").asText()).isEqualTo("stale_token");
    }

    @Test
    void shouldKeepThePlaceOfWhoHangsUpAndComesBack() throws Exception {
        long first = token(acquire("hangs-up", "one", 0));
        String body = "{\"holder\":\"two\",\"ttlMs\":60000,\"waitMs\":50000}";
        Socket socket = send("hangs-up", body, "Idempotency-Key: hangs-up-1\r\n");
        awaitQueue("hangs-up", 1);
        socket.close();
        CompletableFuture<Answer> three = later(() -> acquire("hangs-up", "three", 50_000));
        awaitQueue("hangs-up", 2);
        // The server has seen that nobody waits for the first place any more.
        Awaitility.await().atMost(SOON).until(() -> server.server().waiting() == 1);

        CompletableFuture<Answer> two =
                later(() -> server.post("/v1/leases/hangs-up", body, "Idempotency-Key", "hangs-up-1"));
        Awaitility.await().atMost(SOON).until(() -> server.server().waiting() == 2);
        assertThat(lease("hangs-up").get("queue").findValuesAsText("holder")).containsExactly("two", "three");
        server.delete("/v1/leases/hangs-up/" + first);

        Answer granted = two.get(20, TimeUnit.SECONDS);
        assertThat(granted.json().get("holder").asText()).isEqualTo("two");
        assertThat(granted.header("Idempotent-Replay")).isEqualTo("true");
        server.delete("/v1/leases/hangs-up/" + token(granted));
        assertThat(three.get(20, TimeUnit.SECONDS).status()).isEqualTo(200);
    }

    @Test
    void shouldPassOnWhatWasGrantedToACallerThatIsGone() throws Exception {
        long first = token(acquire("gone", "one", 0));
        Socket socket =
                send("gone", "{\"holder\":\"two\",\"ttlMs\":600000,\"waitMs\":50000}", "Idempotency-Key: gone-1\r\n");
        awaitQueue("gone", 1);
        socket.close();
        CompletableFuture<Answer> three = later(() -> acquire("gone", "three", 50_000));
        awaitQueue("gone", 2);

        server.delete("/v1/leases/gone/" + first);

        assertThat(three.get(20, TimeUnit.SECONDS).json().get("holder").asText())
                .isEqualTo("three");
        assertThat(server.get("/v1/leases/gone/history").json().get("records").findValuesAsText("type"))
                .startsWith("granted", "uncollected", "granted", "released");
    }

    @Test
    void shouldGiveUpThePlaceOfWhoHangsUpAndCannotComeBack() throws Exception {
        acquire("no-key", "one", 0);
        Socket socket = send("no-key", "{\"holder\":\"two\",\"ttlMs\":600000,\"waitMs\":50000}", "");
        awaitQueue("no-key", 1);

        socket.close();

        awaitQueue("no-key", 0);
    }

    /** A grant that comes as the caller goes has not been seen to be in vain. */
    @Test
    void shouldGiveBackAtOnceWhatWasGrantedToACallerThatCannotComeBack() throws Exception {
        for (int i = 0; i < 4; i++) {
            String lease = "in-vain-" + i;
            long first = token(acquire(lease, "one", 0));
            Socket socket = send(lease, "{\"holder\":\"two\",\"ttlMs\":600000,\"waitMs\":50000}", "");
            awaitQueue(lease, 1);
            socket.close();

            server.delete("/v1/leases/" + lease + "/" + first);

            assertThat(acquire(lease, "three", 50_000).status()).isEqualTo(200);
            assertThat(server.get("/v1/leases/" + lease + "/history")
                            .json()
                            .get("records")
                            .findValuesAsText("type"))
                    .doesNotContain("expired", "uncollected");
        }
    }

    @Test
    void shouldKeepThePlaceOverAStopOfTheServer(@TempDir Path other) {
        String[] key = {"Idempotency-Key", "over-stop"};
        long first;
        CompletableFuture<Answer> cutOff;
        try (TestServer before = TestServer.start(other)) {
            first = token(acquire(before, "a", "one", 0));
            cutOff = later(() -> acquire(before, "a", "two", 60_000, key));
            Awaitility.await().atMost(SOON).until(() -> before.server().waiting() == 1);
        }
        assertThat(cutOff.join().status()).isEqualTo(503);
        try (TestServer after = TestServer.start(other)) {
            assertThat(after.get("/v1/leases/a").json().get("queue").findValuesAsText("holder"))
                    .containsExactly("two");
            CompletableFuture<Answer> two = later(() -> acquire(after, "a", "two", 60_000, key));
            Awaitility.await().atMost(SOON).until(() -> after.server().waiting() == 1);
            assertThat(after.delete("/v1/leases/a/" + first).status()).isEqualTo(200);
            assertThat(token(two.join())).isGreaterThan(first);
            assertThat(two.join().header("Idempotent-Replay")).isEqualTo("true");
        }
    }

    @Test
    void shouldLetNoMoreWaitThanItHasRoomFor(@TempDir Path other) {
        try (TestServer small = TestServer.start(other, options -> options.waitersMax(1))) {
            acquire(small, "a", "one", 0);
            CompletableFuture<Answer> two = later(() -> acquire(small, "a", "two", 5_000));
            Awaitility.await().atMost(SOON).until(() -> small.server().waiting() == 1);

            assertThat(acquire(small, "a", "three", 5_000).status()).isEqualTo(429);
            assertThat(acquire(small, "b", "three", 5_000).status()).isEqualTo(200);
            assertThat(small.get("/v1/leases/a").json().get("queue")).hasSize(1);
            small.delete("/v1/leases/a/*");
            assertThat(two.join().status()).isEqualTo(200);
        }
    }

    @Test
    void shouldWaitLongerThanAConnectionMayBeIdle() {
        acquire("idle", "one", 0);
        CompletableFuture<Answer> two = later(() -> acquire("idle", "two", 20_000));
        awaitQueue("idle", 1);
        Awaitility.await().pollDelay(Duration.ofMillis(1_800)).until(() -> true);
        server.delete("/v1/leases/idle/*");
        assertThat(two.join().status()).isEqualTo(200);
    }

    private Socket send(String lease, String body, String headers) throws Exception {
        Socket socket = new Socket("127.0.0.1", server.port());
        String request = "POST /v1/leases/" + lease + " HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                + headers + "Content-Length: " + body.length() + "\r\n\r\n" + body;
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    /** Only what came of a request is remembered under its key: a wait without a grant is none of that. */
    @Test
    void shouldAskAnewUnderTheKeyOfARequestThatGotNothing() {
        String[] key = {"Idempotency-Key", "anew-1"};
        long first = token(acquire("anew", "one", 0));
        assertThat(acquire("anew", "two", 100, key).status()).isEqualTo(423);
        assertThat(server.get("/v1/operations/anew-1").json().get("outcome").asText())
                .isEqualTo("unknown");
        Answer again = acquire("anew", "two", 100, key);
        assertThat(again.status()).isEqualTo(423);
        assertThat(again.json().get("position").asInt()).isEqualTo(1);
        server.delete("/v1/leases/anew/" + first);

        Answer granted = acquire("anew", "two", 100, key);

        assertThat(granted.status()).isEqualTo(200);
        assertThat(granted.header("Idempotent-Replay")).isEmpty();
        assertThat(server.get("/v1/operations/anew-1").json().get("receipt"))
                .isEqualTo(granted.json().get("receipt"));
        Answer repeat = acquire("anew", "two", 100, key);
        assertThat(token(repeat)).isEqualTo(token(granted));
        assertThat(repeat.header("Idempotent-Replay")).isEqualTo("true");
    }
}
