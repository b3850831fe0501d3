package dev.cairn.bench;

import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;

/**
 * How a run is made: what the command line said.
 *
 * <p>Threading: immutable.
 *
 * @param full whether the figures are to be taken properly (minutes) rather than quickly
 * @param seed of everything that is random
 * @param directory where data directories are made; its file system is the one that is measured
 * @param only names of the experiments to run, empty for all
 */
record Settings(boolean full, long seed, Path directory, Set<String> only) {
    static final String USAGE = """
            usage: java -jar bench/target/bench.jar [--full] [--seed=N] [--dir=DIR] [--only=NAME,NAME…] [--list]
              --full   minutes instead of seconds for each figure, and the log grows to 10 million records
              --dir    where data directories are made and removed again (default: cairn-bench below java.io.tmpdir)
            """;

    Settings {
        only = Set.copyOf(only);
    }

    /** @param fallback the directory to use when none is named */
    static Settings parse(String[] args, Path fallback) {
        boolean full = false;
        long seed = 20_260_101;
        Path directory = fallback;
        Set<String> only = new TreeSet<>();
        for (String arg : args) {
            if (arg.equals("--full")) {
                full = true;
            } else if (arg.startsWith("--seed=")) {
                seed = Long.parseLong(value(arg));
            } else if (arg.startsWith("--dir=")) {
                directory = Path.of(value(arg));
            } else if (arg.startsWith("--only=")) {
                only.addAll(Set.of(value(arg).split(",")));
            } else {
                throw new IllegalArgumentException("expected an option of the usage below, was " + arg);
            }
        }
        return new Settings(full, seed, directory, only);
    }

    private static String value(String arg) {
        return arg.substring(arg.indexOf('=') + 1);
    }

    boolean wants(String name) {
        return only.isEmpty() || only.contains(name);
    }

    /** Seconds of one timed round. */
    double roundSeconds() {
        return full ? 10 : 2.5;
    }

    /** Seconds of one of many timed rounds. */
    double shortSeconds() {
        return full ? 10 : 0.5;
    }

    /** Rounds whose median counts. */
    int rounds() {
        return full ? 5 : 3;
    }

    /** Tasks that transitions, reads and creates are spread over. */
    int tasks() {
        return 100_000;
    }
}
