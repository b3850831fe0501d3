package dev.cairn.bench;

import dev.cairn.Ack;
import dev.cairn.Batch;
import dev.cairn.Cairn;
import dev.cairn.Expect;
import dev.cairn.Receipt;
import dev.cairn.WriteOptions;
import dev.cairn.task.TaskPatch;
import dev.cairn.task.TaskWrites;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Writes that return when they are on disk, beside one force for each write and beside SQLite.
 *
 * <p>Threading: one at a time.
 */
final class DurableWrites implements Experiment {
    private static final int DOCUMENT_BYTES = 160;
    private static final int BLOCKING_THREADS = 16;
    private static final int TASKS_EACH = 1_000;
    private static final int IN_FLIGHT = 256;
    private static final int MORE_IN_FLIGHT = 4_096;

    @Override
    public String name() {
        return "durable";
    }

    @Override
    public String title() {
        return "durable transitions: blocking, in flight, in batches; beside one force per write, and SQLite";
    }

    @Override
    public void run(Settings settings, Path directory, Report report) throws Exception {
        String[] ids = Samples.ids(BLOCKING_THREADS * TASKS_EACH);
        try (Cairn cairn = Samples.open(directory.resolve("cairn"), Samples.withoutProjection());
                ForcePerWrite plain = new ForcePerWrite(directory.resolve("plain"), DOCUMENT_BYTES);
                SqliteUpdates sqlite = new SqliteUpdates(
                        directory.resolve("plain.db"), ids, Samples.metadata(settings.seed(), ids.length))) {
            Samples.create(cairn, ids, settings.seed());
            new Rounds(settings, report, ids, cairn, plain, sqlite).run();
        }
    }

    /** The rounds of one run. */
    private static final class Rounds {
        private final Settings settings;
        private final Report report;
        private final String[] ids;
        private final Cairn cairn;
        private final ForcePerWrite plain;
        private final SqliteUpdates sqlite;
        /** Versions and the next task of each thread; a thread has its own tasks. */
        private final int[] versions;

        private final int[] next = new int[BLOCKING_THREADS];
        private final int[] sqliteVersions;
        private long written;
        private long sqliteWritten;

        Rounds(Settings settings, Report report, String[] ids, Cairn cairn, ForcePerWrite plain, SqliteUpdates sqlite) {
            this.settings = settings;
            this.report = report;
            this.ids = ids;
            this.cairn = cairn;
            this.plain = plain;
            this.sqlite = sqlite;
            versions = new int[ids.length];
            sqliteVersions = new int[ids.length];
            java.util.Arrays.fill(versions, 1);
            java.util.Arrays.fill(sqliteVersions, 1);
        }

        void run() throws Exception {
            List<Crowd> plains = new ArrayList<>();
            List<Crowd> sqlites = new ArrayList<>();
            List<Crowd> ones = new ArrayList<>();
            List<Crowd> sixteens = new ArrayList<>();
            List<Crowd> flights = new ArrayList<>();
            List<Crowd> manyFlights = new ArrayList<>();
            List<Crowd> batches = new ArrayList<>();
            for (int i = -1; i < settings.rounds(); i++) {
                double seconds = i < 0 ? 1 : settings.roundSeconds();
                Crowd one = round(1, seconds, this::blocking);
                Crowd force = Crowd.round(1, seconds, thread -> {
                    plain.run();
                    return 1;
                });
                Crowd sixteen = round(BLOCKING_THREADS, seconds, this::blocking);
                Crowd flight = inFlight(seconds, IN_FLIGHT);
                Crowd manyFlight = inFlight(seconds, MORE_IN_FLIGHT);
                Crowd batch = round(1, seconds, this::batch);
                Crowd update = Crowd.round(1, seconds, this::sqlite);
                sqliteWritten += update.count();
                if (i >= 0) {
                    plains.add(force);
                    sqlites.add(update);
                    ones.add(one);
                    sixteens.add(sixteen);
                    flights.add(flight);
                    manyFlights.add(manyFlight);
                    batches.add(batch);
                }
            }
            gate();
            print("plain file, one force per write, 1 thread", plains, plains);
            print("SQLite, autocommit, WAL, FULL, 1 thread", sqlites, plains);
            print("durable, 1 blocking thread", ones, plains);
            Crowd sixteen = print("durable, 16 blocking threads", sixteens, plains);
            print("durable, 256 in flight, 1 thread", flights, plains);
            print("durable, 4,096 in flight, 1 thread", manyFlights, plains);
            print("durable, batches of 256, 1 thread", batches, plains);
            double times = Crowd.medianRatio(sixteens, plains);
            report.goal("16 threads, times one force per write", times, "×", times >= 8, "≥ 8×");
            double most = Math.max(
                    Crowd.medianRatio(batches, plains),
                    Math.max(Crowd.medianRatio(flights, plains), Crowd.medianRatio(manyFlights, plains)));
            report.goal("≥ 256 in flight, times one force per write", most, "×", most >= 50, "≥ 50×");
            report.goal("p99 of 16 threads", sixteen.p99Nanos() / 1e6, "ms", sixteen.p99Nanos() < 5_000_000, "< 5 ms");
        }

