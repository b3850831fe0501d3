package dev.cairn.tools;

import dev.cairn.Ack;
import dev.cairn.Cairn;
import dev.cairn.CairnOptions;
import dev.cairn.WriteOptions;
import dev.cairn.run.NewSnapshot;
import dev.cairn.run.RunMetrics;
import dev.cairn.run.RunMode;
import dev.cairn.run.Runs;
import dev.cairn.run.SaveResult;
import dev.cairn.run.Snapshot;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What one mode makes of recorded runs: saves every state into a new directory, opens that once more, loads every snapshot, and
 * holds it against what was saved.
 *
 * <p>Threading: one thread.
 */
final class RunModeTrial {
    private final RunMode mode;
    private final List<String> ignore;
    private final Latencies saves = new Latencies();
    private final Latencies loads = new Latencies();
    private final List<Saved> saved = new ArrayList<>();

    /** A snapshot and what must come out of it again. */
    private record Saved(String run, String id, byte[] hash) {}

    /**
     * What came of it.
     *
     * @param writes snapshots written
     * @param skipped saves that were skipped
     * @param stateBytes of all states that were to be saved
     * @param storedBytes of the states as they are stored
     * @param logBytes of all frames of the log
     * @param wrong snapshots that did not load as they were saved
     */
    record Result(
            RunMode mode,
            long writes,
            long skipped,
            long stateBytes,
            long storedBytes,
            long logBytes,
            double saveMicrosMedian,
            double saveMicros99,
            double loadMicrosMedian,
            double loadMicros99,
            double seconds,
            long wrong) {
        /** How many times smaller the log is than all the states. */
        double ratio() {
            return logBytes == 0 ? 0 : (double) stateBytes / logBytes;
        }
    }

    RunModeTrial(RunMode mode, List<String> ignore) {
        this.mode = mode;
        this.ignore = ignore;
    }

    /** @param options of the engine; the mode is set here */
    Result run(RecordedRuns recorded, Path directory, CairnOptions.Builder options, Stopping stopping)
            throws IOException {
        CairnOptions engine = options.runMode(mode).projection(false).build();
        long begun = System.nanoTime();
        long[] stateBytes = {0};
        long logBytes;
        RunMetrics metrics;
        try (Cairn cairn = Cairn.open(directory, engine)) {
            long before = cairn.watermarks().bytes();
            recorded.play((run, state) -> {
                check(stopping);
                stateBytes[0] += state.length;
                save(cairn.runs(), run, state);
            });
            metrics = cairn.runs().metrics();
            logBytes = cairn.watermarks().bytes() - before;
        }
        double seconds = (System.nanoTime() - begun) / 1e9;
        long wrong;
        try (Cairn cairn = Cairn.open(directory, engine)) {
            wrong = saved.stream()
                    .filter(snapshot -> {
                        check(stopping);
                        return !loadsEqual(cairn.runs(), snapshot);
                    })
                    .count();
        }
        return new Result(
                mode,
                metrics.saves(),
                metrics.skips(),
                stateBytes[0],
                metrics.storedBytes(),
                logBytes,
                saves.micros(0.5),
                saves.micros(0.99),
                loads.micros(0.5),
                loads.micros(0.99),
                seconds,
                wrong);
    }

    private static void check(Stopping stopping) {
        if (stopping.requested()) {
            throw new VerbFailedException(ExitCode.TERMINATED, "stopped; nothing was kept");
        }
    }

    private void save(Runs runs, String run, byte[] state) {
        NewSnapshot snapshot =
                NewSnapshot.auto(new String(state, StandardCharsets.UTF_8)).ignore(ignore.toArray(String[]::new));
        long begin = System.nanoTime();
        SaveResult result = runs.save(run, snapshot, WriteOptions.defaults().withAck(Ack.ACCEPTED));
        saves.add(System.nanoTime() - begin);
        if (!result.skipped()) {
            saved.add(new Saved(run, result.snapshot().id(), sha256(state)));
        }
    }

    private boolean loadsEqual(Runs runs, Saved snapshot) {
        long begin = System.nanoTime();
        Snapshot loaded = runs.load(snapshot.run(), snapshot.id()).orElse(null);
        loads.add(System.nanoTime() - begin);
        return loaded != null
                && Arrays.equals(snapshot.hash(), sha256(loaded.state().getBytes(StandardCharsets.UTF_8)));
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("expected SHA-256 in every JDK", e);
        }
    }

    /**
     * Times that something took.
     *
     * <p>Threading: one thread.
     */
    private static final class Latencies {
        private long[] nanos = new long[1_024];
        private int count;

        void add(long taken) {
            if (count == nanos.length) {
                nanos = Arrays.copyOf(nanos, count * 2);
            }
            nanos[count++] = taken;
        }

        /** The time within which this part of all was done; 0 without any. */
        double micros(double part) {
            long[] sorted = Arrays.copyOf(nanos, count);
            Arrays.sort(sorted);
            return count == 0 ? 0 : sorted[Math.min(count - 1, (int) (count * part))] / 1e3;
        }
    }
}
