package dev.cairn.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cairn.CairnOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class TailTest {
    private static final String EVENTS = "text/event-stream";

    @TempDir
    Path directory;

    private TestServer server;

    @BeforeEach
    void start() {
        server = TestServer.start(
                directory,
                CairnOptions.builder(),
                options -> options.tailsMax(2).idleTimeout(Duration.ofSeconds(1)));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private void append(String key, int payload) {
        server.post("/v1/topics/news/records", "{\"key\":\"" + key + "\",\"payload\":" + payload + "}");
    }

    /** One server-sent event. */
    private record Event(String id, String name, String data) {}

    private static BufferedReader reader(HttpResponse<InputStream> response) {
        return new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
    }

    private static Event next(BufferedReader in) throws IOException {
        String id = "";
        String name = "";
        String data = "";
        while (true) {
            String line = in.readLine();
            if (line == null) {
                throw new IOException("the stream ended");
            }
            if (line.startsWith("id: ")) {
                id = line.substring(4);
            } else if (line.startsWith("event: ")) {
                name = line.substring(7);
            } else if (line.startsWith("data: ")) {
                data = line.substring(6);
            } else if (line.isEmpty() && !name.isEmpty()) {
                return new Event(id, name, data);
            }
        }
    }

    private static Event nextRecord(BufferedReader in) throws IOException {
        Event event = next(in);
        while (event.name().equals("heartbeat")) {
            event = next(in);
        }
        return event;
    }

    @Test
    void shouldSendRecordsAsEventsAndHeartbeatsBetween() throws Exception {
        append("a", 1);
        HttpResponse<InputStream> response = server.stream("/v1/log/tail?from=-1", "Accept", EVENTS);
        try (BufferedReader in = reader(response)) {
            assertThat(response.headers().firstValue("Content-Type"))
                    .hasValueSatisfying(type -> assertThat(type).startsWith(EVENTS));
            Event record = next(in);
            assertThat(record.name()).isEqualTo("record");
            assertThat(TestServer.parse(record.data()).get("offset").asText()).isEqualTo(record.id());
            Event heartbeat = next(in);
            assertThat(heartbeat.name()).isEqualTo("heartbeat");
            assertThat(heartbeat.id()).isEmpty();
            assertThat(TestServer.parse(heartbeat.data()).get("offset").asText())
                    .isEqualTo(record.id());
            append("a", 2);
            assertThat(TestServer.parse(nextRecord(in).data()).get("payload").asInt())
                    .isEqualTo(2);
        }
    }

    @Test
    void shouldResumeBehindTheLastEvent() throws Exception {
        append("a", 1);
        append("b", 2);
        append("a", 3);
        String second;
        try (BufferedReader in = reader(server.stream("/v1/log/tail?from=beginning&topic=news", "Accept", EVENTS))) {
            nextRecord(in);
            second = nextRecord(in).id();
        }
        await().until(() -> server.get("/metrics").body().contains("cairn_tail_clients 0.0"));

        try (BufferedReader in =
                reader(server.stream("/v1/log/tail?from=beginning&key=a", "Accept", EVENTS, "Last-Event-ID", second))) {
            assertThat(TestServer.parse(nextRecord(in).data()).get("payload").asInt())
                    .isEqualTo(3);
        }
        assertThat(server.get("/v1/log/tail", "Last-Event-ID", "99999").status())
                .isEqualTo(400);
    }

    @Test
    void shouldStreamLinesWithoutEvents() throws Exception {
        append("a", 1);
        try (BufferedReader in = reader(server.stream("/v1/log/tail?from=-1"))) {
            assertThat(TestServer.parse(in.readLine()).get("payload").asInt()).isEqualTo(1);
            assertThat(in.readLine()).as("heartbeat").isEmpty();
        }
    }

    @Test
    void shouldSendAcceptedRecordsIfAskedTo() throws Exception {
        append("a", 1);
        try (BufferedReader in = reader(server.stream("/v1/log/tail?from=end&accepted=true", "Accept", EVENTS))) {
            next(in);
            server.post("/v1/topics/news/records?ack=accepted", "{\"key\":\"a\",\"payload\":2}");
            assertThat(TestServer.parse(nextRecord(in).data()).get("payload").asInt())
                    .isEqualTo(2);
        }
    }

    @Test
    void shouldRefuseMoreTailsThanAllowed() throws Exception {
        try (BufferedReader first = reader(server.stream("/v1/log/tail"));
                BufferedReader second = reader(server.stream("/v1/log/tail"))) {
            TestServer.Answer third = server.get("/v1/log/tail");

            assertThat(third.status()).isEqualTo(429);
            assertThat(third.json().get("code").asText()).isEqualTo("overloaded");
            assertThat(third.header("Retry-After")).isEqualTo("5");
            assertThat(first.ready() && second.ready()).isIn(true, false);
        }
    }

    @Test
    void shouldNotLetASlowReaderHoldUpAnybody() throws Exception {
        String payload = "\"" + "x".repeat(200_000) + "\"";
        try (Socket slow = new Socket()) {
            slow.setReceiveBufferSize(8 << 10);
            slow.connect(new java.net.InetSocketAddress("127.0.0.1", server.port()));
            slow.getOutputStream()
                    .write("GET /v1/log/tail HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            await().until(() -> server.get("/metrics").body().contains("cairn_tail_clients 1.0"));

            List<Integer> statuses = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                statuses.add(server.post("/v1/topics/big/records", "{\"key\":\"k\",\"payload\":" + payload + "}")
                        .status());
            }

            assertThat(statuses).containsOnly(201);
            // The connection does not move, so it is given up after the idle timeout.
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> server.get("/metrics").body().contains("cairn_tail_clients 0.0"));
        }
    }

    @Test
    void shouldEndTailsAndSayThatItIsDraining() throws Exception {
        try (BufferedReader in = reader(server.stream("/v1/log/tail"))) {
            server.server().close();

            String line = in.readLine();
            while (line != null) {
                assertThat(line).isEmpty();
                line = in.readLine();
            }
        }
    }
}
