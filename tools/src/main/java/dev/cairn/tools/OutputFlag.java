package dev.cairn.tools;

import picocli.CommandLine.Option;

/**
 * The flag {@code -o}.
 *
 * <p>Threading: filled by picocli, then only read.
 */
final class OutputFlag {
    @Option(
            names = {"-o", "--output"},
            paramLabel = "text|json",
            description = "For people or for programs. Default: ${DEFAULT-VALUE}.")
    private OutputFormat format = OutputFormat.TEXT;

    boolean json() {
        return format == OutputFormat.JSON;
    }
}
