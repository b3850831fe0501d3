package dev.cairn.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cairn.CairnOptions;
import dev.cairn.LogRecord;
import dev.cairn.harness.Trials;
import dev.cairn.log.LogFilter;
import dev.cairn.log.LogPage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One server, a thousand tails with little to hear, and clients that do all that is wrong at once, while good clients go on
 * writing and reading: nobody bad is told anything but a problem, nobody good notices, and nothing of it is left behind.
 */
class HttpAbuseTest {
    private static final int TRIALS_IN_BUILD = 1;
    private static final int OF_EACH_KIND = 10;
    private static final int MORE_OF_ANY_KIND = 120;
    private static final int GOOD_CLIENTS = 4;

    private static final int IDLE_TAILS = 1_000;
    private static final int STALLED_TAILS = 16;
    /** For the stalled, and some for those that come and go. */
    private static final int SPARE_TAILS = 48;

    private static final int TAILS_TOO_MANY = 16;

    private static final Duration ANSWER_MAX = Duration.ofSeconds(10);
    private static final Duration SETTLE_MAX = Duration.ofSeconds(120);
    /** What each thread of the server keeps for its next request, and the like: more is kept only for what is written. */
    private static final long HEAP_GROWTH_BYTES_MAX = 64L << 20;

    private static final long HEAP_BYTES_OF_A_WRITE_MAX = 4L << 10;

    private static final int BULK_RECORDS = 64;
    private static final int BULK_RECORD_CHARS = 200_000;

    @TempDir
    Path directory;

    private final AbuseTally tally = new AbuseTally();
    private TestServer server;
    private ServerLoad calm;
    private long calmHeapBytes;
    private long heapBytesMax;
    private int goodClients;
    private int goodRequests;
    private int goodWrites;
    private int beacons;
    private Duration slowest = Duration.ZERO;

