package dev.cairn.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cairn.server.TestServer.Answer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A client that does nothing wrong, and so must be answered rightly and soon whatever others do.
 *
 * <p>Threading: runs on a thread of its own; {@link #stop} on any; the rest when it has ended.
 */
final class GoodClient implements Runnable {
    private static final int PAUSE_MILLIS = 30;

    private final TestServer server;
    private final String name;
    private final Duration answerMax;
    private final Random random;
    private final Map<String, Long> written = new HashMap<>();
    private final List<String> keys = new ArrayList<>();
    private volatile boolean stopped;
    private @Nullable Throwable failure;
    private long slowestNanos;
    private int requests;

    /** @param name its own among all good clients of the server; also the topic that it writes to */
    GoodClient(TestServer server, String name, Duration answerMax, long seed) {
        this.server = server;
        this.name = name;
        this.answerMax = answerMax;
        this.random = new Random(seed);
    }

    void stop() {
        stopped = true;
    }

    @Override
    public void run() {
        try {
            while (!stopped) {
                step();
                TimeUnit.MILLISECONDS.sleep(random.nextInt(PAUSE_MILLIS));
            }
        } catch (Throwable e) {
            failure = e;
        }
    }

    private void step() throws IOException {
        int choice = keys.isEmpty() ? 0 : random.nextInt(5);
        switch (choice) {
            case 0 -> append();
            case 1 -> repeat();
            case 2 -> readBack();
            case 3 -> createTask();
            default -> assertThat(timed(() -> server.get("/livez")).status()).isEqualTo(200);
        }
    }

    private void append() throws IOException {
        String key = name + "-" + requests;
        JsonNode receipt = post(key).get("receipt");
        keys.add(key);
        written.put(name + "/" + key, receipt.get("offset").asLong());
    }

    /** The same operation again, over a connection of its own: the first receipt is the answer. */
    private void repeat() throws IOException {
        String key = anyKey();
        assertThat(post(key).get("receipt").get("offset").asLong()).isEqualTo(offset(key));
    }

    private JsonNode post(String key) throws IOException {
        String path = "/v1/topics/" + name + "/records";
        String body = "{\"key\":\"" + key + "\",\"payload\":\"of " + key + "\"}";
        if (random.nextBoolean()) {
            Answer answer = timed(() -> server.post(path, body, "Idempotency-Key", key));
            assertThat(answer.status()).as(answer.body()).isEqualTo(201);
            return answer.json();
        }
        RawAnswer answer = timed(() -> {
            try (RawSocket socket = new RawSocket(server.port())) {
                socket.send("POST " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nIdempotency-Key: " + key
                        + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
                return only(socket.answers());
            }
        });
        assertThat(answer.status()).as(answer.body()).isEqualTo(201);
        return answer.json();
    }

    private static RawAnswer only(List<RawAnswer> answers) {
        assertThat(answers).hasSize(1);
        assertThat(answers.get(0).whole()).isTrue();
        return answers.get(0);
    }

    private void readBack() throws IOException {
        String key = anyKey();
        Answer answer = timed(() -> server.get("/v1/log?from=" + offset(key) + "&topic=" + name + "&limit=1"));
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        JsonNode record = answer.lines().get(0);
        assertThat(record.get("offset").asLong()).isEqualTo(offset(key));
        assertThat(record.get("key").asText()).isEqualTo(key);
        assertThat(record.get("payload").asText()).isEqualTo("of " + key);
    }

    private void createTask() throws IOException {
        String id = name + "-task-" + requests;
        Answer created = timed(() -> server.post("/v1/tasks", "{\"id\":\"" + id + "\"}", "Idempotency-Key", id));
        assertThat(created.status()).as(created.body()).isEqualTo(201);
        written.put("task/" + id, created.json().get("receipt").get("offset").asLong());
        Answer read = timed(() -> server.get("/v1/tasks/" + id));
        assertThat(read.status()).as(read.body()).isEqualTo(200);
        assertThat(read.body()).contains("\"id\":\"" + id + "\"");
    }

    private String anyKey() {
        return keys.get(random.nextInt(keys.size()));
    }

    private long offset(String key) {
        return written.get(name + "/" + key);
    }

    /** One request. */
    private interface Request<T> {
        T send() throws IOException;
    }

    private <T> T timed(Request<T> request) throws IOException {
        long begun = System.nanoTime();
        requests++;
        T answer = request.send();
        long nanos = System.nanoTime() - begun;
        slowestNanos = Math.max(slowestNanos, nanos);
        assertThat(Duration.ofNanos(nanos))
                .as("request %d of %s", requests, name)
                .isLessThan(answerMax);
        return answer;
    }

    /** Throws what it met, if it was not answered as it should have been. */
    void assertServed() {
        if (failure != null) {
            throw new AssertionError("a good client " + name + ": " + failure.getMessage(), failure);
        }
    }

    /** Topic and key of each write that was acknowledged, and its offset. */
    Map<String, Long> written() {
        return written;
    }

    int requests() {
        return requests;
    }

    Duration slowest() {
        return Duration.ofNanos(slowestNanos);
    }
}
