package dev.cairn.tools;

import dev.cairn.CairnException;
import dev.cairn.DamagedLogException;
import dev.cairn.DataDirectoryException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/**
 * The command {@code cairn}: the root under which every verb hangs, and the one place where exceptions become exit codes.
 *
 * <p>Threading: one instance per run, main thread.
 */
@Command(
        name = "cairn",
        description = "An event-sourced task log: every change is a record, every state is a fold.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        subcommands = {
            DemoVerb.class,
            ServeVerb.class,
            TailVerb.class,
            ImportVerb.class,
            ExportVerb.class,
            GetVerb.class,
            ListVerb.class,
            HistoryVerb.class,
            DescribeVerb.class,
            ReplayVerb.class,
            ConfigVerb.class,
            AutoComplete.GenerateCompletion.class
        })
final class CairnCli implements Runnable {
    private final Console console;
    private final Settings settings;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before any verb runs
    private CommandSpec spec;

    @Option(
            names = Settings.FILE_FLAG,
            paramLabel = "FILE",
            scope = CommandLine.ScopeType.INHERIT,
            description = "The configuration file. Default: $" + Settings.FILE_VARIABLE + ", else ./"
                    + Settings.FILE_NAME + " if it is there.")
    @SuppressWarnings("UnusedVariable") // Settings reads it before picocli parses
    private @Nullable Path configFile;

    private CairnCli(Console console, Settings settings) {
        this.console = console;
        this.settings = settings;
    }

    public static void main(String[] args) {
        System.exit(run(Console.ofProcess(System.getenv()), System.getenv(), args));
    }

    /** Runs one command line and returns the exit status. */
    static int run(Console console, Map<String, String> environment, String... args) {
        try {
            Settings settings = Settings.load(List.of(args), environment, Path.of(""));
            return commandLine(console, settings).execute(args);
        } catch (VerbFailedException e) {
            console.notice("cairn: " + e.getMessage());
            return e.exitCode().number();
        }
    }

    static CommandLine commandLine(Console console, Settings settings) {
        CommandLine root = new CommandLine(new CairnCli(console, settings));
        Objects.requireNonNull(root.getSubcommands().get("generate-completion"), "completion")
                .getCommandSpec()
                .usageMessage()
                .hidden(true);
        IParameterExceptionHandler usage = root.getParameterExceptionHandler();
        return root.setCaseInsensitiveEnumValuesAllowed(true)
                .setDefaultValueProvider(settings)
                .setOut(console.writer())
                .setErr(new PrintWriter(new OutputStreamWriter(console.err(), StandardCharsets.UTF_8), true))
                .setParameterExceptionHandler((e, args) -> {
                    usage.handleParseException(e, args);
                    explainOrigin(console, settings, e);
                    return ExitCode.USAGE.number();
                })
                .setExecutionExceptionHandler(CairnCli::failed);
    }

    /** A bad value that is not on the command line: says where it stands. */
    private static void explainOrigin(Console console, Settings settings, ParameterException e) {
        if (e.getArgSpec() instanceof OptionSpec option && e.getValue() != null) {
            ConfigKey.ofFlag(option.longestName())
                    .map(settings::of)
                    .filter(setting -> e.getValue().equals(setting.text()))
                    .ifPresent(setting -> console.notice("The value is from: " + setting.origin()));
        }
    }

    private static int failed(Exception failure, CommandLine verb, ParseResult parsed) {
        Console console = ((CairnCli) verb.getCommandSpec().root().userObject()).console;
        if (failure instanceof ClosedPipeException) {
            return ExitCode.CLOSED_PIPE.number();
        }
        if (failure instanceof ParameterException usage) {
            throw usage;
        }
        console.notice("cairn: " + message(failure));
        return exitCode(failure).number();
    }

    private static String message(Exception failure) {
        boolean known = failure instanceof CairnException
                || failure instanceof VerbFailedException
                || failure instanceof RefusedByServerException
                || failure instanceof UncheckedIOException;
        return known && failure.getMessage() != null ? failure.getMessage() : failure.toString();
    }

    private static ExitCode exitCode(Exception failure) {
        if (failure instanceof DataDirectoryException || failure instanceof DamagedLogException) {
            return ExitCode.DIRECTORY;
        }
        return failure instanceof VerbFailedException verb ? verb.exitCode() : ExitCode.FAILED;
    }

    Console console() {
        return console;
    }

    Settings settings() {
        return settings;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "expected a command, was nothing");
    }
}
