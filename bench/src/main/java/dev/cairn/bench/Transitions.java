package dev.cairn.bench;

import dev.cairn.Cairn;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;

/**
 * A checked status transition in the same process, on one thread, beside the floor.
 *
 * <p>Threading: one at a time.
 */
final class Transitions implements Experiment {
    private static final int DOCUMENT_HEADER_BYTES = 32;
    /** Entity header, fixed fields, status, queue, no owner: what the state keeps of a task besides its metadata. */
    private static final int VALUE_BYTES = 40 + 25 + 9 + 9 + 2 + Samples.METADATA_BYTES;

    @Override
    public String name() {
        return "transition";
    }

    @Override
    public String title() {
        return "embedded status transition, checked and applied, accepted, one thread, beside the floor";
    }

    @Override
    public void run(Settings settings, Path directory, Report report) throws Exception {
        String[] ids = Samples.ids(settings.tasks());
        try (Cairn cairn = Samples.open(directory.resolve("cairn"), Samples.withoutProjection())) {
            Samples.create(cairn, ids, settings.seed());
            long bytesBefore = cairn.metrics().bytes();
            Versions versions = new Versions(ids, settings.seed());
            Measured.Runner engine = new Measured.Runner(i -> {
                int task = versions.next();
                Samples.transition(cairn, ids[task], versions.of[task]++);
            });
            engine.warmUp(settings.roundSeconds());
            long perDocument = DOCUMENT_HEADER_BYTES + (cairn.metrics().bytes() - bytesBefore) / engine.count();
            Path floorDirectory = Files.createDirectories(directory.resolve("floor"));
            SplittableRandom random = new SplittableRandom(settings.seed());
            try (Floor bare = new Floor(floorDirectory, ids, (int) perDocument, VALUE_BYTES, settings.seed())) {
                Measured.Runner floor = new Measured.Runner(i -> bare.run(random.nextInt(ids.length)));
                floor.warmUp(settings.roundSeconds());
                for (int i = 0; i < settings.rounds(); i++) {
                    floor.round(settings.roundSeconds());
                    engine.round(settings.roundSeconds());
                }
                gate(report, cairn, versions, ids, engine, bare, floor);
                report(report, engine, floor, perDocument);
            }
        }
    }

    /** The versions that the caller knows, and which task is next. */
    private static final class Versions {
        final int[] of;
        private final SplittableRandom random;

        Versions(String[] ids, long seed) {
            of = new int[ids.length];
            java.util.Arrays.fill(of, 1);
            random = new SplittableRandom(seed);
        }

        int next() {
            return random.nextInt(of.length);
        }
    }

    private static void gate(
            Report report,
            Cairn cairn,
            Versions versions,
            String[] ids,
            Measured.Runner engine,
            Floor bare,
            Measured.Runner floor) {
        long sum = 0;
        for (int i = 0; i < ids.length; i++) {
            var task = cairn.tasks().get(ids[i]).orElseThrow();
            boolean equal = task.version() == versions.of[i]
                    && (task.version() == 1 || task.status().equals(Samples.status(task.version())));
            sum += equal ? task.version() - 1 : Long.MIN_VALUE;
        }
        report.gate("every task at the version and status that the caller knows", sum == engine.count(), sum);
        report.gate(
                "the floor holds an entry for each task and wrote each append",
                bare.entries() == ids.length && bare.appended() == floor.count() + 1,
                bare.appended());
    }

    private static void report(Report report, Measured.Runner engine, Measured.Runner floor, long documentBytes) {
        Measured own = engine.median();
        report.note("%d B appended, %d B of state each time", documentBytes, VALUE_BYTES);
        report.rate("floor: bare append + map get + map put", floor.median());
        report.rate("embedded transition", own);
        double ratio = 100 * Measured.medianRatio(engine, floor);
        report.goal("of the floor", ratio, "%", ratio >= 70, "≥ 70 %");
        report.line("of the floor by processor time", "%,14.2f %%", 100 * Measured.medianCpuRatio(engine, floor));
        report.goal("p50", own.p50Nanos() / 1e3, "µs", own.p50Nanos() < 1_200, "< 1.2 µs");
        report.goal("p99", own.p99Nanos() / 1e3, "µs", own.p99Nanos() < 8_000, "< 8 µs");
    }
}
