package dev.cairn.tools;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.cairn.run.RunMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code cairn runs compare}: the same recorded runs saved in either mode, side by side.
 *
 * <p>Threading: main thread.
 */
@Command(
        name = "runs",
        description = "Saves recorded runs in both modes, in directories that are gone afterwards, and compares.",
        footer = {
            "",
            "Each line of a FILE is a step of the run that --key names, and the state is all its steps so far;",
            "with --states each line is a whole state of one run."
        })
final class RunsVerb extends Verb {
    /** What can be done with runs. */
    enum Action {
        COMPARE
    }

    private static final String STANDARD_INPUT = "-";

    @Mixin
    private final EngineFlags engine = new EngineFlags();

    @Mixin
    private final OutputFlag output = new OutputFlag();

    @Parameters(index = "0", paramLabel = "compare", description = "What to do.")
    @SuppressWarnings({"NullAway.Init", "UnusedVariable"}) // required; there is one action only
    private Action action;

    @Parameters(
            index = "1..*",
            paramLabel = "FILE",
            arity = "1..*",
            description = "NDJSON, plain, gzip or zstd; - is standard input.")
    @SuppressWarnings("NullAway.Init") // required
    private List<String> files;

    @Option(names = "--key", paramLabel = "F", description = "Field of the step's run. Default: ${DEFAULT-VALUE}.")
    private String key = "session";

    @Option(names = "--states", description = "Each line is a whole state.")
    private boolean states;

    @Option(
            names = "--ignore",
            paramLabel = "P,…",
            split = ",",
            description = "JSON pointers to parts of the state whose change alone is no reason to save.")
    private List<String> ignore = List.of();

    @Override
    ExitCode run() throws IOException {
        files.forEach(RunsVerb::check);
        engine.options();
        List<RunModeTrial.Result> results = new ArrayList<>();
        try (Stopping stopping = Stopping.install()) {
            Path directory = Files.createTempDirectory("cairn-runs-");
            List<ImportFile> inputs = new ArrayList<>();
            try {
                for (String file : files) {
                    inputs.add(input(file));
                }
                RecordedRuns recorded = new RecordedRuns(inputs, key, states);
                for (RunMode mode : RunMode.values()) {
                    RunModeTrial trial = new RunModeTrial(mode, ignore);
                    results.add(trial.run(recorded, directory.resolve(word(mode)), engine.options(), stopping));
                }
            } finally {
                for (ImportFile input : inputs) {
                    input.close();
                }
                delete(directory);
            }
        }
        print(results);
        return results.stream().allMatch(result -> result.wrong() == 0) ? ExitCode.OK : ExitCode.FINDINGS;
    }

    private static void check(String file) {
        if (!file.equals(STANDARD_INPUT) && !Files.isReadable(Path.of(file))) {
            throw VerbFailedException.failed(file + ": expected a file that can be read, was none");
        }
    }

    private static ImportFile input(String file) throws IOException {
        return file.equals(STANDARD_INPUT) ? ImportFile.spooled(System.in) : ImportFile.of(Path.of(file));
    }

    private void print(List<RunModeTrial.Result> results) {
        if (output.json()) {
            console().line(Json.object(json -> {
                for (RunModeTrial.Result result : results) {
                    json.writeObjectFieldStart(word(result.mode()));
                    write(json, result);
                    json.writeEndObject();
                }
            }));
            return;
        }
        Table table =
                new Table("", word(results.get(0).mode()), word(results.get(1).mode()));
        row(table, results, "snapshots written", result -> String.format("%,d", result.writes()));
        row(table, results, "skipped", result -> String.format("%,d", result.skipped()));
        row(table, results, "states", result -> ByteCount.describe(result.stateBytes()));
        row(table, results, "as stored", result -> ByteCount.describe(result.storedBytes()));
        row(table, results, "in the log", result -> ByteCount.describe(result.logBytes()));
        row(table, results, "times smaller", result -> String.format("%.1f", result.ratio()));
        row(table, results, "save p50", result -> micros(result.saveMicrosMedian()));
        row(table, results, "save p99", result -> micros(result.saveMicros99()));
        row(table, results, "load p50", result -> micros(result.loadMicrosMedian()));
        row(table, results, "load p99", result -> micros(result.loadMicros99()));
        row(table, results, "saved in", result -> String.format("%.2f s", result.seconds()));
        row(
                table,
                results,
                "loaded as saved",
                result -> String.format("%,d of %,d", result.writes() - result.wrong(), result.writes()));
        table.print(console());
    }

    private static void row(
            Table table, List<RunModeTrial.Result> results, String name, Function<RunModeTrial.Result, String> value) {
        table.row(name, value.apply(results.get(0)), value.apply(results.get(1)));
    }

    private static String micros(double micros) {
        return String.format("%,.0f µs", micros);
    }

    private static void write(JsonGenerator json, RunModeTrial.Result result) throws IOException {
        json.writeNumberField("writes", result.writes());
        json.writeNumberField("skipped", result.skipped());
        json.writeNumberField("stateBytes", result.stateBytes());
        json.writeNumberField("storedBytes", result.storedBytes());
        json.writeNumberField("logBytes", result.logBytes());
        json.writeNumberField("ratio", rounded(result.ratio()));
        json.writeNumberField("saveMicrosP50", rounded(result.saveMicrosMedian()));
        json.writeNumberField("saveMicrosP99", rounded(result.saveMicros99()));
        json.writeNumberField("loadMicrosP50", rounded(result.loadMicrosMedian()));
        json.writeNumberField("loadMicrosP99", rounded(result.loadMicros99()));
        json.writeNumberField("seconds", rounded(result.seconds()));
        json.writeNumberField("wrong", result.wrong());
    }

    private static double rounded(double number) {
        return Math.round(number * 1_000) / 1_000.0;
    }

    private static String word(RunMode mode) {
        return mode.name().toLowerCase(Locale.ROOT);
    }

    private static void delete(Path directory) throws IOException {
        List<Path> found;
        try (Stream<Path> paths = Files.walk(directory)) {
            found = paths.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : found) {
            Files.deleteIfExists(path);
        }
    }
}
