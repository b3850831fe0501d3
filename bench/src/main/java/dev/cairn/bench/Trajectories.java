package dev.cairn.bench;

import dev.cairn.Cairn;
import dev.cairn.internal.json.Json;
import dev.cairn.internal.json.Members;
import dev.cairn.run.NewSnapshot;
import dev.cairn.run.RunMetrics;
import dev.cairn.run.RunMode;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPInputStream;

/**
 * Transcripts of agents at work, a snapshot behind every step, each of which is all messages so far: as differences, whole, and
 * deflated one by one.
 *
 * <p>Threading: one at a time.
 */
final class Trajectories implements Experiment {
    private static final String FILE = "trajectories.ndjson.gz";
    private static final int TIMES_SMALLER = 10;

    @Override
    public String name() {
        return "delta";
    }

    @Override
    public String title() {
        return "snapshots of real runs as differences, beside whole ones and beside deflating each";
    }

    /** The file, if this machine has it: in CAIRN_TEST_DATA, or in shared/data beside a directory above this one. */
    private static Optional<Path> file() {
        String named = System.getenv("CAIRN_TEST_DATA");
        if (named != null) {
            return Optional.of(Path.of(named, FILE)).filter(Files::exists);
        }
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            Path file = at.resolve("shared").resolve("data").resolve(FILE);
            if (Files.exists(file)) {
                return Optional.of(file);
            }
        }
        return Optional.empty();
    }

    @Override
    public void run(Settings settings, Path directory, Report report) throws Exception {
        Optional<Path> file = file();
        if (file.isEmpty()) {
            report.note("skipped: expected %s in CAIRN_TEST_DATA or in a directory shared/data above, was none", FILE);
            return;
        }
        Map<String, List<String>> states = read(file.get());
        long steps = states.values().stream().mapToLong(List::size).sum();
        Stored deltas = store(directory.resolve("warm-up"), RunMode.OPTIMISED, states);
        Stored whole = deltas;
        Stored deflated = deflated(states);
        for (int i = 0; i < settings.rounds(); i++) {
            whole = store(directory.resolve("whole-" + i), RunMode.STANDARD, states)
                    .better(i == 0 ? null : whole);
            deltas = store(directory.resolve("deltas-" + i), RunMode.OPTIMISED, states)
                    .better(i == 0 ? null : deltas);
            deflated = deflated(states).better(deflated);
        }
        report.gate("every state loaded as it was saved, from a new opening", deltas.exact && whole.exact, deltas);
        report.note("%d steps of %d runs; the fastest of the rounds", steps, states.size());
        print(report, "whole", whole);
        print(report, "deflated one by one, in memory", deflated);
        print(report, "differences", deltas);
        double times = (double) whole.stateBytes / deltas.stateBytes;
        report.goal("whole states, times differences", times, "×", times >= TIMES_SMALLER, "≥ 10×");
        double logTimes = (double) whole.logBytes / deltas.logBytes;
        report.goal("the same for all that the log keeps", logTimes, "×", logTimes >= TIMES_SMALLER, "≥ 10×");
    }

    /** What became of all states in one way to keep them. */
    private record Stored(long stateBytes, long logBytes, double saveMillis, double loadMillis, boolean exact) {
        /** The same with the shorter times. */
        Stored better(@org.jspecify.annotations.Nullable Stored other) {
            return other == null
                    ? this
                    : new Stored(
                            stateBytes,
                            logBytes,
                            Math.min(saveMillis, other.saveMillis),
                            Math.min(loadMillis, other.loadMillis),
                            exact && other.exact);
        }
    }

    private static void print(Report report, String what, Stored stored) {
        report.line(
                what,
                "%,12d B   %,12d B of log   saved in %,7.1f ms   loaded in %,7.1f ms",
                stored.stateBytes,
                stored.logBytes,
                stored.saveMillis,
                stored.loadMillis);
    }

    private static Map<String, List<String>> read(Path file) throws IOException {
        Map<String, List<String>> messages = new LinkedHashMap<>();
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                byte[] json = Json.object(line, "");
                messages.computeIfAbsent(session(json), ignored -> new ArrayList<>())
                        .add(new String(json, StandardCharsets.UTF_8));
            }
        }
        Map<String, List<String>> states = new LinkedHashMap<>();
        messages.forEach((session, all) -> {
            List<String> steps = new ArrayList<>();
            for (int i = 1; i <= all.size(); i++) {
                steps.add("[" + String.join(",", all.subList(0, i)) + "]");
            }
            states.put(session, steps);
        });
        return states;
    }

    private static String session(byte[] json) throws IOException {
        Members members = new Members(json, 0, json.length);
        while (members.next()) {
            if (members.name().equals("session")) {
                return members.text();
            }
        }
        throw new IOException("expected a session, was none");
    }

    private static Stored store(Path data, RunMode mode, Map<String, List<String>> states) {
        var options = Samples.withoutProjection().runMode(mode).build();
        RunMetrics saved;
        long logBytes;
        double saveMillis;
        try (Cairn cairn = Cairn.open(data, options)) {
            long before = cairn.watermarks().bytes();
            long begun = System.nanoTime();
            states.forEach((run, steps) -> {
                for (int i = 0; i < steps.size(); i++) {
                    cairn.runs().save(run, NewSnapshot.auto(steps.get(i)).id("step-" + i));
                }
            });
            saveMillis = (System.nanoTime() - begun) / 1e6;
            saved = cairn.runs().metrics();
            logBytes = cairn.watermarks().bytes() - before;
        }
        boolean[] exact = {
            saved.saves() == states.values().stream().mapToLong(List::size).sum()
        };
        try (Cairn cairn = Cairn.open(data, options)) {
            long begun = System.nanoTime();
            states.forEach((run, steps) -> {
                for (int i = 0; i < steps.size(); i++) {
                    exact[0] &= cairn.runs()
                            .load(run, "step-" + i)
                            .orElseThrow()
                            .state()
                            .equals(steps.get(i));
                }
            });
            double loadMillis = (System.nanoTime() - begun) / 1e6;
            return new Stored(saved.storedBytes(), logBytes, saveMillis, loadMillis, exact[0]);
        }
    }

    private static Stored deflated(Map<String, List<String>> states) throws IOException {
        long begun = System.nanoTime();
        long bytes = 0;
        for (List<String> steps : states.values()) {
            for (String state : steps) {
                ByteArrayOutputStream out = new ByteArrayOutputStream(state.length() / 4);
                try (DeflaterOutputStream deflater = new DeflaterOutputStream(out)) {
                    deflater.write(state.getBytes(StandardCharsets.UTF_8));
                }
                bytes += out.size();
            }
        }
        return new Stored(bytes, 0, (System.nanoTime() - begun) / 1e6, 0, true);
    }
}
