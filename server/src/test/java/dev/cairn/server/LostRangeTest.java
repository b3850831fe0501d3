package dev.cairn.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.server.TestServer.Answer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Reading over the offsets that an unclean stop has used up. */
@Timeout(60)
class LostRangeTest {
    @TempDir
    Path directory;

    private TestServer server;
    private long lastBefore;
    private long firstAfter;

    @BeforeEach
    void start() throws IOException {
        Path stopped = directory.resolve("stopped");
        try (TestServer running = TestServer.start(directory.resolve("running"))) {
            lastBefore = append(running);
            copy(directory.resolve("running"), stopped);
        }
        server = TestServer.start(stopped);
        append(server);
        firstAfter = server.cairn()
                .log()
                .read(lastBefore, Long.MAX_VALUE, dev.cairn.log.LogFilter.all(), 1)
                .next();
        firstAfter = server.get("/v1/log?from=" + firstAfter)
                .json()
                .get("resumeFrom")
                .asLong();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static long append(TestServer to) {
        return to.post("/v1/topics/news/records", "{\"key\":\"k\",\"payload\":1}")
                .json()
                .get("receipt")
                .get("offset")
                .asLong();
    }

    private static void copy(Path from, Path to) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(from)) {
            files = all.toList();
        }
        for (Path file : files) {
            Files.copy(file, to.resolve(from.relativize(file).toString()));
        }
    }

    @Test
    void shouldTellWhereToGoOnToWhoAsksForIt() {
        Answer log = server.get("/v1/log?from=" + (lastBefore + 1));
        Answer tail = server.get("/v1/log/tail?from=" + (lastBefore + 1));

        assertThat(firstAfter).isGreaterThan(lastBefore + 1);
        assertThat(log.status()).isEqualTo(410);
        assertThat(log.json().get("code").asText()).isEqualTo("gone");
        assertThat(tail.status()).isEqualTo(410);
        assertThat(tail.json().get("resumeFrom").asLong()).isEqualTo(firstAfter);
    }

    @Test
    void shouldLeadWhoPagesThroughTheLogOverIt() {
        Answer before = server.get("/v1/log?topic=news");
        Answer after = server.get("/v1/log?topic=news&from=" + before.header("Cairn-Next"));

        assertThat(before.lines()).hasSize(1);
        assertThat(before.header("Cairn-Gap")).isEqualTo((lastBefore + 1) + "-" + (firstAfter - 1));
        assertThat(before.header("Cairn-Next")).isEqualTo(String.valueOf(firstAfter));
        assertThat(after.lines()).hasSize(1);
        assertThat(after.header("Cairn-Gap")).isEmpty();
    }

    @Test
    void shouldLeadAConsumerOverItAndTellUntilItIsCommitted() {
        String group = "/v1/consumers/g";
        Answer before = server.get(group + "/records?topic=news&limit=1");
        server.send("PUT", group + "/offset", "{\"offset\":" + before.header("Cairn-Next") + "}");
        Answer after = server.get(group + "/records");
        Answer again = server.get(group + "/records");
        server.send("PUT", group + "/offset", "{\"offset\":" + again.header("Cairn-Next") + "}");
        Answer rest = server.get(group + "/records");
        Answer inside = server.send("PUT", group + "/offset", "{\"offset\":" + (lastBefore + 2) + "}");

        assertThat(before.lines()).hasSize(1);
        assertThat(before.header("Cairn-Next")).isEqualTo(String.valueOf(lastBefore + 1));
        assertThat(after.lines()).hasSize(1);
        assertThat(after.header("Cairn-Gap")).isEqualTo((lastBefore + 1) + "-" + (firstAfter - 1));
        assertThat(again.header("Cairn-Gap")).isEqualTo(after.header("Cairn-Gap"));
        assertThat(rest.lines()).isEmpty();
        assertThat(rest.header("Cairn-Gap")).isEmpty();
        assertThat(inside.status()).isEqualTo(410);
        assertThat(inside.json().get("resumeFrom").asLong()).isEqualTo(firstAfter);
    }

    @Test
    void shouldTellAClientThatComesBackWhatItMissed() throws Exception {
        try (BufferedReader in = new BufferedReader(new InputStreamReader(
                server.stream(
                                "/v1/log/tail",
                                "Accept",
                                "text/event-stream",
                                "Last-Event-ID",
                                String.valueOf(lastBefore))
                        .body(),
                StandardCharsets.UTF_8))) {
            assertThat(List.of(in.readLine(), in.readLine(), in.readLine(), in.readLine(), in.readLine()))
                    .containsExactly(
                            "retry: 1000",
                            "",
                            "id: " + (firstAfter - 1),
                            "event: gap",
                            "data: {\"gap\":{\"first\":" + (lastBefore + 1) + ",\"last\":" + (firstAfter - 1) + "}}");
            assertThat(in.readLine()).isEmpty();
            assertThat(in.readLine()).isEqualTo("id: " + firstAfter);
        }
    }
}
