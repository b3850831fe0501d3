package dev.cairn.bench;

import dev.cairn.Cairn;
import dev.cairn.EngineMetrics;
import dev.cairn.log.LogFilter;
import dev.cairn.log.LogPage;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * What it costs a writer that the newest records are kept in memory, and what readers of them gain: two engines that differ in
 * nothing else.
 *
 * <p>Threading: one at a time.
 */
final class RecentRing implements Experiment {
    private static final int WARM_UP = 150_000;
    /** The difference is small: many short turns, begun by either. */
    private static final int TURNS = 5;

    private static final int PAGE = 1_000;
    private static final double COST_MAX_PERCENT = 5;

    @Override
    public String name() {
        return "recent";
    }

    @Override
    public String title() {
        return "transitions with and without the newest records in memory, and reading the last " + PAGE;
    }

    @Override
    public void run(Settings settings, Path directory, Report report) throws Exception {
        String[] ids = Samples.ids(settings.tasks());
        try (Cairn with = Samples.open(directory.resolve("with"), Samples.withoutProjection());
                Cairn without = Samples.open(
                        directory.resolve("without"),
                        Samples.withoutProjection().recentRecordsMax(0))) {
            int[] withVersions = filled(with, ids, settings.seed());
            int[] withoutVersions = filled(without, ids, settings.seed());
            Measured.Runner kept = transitions(with, ids, withVersions, settings.seed());
            Measured.Runner bare = transitions(without, ids, withoutVersions, settings.seed());
            Measured.Runner keptReads = reads(with);
            Measured.Runner bareReads = reads(without);
            kept.warmUpWith(WARM_UP);
            bare.warmUpWith(WARM_UP);
            for (int i = 0; i < TURNS * settings.rounds(); i++) {
                Measured.Runner first = i % 2 == 0 ? bare : kept;
                Measured.Runner second = i % 2 == 0 ? kept : bare;
                first.round(settings.shortSeconds() / TURNS);
                second.round(settings.shortSeconds() / TURNS);
            }
            with.sync();
            without.sync();
            for (int i = -1; i < settings.rounds(); i++) {
                turn(bareReads, settings.shortSeconds() / 4, i);
                turn(keptReads, settings.shortSeconds() / 4, i);
            }
            gate(report, with, without, withVersions, kept, keptReads, bareReads);
            report.rate("transition, nothing kept", bare.median());
            report.rate("transition, the newest kept", kept.median());
            double percent = 100 * (1 / Measured.medianCpuRatio(kept, bare) - 1);
            report.goal("processor time for keeping", percent, "%", percent <= COST_MAX_PERCENT, "≤ 5 %");
            report.rate("the last " + PAGE + " records, from the segments", bareReads.median());
            report.rate("the last " + PAGE + " records, from memory", keptReads.median());
            report.ratio("of the segments", keptReads, bareReads);
        }
    }

    private static void turn(Measured.Runner runner, double seconds, int round) throws Exception {
        if (round < 0) {
            runner.warmUp(seconds);
        } else {
            runner.round(seconds);
        }
    }

    private static int[] filled(Cairn cairn, String[] ids, long seed) {
        Samples.create(cairn, ids, seed);
        int[] versions = new int[ids.length];
        Arrays.fill(versions, 1);
        return versions;
    }

    private static Measured.Runner transitions(Cairn cairn, String[] ids, int[] versions, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        return new Measured.Runner(i -> {
            int task = random.nextInt(ids.length);
            Samples.transition(cairn, ids[task], versions[task]++);
        });
    }

    private static Measured.Runner reads(Cairn cairn) {
        return new Measured.Runner(i -> {
            long end = cairn.watermarks().durableOffset() + 1;
            LogPage page = cairn.log().read(end - PAGE, end, LogFilter.all(), PAGE);
            if (page.records().size() != PAGE || page.next() != end) {
                throw new IllegalStateException("expected " + PAGE + " records up to " + end + ", was " + page.next());
            }
        });
    }

    private static void gate(
            Report report,
            Cairn with,
            Cairn without,
            int[] versions,
            Measured.Runner kept,
            Measured.Runner keptReads,
            Measured.Runner bareReads) {
        long sum = Arrays.stream(versions).asLongStream().sum() - versions.length;
        report.gate("one version for each transition", sum == kept.count(), sum);
        EngineMetrics memory = with.metrics();
        report.gate("each of its pages from memory", memory.recentHits() >= keptReads.count(), memory);
        EngineMetrics segments = without.metrics();
        report.gate("and from the segments without", segments.recentHits() == 0 && bareReads.count() > 0, segments);
    }
}
