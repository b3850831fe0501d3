package dev.cairn.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cairn.CairnOptions;
import dev.cairn.harness.Trials;
import dev.cairn.harness.agents.LeaseFold;
import dev.cairn.server.TestServer.Answer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A holder whose process is stopped (SIGSTOP) past the end of its lease, and goes on (SIGCONT) as if nothing had been: what it
 * writes then is refused, each time.
 */
class PausedHolderTest {
    private static final int PAUSES_IN_BUILD = 20;
    private static final long TTL_MILLIS = 200;

    @TempDir
    Path directory;

    private TestServer server;
    private Process holder;
    private BufferedReader told;
    private int leases;
    private int refused;

    @Test
    void shouldRefuseWhatAHolderWritesThatWasPausedPastItsTime() throws Exception {
        assumeTrue(Files.isDirectory(Path.of("/proc/self")), "needs /proc to see that a process is stopped");
        server = TestServer.start(
                directory.resolve("data"), CairnOptions.builder().projection(false), options -> options);
        holder = start();
        told = new BufferedReader(new InputStreamReader(holder.getInputStream(), StandardCharsets.UTF_8));
        try {
            long pauses = Trials.of("paused holder", PAUSES_IN_BUILD).run(random -> pause());
            LeaseFold fold = LeaseFold.of(server.cairn());
            System.out.printf(
                    "paused holder: %d of %d late writes refused; %d writes under fences, none of them stale%n",
                    refused, pauses, fold.fenced());
            assertThat(refused).isEqualTo((int) pauses);
            assertThat(fold.fenced()).as("one of each holder").isEqualTo(2 * pauses);
        } finally {
            holder.destroyForcibly();
            server.close();
        }
    }

    private Process start() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xmx64m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        PausedHolder.class.getName(),
                        "http://127.0.0.1:" + server.port(),
                        String.valueOf(TTL_MILLIS))
                .redirectError(directory.resolve("errors.txt").toFile())
                .start();
    }

    /** Lets the holder acquire a lease and write under it. */
    private long hold(String lease) throws IOException {
        say(lease);
        String[] holds = told.readLine().split(" ");
        return holds[2].equals("201") ? Long.parseLong(holds[1]) : -1;
    }

    private void pause() throws Exception {
        String lease = "lease-" + leases++;
        long token = hold(lease);
        while (token < 0) { // on a slow machine it was over before its holder wrote at all
            say("go on");
            assertThat(told.readLine()).isEqualTo("told 409 true");
            lease = "lease-" + leases++;
            token = hold(lease);
        }
        signal("STOP");
        awaitStopped();

        Answer next = server.post("/v1/leases/" + lease, "{\"holder\":\"next\",\"ttlMs\":60000,\"waitMs\":20000}");
        long nextToken = next.json().get("token").asLong();
        assertThat(nextToken).isGreaterThan(token);
        assertThat(write(lease, nextToken).status()).isEqualTo(201);

        say("go on");
        signal("CONT");
        assertThat(told.readLine()).isEqualTo("told 409 true");
        for (JsonNode record : server.get("/v1/log?topic=work&key=" + lease).lines()) {
            long under = record.get("fences").get(0).get("token").asLong();
            boolean late = record.get("offset").asLong() > nextToken;
            assertThat(under).isEqualTo(late ? nextToken : token);
        }
        refused++;
    }

    private Answer write(String lease, long token) {
        return server.post(
                "/v1/topics/work/records",
                "{\"key\":\"" + lease + "\",\"payload\":" + token + "}",
                "Cairn-Fence",
                lease + "=" + token);
    }

    private void say(String line) throws IOException {
        holder.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
        holder.getOutputStream().flush();
    }

    private void signal(String name) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", "-" + name, String.valueOf(holder.pid())).start();
        assertThat(kill.waitFor()).isZero();
    }

    private void awaitStopped() throws IOException, InterruptedException {
        Path stat = Path.of("/proc/" + holder.pid() + "/stat");
        while (true) {
            String state = Files.readString(stat);
            if (state.charAt(state.lastIndexOf(')') + 2) == 'T') {
                return;
            }
            TimeUnit.MILLISECONDS.sleep(1);
        }
    }
}
