package dev.cairn.bench;

import java.nio.file.Path;

/**
 * One comparison: measures the engine and its peer in turns, checks that both did their work, and reports.
 *
 * <p>Threading: one at a time.
 */
interface Experiment {
    /** How the command line names it. */
    String name();

    /** What it shows. */
    String title();

    /** @param directory an empty directory, removed afterwards */
    void run(Settings settings, Path directory, Report report) throws Exception;
}
