package dev.cairn.tools;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * The command {@code cairn}: the root under which every verb hangs.
 *
 * <p>Threading: one instance per run, main thread.
 */
@Command(
        name = "cairn",
        description = "An event-sourced task log: every change is a record, every state is a fold.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        exitCodeOnInvalidInput = CairnCli.EXIT_USAGE,
        exitCodeOnExecutionException = CairnCli.EXIT_FAILED)
final class CairnCli implements Runnable {

    /** The command line was not understood. */
    static final int EXIT_USAGE = 2;

    /** The command was understood, and what it asked for failed. */
    static final int EXIT_FAILED = 4;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before any verb runs
    private CommandSpec spec;

    private CairnCli() {}

    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        return new CommandLine(new CairnCli()).setCaseInsensitiveEnumValuesAllowed(true);
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "expected a command, was nothing");
    }
}
