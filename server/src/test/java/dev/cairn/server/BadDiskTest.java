package dev.cairn.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.harness.SmallDisk;
import dev.cairn.internal.disk.DiskFaults;
import java.io.IOException;
import java.nio.file.Path;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What clients see of a disk that fails or is full. */
class BadDiskTest {
    @TempDir
    Path temporary;

    @Test
    void shouldSayThatNothingMoreIsAcknowledgedAndServeReadsAfterAFailedForce() {
        Path directory = temporary.resolve("data");
        try (TestServer server = TestServer.start(directory)) {
            assertThat(create(server, "before").status()).isEqualTo(201);
            try (DiskFaults faults = DiskFaults.failEach(
                    directory, DiskFaults.On.FORCE, file -> file.toString().endsWith(".cq4"), DiskFaults.Fault.EIO)) {
                assertThat(create(server, "struck").status()).isGreaterThanOrEqualTo(500);
                assertThat(faults.hasStruck()).isTrue();
            }
            TestServer.Answer ready = server.get("/readyz");
            assertThat(ready.status()).isEqualTo(503);
            assertThat(ready.body()).contains("force failed").contains("Input/output error");
            for (int i = 0; i < 3; i++) {
                TestServer.Answer refused = create(server, "after-" + i);
                assertThat(refused.status()).isEqualTo(503);
                assertThat(refused.json().path("code").asText()).isEqualTo("not_ready");
            }
            assertThat(server.get("/v1/tasks/before").status()).isEqualTo(200);
            assertThat(server.get("/v1/log").status()).isEqualTo(200);
        }
    }

    @Test
    void shouldAnswer507OnAFullDiskAndGoOnWhenThereIsRoom() throws IOException {
        try (SmallDisk disk = SmallDisk.mount(temporary.resolve("disk"), 16)) {
            try (TestServer server = TestServer.start(temporary.resolve("disk/data"))) {
                assertThat(create(server, "first").status()).isEqualTo(201);
                disk.leave(0);
                TestServer.Answer answer = create(server, "t0");
                for (int i = 1; i < 1_000 && answer.status() == 201; i++) {
                    answer = create(server, "t" + i);
                }
                assertThat(answer.status()).isEqualTo(507);
                assertThat(answer.json().path("code").asText()).isEqualTo("out_of_space");
                assertThat(server.get("/v1/tasks/first").status()).isEqualTo(200);
                assertThat(server.get("/readyz").status()).isEqualTo(200);
                disk.release();
                Awaitility.await().until(() -> create(server, "late").status() == 201);
            }
        }
    }

    private static TestServer.Answer create(TestServer server, String id) {
        String text = "x".repeat(8_000);
        return server.post("/v1/tasks", "{\"id\":\"" + id + "\",\"metadata\":{\"text\":\"" + text + "\"}}");
    }
}
