package dev.cairn.tools;

import dev.cairn.CairnException;
import dev.cairn.DamagedLogException;
import dev.cairn.DataDirectoryException;
import dev.cairn.InvalidRequestException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The command {@code cairn}: the root under which every verb hangs, and the one place where exceptions become exit codes.
 *
 * <p>Threading: one instance per run, main thread.
 */
@Command(
        name = "cairn",
        description = "An event-sourced task log: every change is a record, every state is a fold.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
final class CairnCli implements Runnable {
    /** Every verb in the order of the help, by its name. */
    private static final Map<String, Supplier<Object>> VERBS = verbs();

    /** What errors call those arguments of a command line that only the log or the engine can judge: positions, and a field. */
    private static final Set<String> ARGUMENTS =
            Set.of("from", "until", "asOf", "/offset", "/position", "field", "status");

    private static final int BAD_REQUEST = 400;

    private static final String COMPLETION = "generate-completion";

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
        Locale.setDefault(Locale.ROOT); // the same numbers for scripts and readers of the documentation everywhere
        System.exit(run(Console.ofProcess(System.getenv()), System.getenv(), args));
    }

    /** Runs one command line and returns the exit status. */
    static int run(Console console, Map<String, String> environment, String... args) {
        try {
            Settings settings = Settings.load(List.of(args), environment, Path.of(""));
            return commandLine(console, settings, verbOf(args)).execute(args);
        } catch (VerbFailedException e) {
            console.notice("cairn: " + e.getMessage());
            return e.exitCode().number();
        } catch (InternalError e) {
            console.notice(
                    "cairn: expected files that stay as long as they are while they are read, on a device that gives them;"
                            + " was a fault in mapped memory: " + e.getMessage());
            return ExitCode.DIRECTORY.number();
        }
    }

    private static Map<String, Supplier<Object>> verbs() {
        Map<String, Supplier<Object>> verbs = new LinkedHashMap<>();
        verbs.put("demo", DemoVerb::new);
        verbs.put("serve", ServeVerb::new);
        verbs.put("tail", TailVerb::new);
        verbs.put("import", ImportVerb::new);
        verbs.put("export", ExportVerb::new);
        verbs.put("get", GetVerb::new);
        verbs.put("list", ListVerb::new);
        verbs.put("history", HistoryVerb::new);
        verbs.put("explain", ExplainVerb::new);
        verbs.put("consumers", ConsumersVerb::new);
        verbs.put("describe", DescribeVerb::new);
        verbs.put("verify", VerifyVerb::new);
        verbs.put("replay", ReplayVerb::new);
        verbs.put("runs", RunsVerb::new);
        verbs.put("config", ConfigVerb::new);
        return verbs;
    }

    /** The verb that a command line begins with, or null when it takes more than a look to tell. */
    private static @Nullable String verbOf(String... args) {
        return args.length > 0 && VERBS.containsKey(args[0]) ? args[0] : null;
    }

    static CommandLine commandLine(Console console, Settings settings) {
        return commandLine(console, settings, null);
    }

    /** @param only the one verb that will be run, or null for all: reading the flags of all of them takes a while */
    private static CommandLine commandLine(Console console, Settings settings, @Nullable String only) {
        CommandLine root = new CommandLine(new CairnCli(console, settings));
        VERBS.forEach((name, verb) -> {
            if (only == null || only.equals(name)) {
                root.addSubcommand(verb.get());
            }
        });
        if (only == null) {
            CommandLine completion = new CommandLine(new AutoComplete.GenerateCompletion());
            completion.getCommandSpec().usageMessage().hidden(true);
            root.addSubcommand(COMPLETION, completion);
        }
        return root.registerConverter(Path.class, new Converters.Name())
                .registerConverter(UUID.class, new Converters.Installation())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setDefaultValueProvider(settings)
                .setOut(console.writer())
                .setErr(new PrintWriter(new OutputStreamWriter(console.err(), StandardCharsets.UTF_8), true))
                .setParameterExceptionHandler((e, args) -> {
                    printUsage(e);
                    explainOrigin(console, settings, e);
                    return ExitCode.USAGE.number();
                })
                .setExecutionExceptionHandler(CairnCli::failed);
    }

    /** As picocli does it, with our mark in front of the message. */
    private static void printUsage(ParameterException e) {
        CommandLine verb = e.getCommandLine();
        PrintWriter err = verb.getErr();
        err.println(verb.getColorScheme().errorText("cairn: " + e.getMessage()));
        if (!UnmatchedArgumentException.printSuggestions(e, err)) {
            verb.usage(err, verb.getColorScheme());
        }
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
        if (isBadArgument(failure)) {
            return ExitCode.USAGE;
        }
        return failure instanceof VerbFailedException verb ? verb.exitCode() : ExitCode.FAILED;
    }

    /** A position that the log has not come to is as wrong as one that cannot be read, though only the log can tell. */
    private static boolean isBadArgument(Exception failure) {
        if (failure instanceof InvalidRequestException invalid) {
            return ARGUMENTS.contains(String.valueOf(invalid.where()));
        }
        return failure instanceof RefusedByServerException refused
                && refused.status() == BAD_REQUEST
                && (ARGUMENTS.contains(refused.problem().path("parameter").asText())
                        || ARGUMENTS.contains(refused.problem().path("pointer").asText()));
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