        private Crowd round(int threads, double seconds, Crowd.Operation operation) throws InterruptedException {
            Crowd crowd = Crowd.round(threads, seconds, operation);
            written += crowd.count();
            return crowd;
        }

        private Crowd print(String what, List<Crowd> rounds, List<Crowd> plains) {
            Crowd median = Crowd.median(rounds);
            report.line(
                    what,
                    "%,12.0f/s   p50 %8.3f ms   p99 %8.3f ms   %6.1f× one force per write",
                    median.perSecond(),
                    median.p50Nanos() / 1e6,
                    median.p99Nanos() / 1e6,
                    Crowd.medianRatio(rounds, plains));
            return median;
        }

        private int take(int thread) {
            int task = thread * TASKS_EACH + next[thread];
            next[thread] = (next[thread] + 1) % TASKS_EACH;
            return task;
        }

        private int blocking(int thread) {
            int task = take(thread);
            int version = versions[task]++;
            cairn.tasks().transition(ids[task], Samples.status(version + 1), Expect.version(version), Ack.DURABLE);
            return 1;
        }

        private int batch(int thread) {
            Batch batch = cairn.batch();
            for (int i = 0; i < IN_FLIGHT; i++) {
                int task = take(thread);
                int version = versions[task]++;
                batch.add(
                        TaskWrites.patch(ids[task], TaskPatch.empty().status(Samples.status(version + 1))),
                        WriteOptions.defaults().withExpect(Expect.version(version)));
            }
            for (Batch.Outcome outcome : batch.commit(Ack.DURABLE)) {
                if (outcome.receipt() == null) {
                    throw new IllegalStateException("expected every item to be accepted", outcome.refusal());
                }
            }
            return IN_FLIGHT;
        }

        private int sqlite(int thread) throws java.sql.SQLException {
            int task = take(thread);
            sqlite.transition(ids[task], sqliteVersions[task]++);
            return 1;
        }

        /** One thread that has so many writes on their way at any moment; the latency is from call to completion. */
        @SuppressWarnings("FutureReturnValueIgnored") // the stage counts its own failures
        private Crowd inFlight(double seconds, int most) throws InterruptedException {
            Semaphore room = new Semaphore(most);
            AtomicLong failures = new AtomicLong();
            org.HdrHistogram.ConcurrentHistogram histogram = new org.HdrHistogram.ConcurrentHistogram(3);
            long started = System.nanoTime();
            long end = started + (long) (seconds * 1e9);
            long count = 0;
            while (System.nanoTime() < end) {
                room.acquire();
                int task = take(0);
                int version = versions[task]++;
                long called = System.nanoTime();
                CompletableFuture<Receipt> future = cairn.tasks()
                        .transitionAsync(
                                ids[task],
                                Samples.status(version + 1),
                                WriteOptions.defaults().withExpect(Expect.version(version)));
                future.whenComplete((receipt, failure) -> {
                    histogram.recordValue(System.nanoTime() - called);
                    failures.addAndGet(failure == null ? 0 : 1);
                    room.release();
                });
                count++;
            }
            room.acquire(most);
            double elapsed = (System.nanoTime() - started) / 1e9;
            if (failures.get() > 0) {
                throw new IllegalStateException("expected every write to become durable, was not for " + failures);
            }
            written += count;
            return new Crowd(
                    count / elapsed, histogram.getValueAtPercentile(50), histogram.getValueAtPercentile(99), count);
        }

        private void gate() throws java.sql.SQLException {
            long sum = 0;
            for (String id : ids) {
                sum += cairn.tasks().get(id).orElseThrow().version() - 1;
            }
            report.gate("one version for each durable write", sum == written, sum + " for " + written);
            report.gate(
                    "everything is durable",
                    cairn.watermarks().durableOffset() == cairn.watermarks().endOffset() - 1,
                    cairn.watermarks());
            long inSqlite = sqlite.versions() - ids.length;
            report.gate("one version for each update of SQLite", inSqlite == sqliteWritten, inSqlite);
        }
    }
}
