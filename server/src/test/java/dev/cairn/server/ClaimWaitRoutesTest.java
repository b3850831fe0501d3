package dev.cairn.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cairn.server.TestServer.Answer;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Claims over HTTP that wait for work: who gets it, who comes back for it, and who has hung up. */
class ClaimWaitRoutesTest extends ServedTasks {
    @Test
    void shouldWaitForWorkAndEndTheWaitWhenItDrains() throws Exception {
        String patient = "{\"agent\":\"ann\",\"ttlMs\":60000,\"waitMs\":60000}";
        CompletableFuture<Answer> waiting =
                CompletableFuture.supplyAsync(() -> server.post(CLAIM, patient, "Idempotency-Key", "w"));
        Awaitility.await().until(() -> server.server().waiting() == 1);
        TimeUnit.MILLISECONDS.sleep(600); // some slices
        create("a", "");

        assertThat(waiting.get(20, TimeUnit.SECONDS)
                        .json()
                        .get("task")
                        .get("id")
                        .asText())
                .isEqualTo("a");
        Awaitility.await().until(() -> server.server().waiting() == 0);
        CompletableFuture<Answer> drained = CompletableFuture.supplyAsync(() -> server.post(CLAIM, patient));
        Awaitility.await().until(() -> server.server().waiting() == 1);
        server.server().close();
        // Not 204: nobody has waited to the end, so nobody knows that there was nothing.
        assertThat(drained.get(20, TimeUnit.SECONDS).status()).isEqualTo(503);
    }

    private Socket wait(String headers) throws Exception {
        String body = "{\"agent\":\"gone\",\"ttlMs\":600000,\"waitMs\":60000}";
        Socket socket = new Socket("127.0.0.1", server.port());
        String request = "POST " + CLAIM + " HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n" + headers
                + "Content-Length: " + body.length() + "\r\n\r\n" + body;
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        Awaitility.await().until(() -> server.server().waiting() == 1);
        return socket;
    }

    @Test
    void shouldGiveNoTaskToWhoHasHungUp() throws Exception {
        wait("").close();
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> server.server().waiting() == 0);
        create("a", "");

        assertThat(server.get("/v1/tasks/a").json().get("status").asText()).isEqualTo("pending");
        assertThat(server.post(CLAIM, ANN).json().get("task").get("version").asInt())
                .isEqualTo(2);
    }

    /** Whoever hangs up as the task comes has not been seen to do so before it was taken. */
    @Test
    void shouldGiveBackWhatCameForWhoHasHungUp() throws Exception {
        for (int i = 0; i < 8; i++) {
            String id = "a" + i;
            Socket socket = wait("");
            socket.close();
            create(id, "");

            Answer claimed = server.post(CLAIM, "{\"agent\":\"ann\",\"ttlMs\":60000,\"waitMs\":20000}");

            JsonNode task = claimed.json().get("task");
            assertThat(task.get("id").asText()).isEqualTo(id);
            assertThat(task.get("owner").asText()).isEqualTo("ann");
            assertThat(task.get("attempts").asInt()).isZero();
            Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> server.server().waiting() == 0);
        }
    }

    @Test
    void shouldKeepWhatCameForWhoMayComeBackUnderItsKey() throws Exception {
        Socket socket = wait("Idempotency-Key: back\r\n");
        create("a", "");
        Awaitility.await().until(() -> server.server().waiting() == 0);
        socket.close();

        Answer back =
                server.post(CLAIM, "{\"agent\":\"gone\",\"ttlMs\":600000,\"waitMs\":60000}", "Idempotency-Key", "back");

        assertThat(back.status()).isEqualTo(200);
        assertThat(back.header("Idempotent-Replay")).isEqualTo("true");
        assertThat(server.patch("/v1/tasks/a", "{\"priority\":1}", "Cairn-Fence", fence(back))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void shouldLetOnlySoManyWait() {
        server.close();
        server = TestServer.start(directory, options -> options.waitersMax(1));
        CompletableFuture<Answer> waiting = CompletableFuture.supplyAsync(
                () -> server.post(CLAIM, "{\"agent\":\"ann\",\"ttlMs\":60000,\"waitMs\":3000}"));
        Awaitility.await().until(() -> server.server().waiting() == 1);

        Answer refused = server.post(CLAIM, "{\"agent\":\"bob\",\"ttlMs\":60000,\"waitMs\":3000}");

        assertThat(refused.status()).isEqualTo(429);
        assertThat(server.post(CLAIM, ANN).status()).isEqualTo(204);
        create("a", "");
        assertThat(waiting.join().status()).isEqualTo(200);
    }
}
