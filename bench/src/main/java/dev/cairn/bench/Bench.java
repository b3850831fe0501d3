package dev.cairn.bench;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The benchmark command: runs the experiments one after another and prints their figures.
 *
 * <p>Threading: the main thread.
 */
public final class Bench {
    private static final List<Experiment> EXPERIMENTS = List.of(
            new Transitions(),
            new Creates(),
            new DurableWrites(),
            new Replay(),
            new Repairs(),
            new Opening(),
            new Growth(),
            new Subscribers(),
            new Projected(),
            new Http(),
            new LeasePairs(),
            new Claims(),
            new Updates(),
            new SessionAppends(),
            new AutoSaves(),
            new Trajectories(),
            new TaskContexts(),
            new EntityQueries(),
            new HookRates(),
            new RecentRing(),
            new HttpWork());

    private Bench() {}

    /** @param args see {@link Settings#USAGE} */
    public static void main(String[] args) throws Exception {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        if (args.length == 1 && args[0].equals("--list")) {
            EXPERIMENTS.forEach(experiment -> out.printf("%-14s %s%n", experiment.name(), experiment.title()));
            return;
        }
        Settings settings;
        try {
            settings = Settings.parse(args, Path.of(System.getProperty("java.io.tmpdir"), "cairn-bench"));
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.err.print(Settings.USAGE);
            System.exit(2);
            return;
        }
        Machine.describe(settings, out);
        Report report = new Report(out);
        for (Experiment experiment : EXPERIMENTS) {
            if (settings.wants(experiment.name())) {
                run(experiment, settings, report);
            }
        }
    }

    private static void run(Experiment experiment, Settings settings, Report report) throws Exception {
        report.section(experiment.name() + ": " + experiment.title());
        Path directory =
                Files.createTempDirectory(Files.createDirectories(settings.directory()), experiment.name() + "-");
        try {
            experiment.run(settings, directory, report);
        } finally {
            Machine.delete(directory);
        }
        System.gc(); // what the last experiment left behind is not the next one's cost
    }
}
