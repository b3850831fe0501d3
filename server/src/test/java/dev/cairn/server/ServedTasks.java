package dev.cairn.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cairn.server.TestServer.Answer;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A server in which a test makes tasks for agents to claim. */
abstract class ServedTasks {
    static final String CLAIM = "/v1/tasks/claim";
    static final String ANN = "{\"agent\":\"ann\",\"ttlMs\":60000}";

    @TempDir
    Path directory;

    TestServer server;

    @BeforeEach
    void start() {
        server = TestServer.start(directory);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    void create(String id, String members) {
        assertThat(server.post("/v1/tasks", "{\"id\":\"" + id + "\"" + members + "}")
                        .status())
                .isEqualTo(201);
    }

    static String fence(Answer claimed) {
        JsonNode lease = claimed.json().get("lease");
        return lease.get("name").asText() + "=" + lease.get("token").asLong();
    }
}
