package dev.cairn.bench;

import dev.cairn.Ack;
import dev.cairn.Batch;
import dev.cairn.Cairn;
import dev.cairn.CairnOptions;
import dev.cairn.Expect;
import dev.cairn.Receipt;
import dev.cairn.WriteOptions;
import dev.cairn.task.TaskPage;
import dev.cairn.task.TaskPatch;
import dev.cairn.task.TaskQuery;
import dev.cairn.task.TaskWrites;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * How fast the projection follows, beside SQLite alone in transactions of a thousand, and how soon a write can be queried.
 *
 * <p>Threading: one at a time.
 */
final class Projected implements Experiment {
    private static final int WRITES_PER_SECOND = 10_000;
    private static final int BATCH = 1_000;

    @Override
    public String name() {
        return "projection";
    }

    @Override
    public String title() {
        return "projection: sustained rate, and write to queryable under " + WRITES_PER_SECOND + " writes/s";
    }

    @Override
    public void run(Settings settings, Path directory, Report report) throws Exception {
        String[] ids = Samples.ids(settings.tasks());
        int[] versions = new int[ids.length];
        java.util.Arrays.fill(versions, 1);
        int records = settings.full() ? 3_000_000 : 500_000;
        try (Cairn cairn = Samples.open(directory.resolve("cairn"), CairnOptions.builder());
                SqliteUpdates sqlite = new SqliteUpdates(
                        directory.resolve("plain.db"), ids, Samples.metadata(settings.seed(), ids.length))) {
            Samples.create(cairn, ids, settings.seed());
            awaitProjected(cairn);
            double plain = plain(sqlite, ids, settings);
            double projected = sustained(cairn, ids, versions, records, settings.seed());
            report.gate("state and projection have one root", sameRoot(cairn), cairn.watermarks());
            report.line("SQLite alone, transactions of " + BATCH, "%,12.0f updates/s", plain);
            report.line("projection, times SQLite alone", "%,14.2f ×", projected / plain);
            report.goal("projection, sustained", projected, "records/s", projected >= 100_000, "≥ 100,000/s");
            Histogram queryable = queryable(cairn, ids, versions, settings);
            report.gate("state and projection have one root", sameRoot(cairn), cairn.watermarks());
            double p99 = queryable.getValueAtPercentile(99) / 1e6;
            report.line("write to queryable, p50", "%,14.2f ms", queryable.getValueAtPercentile(50) / 1e6);
            report.goal("write to queryable, p99", p99, "ms", p99 < 50, "< 50 ms");
        }
    }

    private static double plain(SqliteUpdates sqlite, String[] ids, Settings settings) throws Exception {
        int[] versions = new int[ids.length];
        java.util.Arrays.fill(versions, 1);
        SplittableRandom random = new SplittableRandom(settings.seed());
        long started = System.nanoTime();
        long end = started + (long) (settings.roundSeconds() * 1e9);
        long count = 0;
        while (System.nanoTime() < end) {
            sqlite.begin();
            for (int i = 0; i < BATCH; i++) {
                int task = random.nextInt(ids.length);
                sqlite.transition(ids[task], versions[task]++);
            }
            sqlite.commit();
            count += BATCH;
        }
        return count * 1e9 / (System.nanoTime() - started);
    }

    /** Writes as fast as it goes; the rate is that of the projection until it has everything. */
    private static double sustained(Cairn cairn, String[] ids, int[] versions, int records, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        long started = System.nanoTime();
        for (int written = 0; written < records; written += BATCH) {
            Batch batch = cairn.batch();
            for (int i = 0; i < BATCH; i++) {
                int task = random.nextInt(ids.length);
                batch.add(
                        TaskWrites.patch(ids[task], TaskPatch.empty().status(Samples.status(versions[task] + 1L))),
                        WriteOptions.defaults().withExpect(Expect.version(versions[task]++)));
            }
            batch.commitAtomic(Ack.ACCEPTED);
        }
        awaitProjected(cairn);
        return records * 1e9 / (System.nanoTime() - started);
    }

    private static void awaitProjected(Cairn cairn) {
        cairn.sync();
        list(cairn, cairn.watermarks().endOffset() - 1);
    }

    private static boolean sameRoot(Cairn cairn) {
        cairn.sync();
        String projected = cairn.projectionRoot(cairn.watermarks().endOffset() - 1, Duration.ofMinutes(10))
                .kinds()
                .get("task");
        return projected != null && projected.equals(cairn.stateRoot().kinds().get("task"));
    }

    private static TaskPage list(Cairn cairn, long minOffset) {
        return cairn.tasks()
                .list(new TaskQuery(
                        List.of(),
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        Map.of(),
                        TaskQuery.Order.ID,
                        false,
                        1,
                        null,
                        minOffset,
                        Duration.ofMinutes(10)));
    }

    /** One thread writes at the given rate while this one asks for its own writes. */
    private static Histogram queryable(Cairn cairn, String[] ids, int[] versions, Settings settings) throws Exception {
        long end = System.nanoTime() + (long) (2 * settings.roundSeconds() * 1e9);
        int half = ids.length / 2;
        Thread writer = new Thread(() -> write(cairn, ids, versions, half, end), "bench-writer");
        writer.start();
        Histogram histogram = new Histogram(3);
        int task = half;
        while (System.nanoTime() < end) {
            long before = System.nanoTime();
            Receipt receipt = cairn.tasks()
                    .transition(ids[task], Samples.status(versions[task] + 1L), Expect.version(versions[task]++));
            list(cairn, receipt.offset());
            histogram.recordValue(System.nanoTime() - before);
            task = task + 1 == ids.length ? half : task + 1;
        }
        writer.join();
        return histogram;
    }

    private static void write(Cairn cairn, String[] ids, int[] versions, int tasks, long end) {
        long next = System.nanoTime();
        int task = 0;
        while (System.nanoTime() < end) {
            Samples.transition(cairn, ids[task], versions[task]++);
            task = (task + 1) % tasks;
            next += TimeUnit.SECONDS.toNanos(1) / WRITES_PER_SECOND;
            long left = next - System.nanoTime();
            if (left > 0) {
                LockSupport.parkNanos(left);
            }
        }
    }
}
