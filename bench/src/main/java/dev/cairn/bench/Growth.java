package dev.cairn.bench;

import dev.cairn.Cairn;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * What an append costs as the log grows: the median around 10,000 records and around the end.
 *
 * <p>Threading: one at a time.
 */
final class Growth implements Experiment {
    private static final int TASKS = 1_000;
    private static final int WINDOW = 10_000;

    @Override
    public String name() {
        return "growth";
    }

    @Override
    public String title() {
        return "append p50 in a short log and in a long one (10 M records with --full, else 1 M)";
    }

    @Override
    public void run(Settings settings, Path directory, Report report) throws Exception {
        String[] ids = Samples.ids(TASKS);
        run(directory.resolve("warm-up"), ids, 300_000, settings.seed());
        long records = settings.full() ? 10_000_000 : 1_000_000;
        long[] medians = run(directory.resolve("cairn"), ids, records, settings.seed());
        report.gate("every task at the version that the caller knows", medians[2] == records, medians[2]);
        report.line("p50 at 10,000 records", "%,10d ns", medians[0]);
        report.line("p50 at " + String.format("%,d", records) + " records", "%,10d ns", medians[1]);
        double ratio = (double) medians[1] / medians[0];
        report.goal("ratio", ratio, "×", ratio <= 1.2, "≤ 1.2×");
    }

    /** Medians of the first and the last windows, and the sum of all versions. */
    private static long[] run(Path directory, String[] ids, long records, long seed) {
        int[] versions = new int[ids.length];
        Arrays.fill(versions, 1);
        try (Cairn cairn = Samples.open(directory, Samples.withoutProjection())) {
            Samples.create(cairn, ids, seed);
            long done = ids.length;
            long[] medians = new long[3];
            long[] nanos = new long[WINDOW];
            while (done < records) {
                for (int i = 0; i < WINDOW && done < records; i++, done++) {
                    int task = (int) (done % ids.length);
                    long before = System.nanoTime();
                    Samples.transition(cairn, ids[task], versions[task]++);
                    nanos[i] = System.nanoTime() - before;
                }
                long[] sorted = nanos.clone();
                Arrays.sort(sorted);
                medians[done <= 2 * WINDOW ? 0 : 1] = sorted[WINDOW / 2];
            }
            for (String id : ids) {
                medians[2] += cairn.tasks().get(id).orElseThrow().version();
            }
            return medians;
        }
    }
}
