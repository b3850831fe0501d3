package dev.cairn.bench;

import dev.cairn.Cairn;
import dev.cairn.run.NewSnapshot;
import dev.cairn.run.RunMetrics;
import dev.cairn.run.SaveResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Random;

/**
 * Automatic saves of a run's state of 10 KB: one that changes nothing but what is ignored, beside SHA-256 over the same bytes;
 * one that changes a member; and loading.
 *
 * <p>Threading: one at a time.
 */
final class AutoSaves implements Experiment {
    private static final int STATE_BYTES = 10_240;
    private static final int RUNS = 64;
    private static final int STEPS = 1_024;
    private static final int WARM_UP = 20_000;

    @Override
    public String name() {
        return "run";
    }

    @Override
    public String title() {
        return "automatic saves of a state of 10 KB: skipped, as a difference, loaded";
    }

    @Override
    public void run(Settings settings, Path directory, Report report) throws Exception {
        String[] bodies = new String[RUNS];
        for (int run = 0; run < RUNS; run++) {
            bodies[run] = body(new Random(settings.seed() + run));
        }
        try (Cairn cairn = Cairn.open(directory, Samples.withoutProjection().build())) {
            skipped(settings, report, cairn, bodies);
            saved(settings, report, cairn, bodies);
        }
    }

    /** The members of a state but for its step and time. */
    private static String body(Random random) {
        StringBuilder json = new StringBuilder(STATE_BYTES);
        json.append("\"plan\":[");
        for (int i = 0; json.length() < STATE_BYTES - 160; i++) {
            json.append(i == 0 ? "" : ",")
                    .append("{\"file\":\"src/main/java/Part")
                    .append(random.nextInt(10_000))
                    .append(".java\",\"done\":")
                    .append(random.nextBoolean())
                    .append(",\"lines\":")
                    .append(random.nextInt(1_000))
                    .append('}');
        }
        return json.append("],\"note\":\"\"").toString();
    }

    private static String state(String body, long step, long time) {
        return "{\"step\":" + step + ",\"updated_at\":" + time + "," + body + "}";
    }

    private static NewSnapshot auto(String state) {
        return NewSnapshot.auto(state).ignore("/updated_at");
    }

    private static String run(long i) {
        return "run-" + i % RUNS;
    }

    private static void skipped(Settings settings, Report report, Cairn cairn, String[] bodies) throws Exception {
        String[] states = new String[STEPS];
        byte[][] bytes = new byte[STEPS][];
        for (int i = 0; i < STEPS; i++) {
            states[i] = state(bodies[i % RUNS], 0, i);
            bytes[i] = states[i].getBytes(StandardCharsets.UTF_8);
        }
        for (int run = 0; run < RUNS; run++) {
            cairn.runs().save(run(run), auto(states[run]));
        }
        cairn.sync();
        long records = cairn.metrics().records();
        Measured.Runner engine = new Measured.Runner(i -> {
            SaveResult result = cairn.runs().save(run(i), auto(states[(int) (i % STEPS)]));
            if (!result.skipped()) {
                throw new IllegalStateException("expected a save to be skipped, was not: " + result);
            }
        });
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        Measured.Runner peer = new Measured.Runner(i -> digest.digest(bytes[(int) (i % STEPS)]));
        engine.warmUpWith(WARM_UP);
        peer.warmUpWith(WARM_UP);
        for (int i = 0; i < settings.rounds(); i++) {
            peer.round(settings.shortSeconds() / 2);
            engine.round(settings.shortSeconds() / 2);
        }
        Measured processor = engine.processorRound(settings.shortSeconds());
        RunMetrics metrics = cairn.runs().metrics();
        report.gate("each save skipped", metrics.skips() == engine.count(), metrics);
        report.gate(
                "no record for them",
                cairn.metrics().records() == records,
                cairn.metrics().records());
        Measured median = engine.median();
        report.note("states of %,d B", bytes[0].length);
        report.rate("SHA-256 of the same bytes", peer.median());
        report.rate("skipped save", median);
        report.processorTime("skipped save", processor);
        report.ratio("of SHA-256 alone", engine, peer);
        report.goal("skipped save, p50", median.p50Nanos() / 1e3, "µs", median.p50Nanos() < 100_000, "< 100 µs");
        report.goal("skipped save, p99", median.p99Nanos() / 1e3, "µs", median.p99Nanos() < 100_000, "< 100 µs");
    }

    private static void saved(Settings settings, Report report, Cairn cairn, String[] bodies) throws Exception {
        RunMetrics before = cairn.runs().metrics();
        long[] steps = new long[RUNS];
        Measured.Runner engine = new Measured.Runner(i -> {
            int run = (int) (i % RUNS);
            steps[run]++;
            cairn.runs().save(run(run), auto(state(bodies[run], steps[run], steps[run])));
        });
        engine.warmUpWith(WARM_UP / 4);
        engine.round(settings.shortSeconds());
        RunMetrics after = cairn.runs().metrics();
        Measured.Runner loads = new Measured.Runner(i -> {
            int run = (int) (i % RUNS);
            String expected = state(bodies[run], steps[run], steps[run]);
            if (!cairn.runs().latest(run(run)).orElseThrow().state().equals(expected)) {
                throw new IllegalStateException("expected the state of step " + steps[run] + " of " + run(run));
            }
        });
        loads.warmUpWith(WARM_UP / 4);
        loads.round(settings.shortSeconds() / 2);
        report.gate("a snapshot for each save", after.saves() - before.saves() == engine.count(), after);
        report.rate("save of a changed state, accepted", engine.median());
        report.line(
                "stored for each",
                "%,14.0f B of %,d",
                (double) (after.storedBytes() - before.storedBytes()) / engine.count(),
                (after.bytes() - before.bytes()) / engine.count());
        report.rate("load of the latest, compared", loads.median());
    }
}
