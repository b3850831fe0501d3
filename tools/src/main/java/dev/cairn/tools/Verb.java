package dev.cairn.tools;

import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/**
 * What every verb has: its place under the root, the console, and an exit code as its answer.
 *
 * <p>Threading: one instance per run, main thread.
 */
abstract class Verb implements Callable<Integer> {
    @ParentCommand
    @SuppressWarnings("NullAway.Init") // picocli sets it before the verb runs
    private CairnCli cairn;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before the verb runs
    private CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Prints this help.")
    @SuppressWarnings("UnusedVariable") // picocli acts on it before the verb runs
    private boolean helpAsked;

    /** Does what was asked. */
    abstract ExitCode run() throws Exception;

    @Override
    public final Integer call() throws Exception {
        WorkingDirectory.requireSpelled();
        ExitCode code = run();
        console().flush();
        return code.number();
    }

    final Console console() {
        return cairn.console();
    }

    final Settings settings() {
        return cairn.settings();
    }

    final CommandSpec spec() {
        return spec;
    }

    /** A mistake in the command line. */
    final ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
