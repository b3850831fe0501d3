package dev.cairn.tools;

import picocli.CommandLine.Option;

/**
 * The flag {@code --help} of a verb.
 *
 * <p>Threading: picocli acts on it by itself.
 */
final class HelpFlag {
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Prints this help.")
    @SuppressWarnings("UnusedVariable") // picocli acts on it before the verb runs
    private boolean asked;
}
