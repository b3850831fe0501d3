package dev.cairn.bench;

import dev.cairn.Progress;
import dev.cairn.inspect.Recovery;
import dev.cairn.log.From;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The plan of a repair: looking at all records of a log, beside looking at the last of them.
 *
 * <p>Threading: one at a time.
 */
final class Repairs implements Experiment {
    private static final int RECORDS = 1_000_000;
    private static final int LAST = 10_000;
    private static final int WARM_UP = 20;
    private static final int ROUNDS = 15;

    @Override
    public String name() {
        return "repair";
    }

    @Override
    public String title() {
        return "look at a log of 1 M records for damage, beside its last 10,000";
    }

    @Override
    public void run(Settings settings, Path directory, Report report) throws Exception {
        Replay.write(settings, directory, RECORDS);
        List<Timed> alls = new ArrayList<>();
        List<Timed> lasts = new ArrayList<>();
        for (int i = -WARM_UP; i < ROUNDS; i++) {
            Timed all = Timed.of(() -> plan(directory, null, RECORDS));
            Timed last = Timed.of(() -> plan(directory, From.last(LAST), LAST));
            if (i >= 0) {
                alls.add(all);
                lasts.add(last);
            }
        }
        report.line("all", "%,12.1f ms", 1e3 / Timed.median(alls).perSecond());
        report.line("the last 10,000", "%,12.1f ms", 1e3 / Timed.median(lasts).perSecond());
        double ratio = Timed.medianRatio(lasts, alls);
        report.goal("times faster", ratio, "×", ratio >= 10, "≥ 10×");
        double rate = Timed.median(alls).perSecond() * RECORDS;
        report.goal("looked at, all", rate, "records/s", rate >= 1_000_000, "≥ 1,000,000/s");
    }

    /** Makes one plan, the unit that is counted. */
    private static long plan(Path directory, @Nullable From from, long atLeast) {
        Recovery recovery = Recovery.plan(directory, from, null, Progress.NONE);
        long records = recovery.segments().stream()
                .mapToLong(Recovery.SegmentReport::records)
                .sum();
        if (recovery.isDue() || records < atLeast || records > atLeast + LAST) {
            throw new IllegalStateException("expected " + atLeast + " whole records, was " + records);
        }
        return 1;
    }
}
