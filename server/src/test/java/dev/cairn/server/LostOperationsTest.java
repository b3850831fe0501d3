package dev.cairn.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cairn.CairnOptions;
import dev.cairn.Progress;
import dev.cairn.TestDirectories;
import dev.cairn.inspect.Recovery;
import dev.cairn.server.TestServer.Answer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Repeats of operations that the checkpoint remembers, and whose records a repair gave up. */
@Timeout(60)
class LostOperationsTest {
    @TempDir
    Path directory;

    /** A write under an operation id; its body holds a mark by which its record is found. */
    private record Write(String method, String path, String body) {
        Answer send(TestServer to) {
            return to.send(method, path, body, "Idempotency-Key", "op " + body.hashCode());
        }
    }

    private static final Write PATCHED = new Write("PATCH", "/v1/tasks/p", "{\"metadata\":{\"m\":\"mark-patched\"}}");
    private static final Write CREATED =
            new Write("POST", "/v1/tasks", "{\"id\":\"c\",\"metadata\":{\"m\":\"mark-created\"}}");
    private static final Write NAMELESS = new Write("POST", "/v1/tasks", "{\"metadata\":{\"m\":\"mark-nameless\"}}");
    private static final Write ENTITY =
            new Write("PUT", "/v1/entities/svc/e", "{\"properties\":{\"m\":\"mark-entity\"}}");
    private static final Write LINK =
            new Write("PUT", "/v1/entities/svc/e/links/on/svc/f", "{\"properties\":{\"m\":\"mark-link\"}}");
    private static final Write CONSUMER =
            new Write("PUT", "/v1/consumers/g", "{\"from\":\"beginning\",\"topic\":[\"mark-consumer\"]}");
    private static final Write DECISION = new Write(
            "POST", "/v1/decisions", "{\"id\":\"d\",\"agent\":\"a\",\"title\":\"mark-decision\",\"decision\":\"x\"}");
    private static final Write SNAPSHOT = new Write(
            "POST", "/v1/runs/r/snapshots", "{\"id\":\"s\",\"kind\":\"auto\",\"state\":{\"m\":\"mark-snapshot\"}}");
    private static final Write CLAIM =
            new Write("POST", "/v1/tasks/claim", "{\"agent\":\"mark-claim\",\"queue\":\"q\",\"ttlMs\":3600000}");
    private static final List<Write> ALL =
            List.of(PATCHED, CREATED, NAMELESS, ENTITY, LINK, CONSUMER, DECISION, SNAPSHOT, CLAIM);

    private Map<Write, Answer> writeAndLose() throws IOException {
        Map<Write, Answer> first = new HashMap<>();
        try (TestServer server = TestServer.start(directory)) {
            server.post("/v1/tasks", "{\"id\":\"p\",\"owner\":\"ann\"}");
            server.post("/v1/tasks", "{\"id\":\"claimed\",\"queue\":\"q\"}");
            server.send("PUT", "/v1/entities/svc/f", "{}");
            for (Write write : ALL) {
                Answer answer = write.send(server);
                assertThat(answer.status()).as(answer.body()).isBetween(200, 201);
                first.put(write, answer);
            }
            server.delete("/v1/tasks/c");
        }
        for (Write write : ALL) {
            TestDirectories.damageRecordWith(directory, write.body().replaceAll(".*(mark-[a-z]+).*", "$1"));
        }
        Recovery.plan(directory, 0, Long.MAX_VALUE, Progress.NONE)
                .apply(CairnOptions.builder().segmentBytesMax(1 << 20).build());
        return first;
    }

    @Test
    void shouldAnswerARepeatWhoseRecordIsLostWithTheFirstReceipt() throws IOException {
        Map<Write, Answer> first = writeAndLose();
        try (TestServer server = TestServer.start(directory)) {
            JsonNode before = server.get("/v1/tasks/p").json();
            for (Write write : List.of(PATCHED, CREATED, ENTITY, LINK, CONSUMER, DECISION)) {
                Answer repeat = write.send(server);
                assertThat(repeat.status()).as(repeat.body()).isBetween(200, 201);
                assertThat(repeat.header("Idempotent-Replay")).as(write.path()).isEqualTo("true");
                assertThat(repeat.json().get("receipt"))
                        .isEqualTo(first.get(write).json().get("receipt"));
            }
            Answer patched = PATCHED.send(server);
            assertThat(patched.json().get("task")).as("as it is now").isEqualTo(before);
            assertThat(before.get("incomplete").asBoolean()).isTrue();
            assertThat(server.get("/v1/tasks/p").json()).as("not done again").isEqualTo(before);
            assertThat(CREATED.send(server).json().has("task"))
                    .as("it was deleted since")
                    .isFalse();
        }
    }

    /** A session is complete up to its loss, and so are its messages. */
    @Test
    void shouldSayOfMessagesWhatIsSaidOfTheirSession() throws IOException {
        long before;
        try (TestServer server = TestServer.start(directory)) {
            before = server.post("/v1/sessions/s/messages", "{\"role\":\"user\",\"content\":\"first\"}")
                    .json()
                    .path("receipt")
                    .path("offset")
                    .asLong();
            server.post("/v1/sessions/s/messages", "{\"role\":\"user\",\"content\":\"mark-message\"}");
            server.post("/v1/sessions/s/messages", "{\"role\":\"user\",\"content\":\"last\"}");
        }
        TestDirectories.damageRecordWith(directory, "mark-message");
        Recovery.plan(directory, 0, Long.MAX_VALUE, Progress.NONE)
                .apply(CairnOptions.builder().segmentBytesMax(1 << 20).build());
        try (TestServer server = TestServer.start(directory)) {
            for (String what : List.of("/v1/sessions/s", "/v1/sessions/s/messages")) {
                assertThat(server.get(what).json().path("incomplete").asBoolean())
                        .as(what)
                        .isTrue();
                Answer then = server.get(what + "?asOf=" + before);
                assertThat(then.status()).as(then.body()).isEqualTo(200);
                assertThat(then.json().has("incomplete")).as(what).isFalse();
            }
        }
    }

    @Test
    void shouldSayThatItWasCommittedWhereOnlyTheLostRecordToldTheAnswer() throws IOException {
        Map<Write, Answer> first = writeAndLose();
        try (TestServer server = TestServer.start(directory)) {
            for (Write write : List.of(NAMELESS, SNAPSHOT, CLAIM)) {
                Answer repeat = write.send(server);
                long offset =
                        first.get(write).json().get("receipt").get("offset").asLong();
                assertThat(repeat.status()).as(repeat.body()).isEqualTo(410);
                assertThat(repeat.json().get("code").asText()).isEqualTo("gone");
                assertThat(repeat.json().get("detail").asText())
                        .contains("committed at offset " + offset + ", was given up by a repair");
                assertThat(repeat.json().has("resumeFrom")).isFalse();
            }
        }
    }

    @Test
    void shouldSayInTheHistoryOfADeletedTaskThatRecordsOfItAreLost() throws IOException {
        writeAndLose();
        try (TestServer server = TestServer.start(directory)) {
            assertThat(server.get("/v1/tasks/c").status()).isEqualTo(404);
            assertThat(server.get("/v1/tasks/c/history")
                            .json()
                            .path("incomplete")
                            .asBoolean())
                    .isTrue();
            server.post("/v1/tasks", "{\"id\":\"whole\"}");
            server.delete("/v1/tasks/whole");
            assertThat(server.get("/v1/tasks/whole/history").json().has("incomplete"))
                    .isFalse();
        }
    }
}