    @BeforeEach
    void start() {
        server = TestServer.start(
                directory,
                CairnOptions.builder(),
                options -> options.tailsMax(IDLE_TAILS + SPARE_TAILS)
                        .heartbeatInterval(Duration.ofSeconds(1))
                        .idleTimeout(Duration.ofSeconds(4)));
        String payload = "\"" + "x".repeat(BULK_RECORD_CHARS) + "\"";
        for (int i = 0; i < BULK_RECORDS; i++) {
            assertThat(server.post("/v1/topics/bulk/records", "{\"key\":\"k\",\"payload\":" + payload + "}")
                            .status())
                    .isEqualTo(201);
        }
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void shouldServeTheGoodWhateverTheBadDo() {
        calm = new ServerLoad(0, ServerLoad.of(server.server()).requests(), 0, 0, 0);
        settle();
        calmHeapBytes = heapBytes();

        long trials = Trials.of("HTTP abuse", TRIALS_IN_BUILD).run(this::trial);

        System.out.print(tally);
        System.out.printf(
                "HTTP abuse: %,d abuses beside %,d requests of good clients, the slowest took %d ms, %,d writes all there and none"
                        + " twice; %,d records to %,d tails each; heap after %+,d KiB at most%n",
                tally.tried(),
                goodRequests,
                slowest.toMillis(),
                goodWrites,
                beacons,
                IDLE_TAILS,
                (heapBytesMax - calmHeapBytes) >> 10);
        tally.assertAllTried(OF_EACH_KIND * trials);
        assertThat(goodWrites).isPositive();
    }

    private void trial(Random random) throws Exception {
        long begin = server.cairn().watermarks().endOffset();
        List<GoodClient> clients = new ArrayList<>();
        try (IdleTails idle = new IdleTails(server.port(), "/v1/log/tail?from=end&topic=beacon");
                StalledTails stalled = new StalledTails()) {
            takeAllTails(idle, random);
            stalled.open(server.port(), STALLED_TAILS);
            Map<GoodClient, Thread> running = start(random);
            clients.addAll(running.keySet());
            try {
                writeBeacon(idle);
                new Abusers(server.port(), tally).run(OF_EACH_KIND, MORE_OF_ANY_KIND, random);
                writeBeacon(idle);
                awaitGivenUp(idle);
            } finally {
                join(running);
            }
            clients.forEach(GoodClient::assertServed);
            idle.leave(IDLE_TAILS, random);
        }
        settle();
        assertThat(server.get("/livez").status()).isEqualTo(200);
        assertThat(server.get("/readyz").status()).isEqualTo(200);
        // Also what was made ready for those who did not wait for it.
        assertThat(server.get("/metrics").body())
                .contains("cairn_http_requests_seconds_count{", "status=\"4xx\"")
                .doesNotContain("status=\"5xx\"");
        assertWritten(begin, clients);
        assertHeapBounded();
    }

    /** Takes all places for tails; those too many are told so. Then leaves the spare ones to others. */
    private void takeAllTails(IdleTails idle, Random random) throws Exception {
        // On a machine with too much to do some are taken for silent before they are heard; they come again.
        await().atMost(SETTLE_MAX).until(() -> {
            idle.open(IDLE_TAILS + SPARE_TAILS - idle.pending());
            return idle.following() == IDLE_TAILS + SPARE_TAILS;
        });
        int refused = idle.told(429);
        idle.open(TAILS_TOO_MANY);
        await().atMost(SETTLE_MAX)
                .untilAsserted(() -> assertThat(idle.told(429)).isEqualTo(refused + TAILS_TOO_MANY));
        idle.dismiss(429, "overloaded");
        idle.leave(SPARE_TAILS, random);
        awaitTails(IDLE_TAILS);
    }

    private Map<GoodClient, Thread> start(Random random) {
        Map<GoodClient, Thread> running = new HashMap<>();
        for (int i = 0; i < GOOD_CLIENTS; i++) {
            GoodClient client = new GoodClient(server, "good-" + goodClients++, ANSWER_MAX, random.nextLong());
            Thread thread = new Thread(client, "good-client-" + i);
            thread.start();
            running.put(client, thread);
        }
        return running;
    }

    private static void join(Map<GoodClient, Thread> running) throws InterruptedException {
        running.keySet().forEach(GoodClient::stop);
        for (Thread thread : running.values()) {
            thread.join();
        }
    }

    /** Writes a record that each of the idle tails waits for. */
    private void writeBeacon(IdleTails idle) {
        String key = "beacon-" + beacons++;
        assertThat(server.post("/v1/topics/beacon/records", "{\"key\":\"" + key + "\",\"payload\":1}")
                        .status())
                .isEqualTo(201);
        await().atMost(SETTLE_MAX)
                .untilAsserted(() -> assertThat(idle.heard("\"" + key + "\"")).isEqualTo(IDLE_TAILS));
    }

    /** Readers that do not read are given up; those that have nothing to read are not. */
    private void awaitGivenUp(IdleTails idle) {
        awaitTails(IDLE_TAILS);
        assertThat(idle.following()).isEqualTo(IDLE_TAILS);
    }

    private void awaitTails(int count) {
        await().atMost(SETTLE_MAX)
                .untilAsserted(
                        () -> assertThat(ServerLoad.of(server.server()).tails()).isEqualTo(count));
    }

    /** Waits until nothing of what clients did is left: all of them have gone, or have been silent for too long. */
    private void settle() {
        await().atMost(SETTLE_MAX)
                .untilAsserted(() -> assertThat(ServerLoad.of(server.server()))
                        .matches(load -> load.isWithin(calm), "within " + calm));
    }

    /** Each write that a good client was told of is there once, and nothing else is but the beacons. */
    private void assertWritten(long begin, List<GoodClient> clients) {
        Map<String, List<Long>> found = found(begin);
        int expected = 0;
        for (GoodClient client : clients) {
            client.written()
                    .forEach((record, offset) ->
                            assertThat(found.remove(record)).as(record).containsExactly(offset));
            expected += client.written().size();
            goodRequests += client.requests();
            slowest = client.slowest().compareTo(slowest) > 0 ? client.slowest() : slowest;
        }
        assertThat(found.keySet()).allMatch(record -> record.startsWith("beacon/"));
        goodWrites += expected;
    }

    private Map<String, List<Long>> found(long begin) {
        Map<String, List<Long>> found = new HashMap<>();
        long end = server.cairn().watermarks().endOffset();
        for (long next = begin; next < end; ) {
            LogPage page = server.cairn().log().read(next, end, LogFilter.all(), 1_000);
            for (LogRecord record : page.records()) {
                found.computeIfAbsent(record.topic() + "/" + record.key(), key -> new ArrayList<>())
                        .add(record.offset());
            }
            next = page.next();
        }
        return found;
    }

    private void assertHeapBounded() {
        await().atMost(SETTLE_MAX)
                .untilAsserted(() -> assertThat(heapBytes() - calmHeapBytes)
                        .as("bytes of heap after garbage was collected, more than before")
                        .isLessThan(HEAP_GROWTH_BYTES_MAX + goodWrites * HEAP_BYTES_OF_A_WRITE_MAX));
        heapBytesMax = Math.max(heapBytesMax, heapBytes());
    }

    private static long heapBytes() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
