package dev.cairn.tools;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cairn.Cairn;
import dev.cairn.CairnOptions;
import dev.cairn.harness.Ledger;
import dev.cairn.harness.Teller;
import dev.cairn.harness.Told;
import dev.cairn.harness.Trials;
import dev.cairn.harness.Workload;
import dev.cairn.harness.WorkloadClient;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The kill loop through the front door: a server is killed while clients write to it, started again, and held against the ledger
 * that the clients keep, all over HTTP.
 */
class HttpKillLoopTest {
    private static final int KILLS_IN_BUILD = 4;
    private static final int CLIENTS = 3;
    private static final int PAGE_RECORDS = 1_000;
    private static final int GONE = 410;

    @TempDir
    Path root;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Workload workload = new Workload(System.nanoTime() >>> 1, CLIENTS, 100_000, 4);
    private final Ledger ledger = new Ledger(workload);

    @Test
    void shouldKeepEveryAcknowledgedWriteThroughKillsOfTheServer() throws Exception {
        Trials trials = Trials.of("HTTP kill loop", KILLS_IN_BUILD);
        int acksMin = trials.count() > KILLS_IN_BUILD ? 1_000 : 200;
        trials.run(random -> kill(random, acksMin + random.nextInt(acksMin * 3)));
        try (CairnProcess server = serve()) {
            check(server.url());
            server.terminate();
            assertThat(server.exit()).isEqualTo(ExitCode.TERMINATED.number());
        }
        checkRoots();
        System.out.printf("HTTP kill loop: %,d acknowledged writes%n", ledger.acknowledgements());
    }

    private CairnProcess serve() throws Exception {
        return CairnProcess.start(
                root,
                "serve",
                "--data",
                data(),
                "--port",
                "0",
                "--segment-bytes-max",
                "1MiB",
                "--unforced-records-max",
                2_000);
    }

    private Path data() {
        return root.resolve("data");
    }

    private void kill(Random random, int acks) throws Exception {
        try (CairnProcess server = serve()) {
            if (random.nextInt(4) == 0) {
                TimeUnit.MILLISECONDS.sleep(random.nextInt(1_500)); // while it opens
                server.kill();
                return;
            }
            String url = server.url();
            check(url);
            List<Thread> clients = write(url);
            long target = acknowledgements() + acks;
            while (acknowledgements() < target) {
                assertThat(clients).as("%s", server.err()).anyMatch(Thread::isAlive);
                TimeUnit.MILLISECONDS.sleep(1);
            }
            if (random.nextInt(4) == 0) {
                server.terminate();
                TimeUnit.MILLISECONDS.sleep(random.nextInt(150)); // while it closes
            }
            server.kill();
            for (Thread client : clients) {
                client.join();
            }
        }
    }

    private long acknowledgements() {
        synchronized (ledger) {
            return ledger.acknowledgements();
        }
    }

    private List<Thread> write(String url) {
        Teller teller = told -> {
            synchronized (ledger) {
                if (told instanceof Told.Ended ended) {
                    ledger.ended(ended);
                } else if (told instanceof Told.Outcome outcome) {
                    ledger.outcome(outcome);
                }
            }
        };
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            WorkloadClient client = new WorkloadClient(workload, i, new HttpDoor(http, url, teller), teller);
            long block = ledger.block(i);
            long done = ledger.done(i);
            clients.add(new Thread(() -> untilTheServerDies(client, block, done), "client-" + i));
        }
        clients.forEach(Thread::start);
        return clients;
    }

    private void untilTheServerDies(WorkloadClient client, long block, long done) {
        try {
            client.run(block, done);
        } catch (UncheckedIOException e) {
            return;
        } catch (RuntimeException | Error e) {
            synchronized (ledger) {
                failures.add(e);
            }
        }
    }

    private final List<Throwable> failures = new ArrayList<>();

    private void check(String url) throws Exception {
        assertThat(failures).isEmpty();
        ledger.checkLog(log(url), null);
        for (String key : workload.keys()) {
            HttpResponse<String> answer = get(url + "/v1/tasks/" + key);
            ledger.checkTask(answer.statusCode() == 404 ? new Told.TaskIs(key, "", 0, 0, 0) : task(key, answer));
        }
    }

    private static Told.TaskIs task(String key, HttpResponse<String> answer) throws Exception {
        JsonNode task = Json.parse(answer.body());
        return new Told.TaskIs(
                key,
                task.path("status").asText(),
                task.path("version").asLong(),
                task.path("revision").asLong(),
                Told.digest(task.path("metadata").toString()));
    }

    private List<Told> log(String url) throws Exception {
        List<Told> log = new ArrayList<>();
        for (long next = 0; true; ) {
            HttpResponse<String> page = get(url + "/v1/log?from=" + next + "&limit=" + PAGE_RECORDS);
            if (page.statusCode() == GONE) {
                long resume = Json.parse(page.body()).path("resumeFrom").asLong();
                log.add(new Told.Gap(next, resume));
                next = resume;
                continue;
            }
            page.body().lines().forEach(line -> log.add(seen(line)));
            next = Long.parseLong(page.headers().firstValue("Cairn-Next").orElseThrow());
            String gap = page.headers().firstValue("Cairn-Gap").orElse("");
            if (!gap.isEmpty()) {
                log.add(new Told.Gap(Long.parseLong(gap.split("-")[0]), Long.parseLong(gap.split("-")[1]) + 1));
            } else if (page.body().isEmpty()) {
                return log;
            }
        }
    }

    private static Told seen(String line) {
        try {
            JsonNode record = Json.parse(line);
            return new Told.Seen(
                    record.path("offset").asLong(),
                    record.path("epoch").asInt(),
                    record.path("version").asLong(),
                    record.path("prev").asLong(),
                    Workload.numberOf(record.path("actor").textValue()),
                    record.path("topic").asText(),
                    record.path("key").asText(),
                    record.path("type").asText(),
                    Told.digest(record.path("payload").toString()));
        } catch (java.io.IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private HttpResponse<String> get(String uri) throws Exception {
        return http.send(
                java.net.http.HttpRequest.newBuilder(URI.create(uri)).build(), HttpResponse.BodyHandlers.ofString());
    }

    /** Live, replayed and projected state are equal after all that. */
    private void checkRoots() {
        Map<String, String> live;
        try (Cairn cairn = Cairn.open(data())) {
            live = cairn.stateRoot().kinds();
        }
        CairnOptions replay = CairnOptions.builder().useCheckpoint(false).build();
        try (Cairn cairn = Cairn.open(data(), replay)) {
            assertThat(cairn.stateRoot().kinds()).isEqualTo(live);
            long last = cairn.stateRoot().offset();
            assertThat(cairn.projectionRoot(last, Duration.ofSeconds(20)).kinds())
                    .containsEntry("task", live.get("task"));
        }
    }
}
