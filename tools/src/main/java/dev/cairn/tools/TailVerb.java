package dev.cairn.tools;

import dev.cairn.log.From;
import dev.cairn.log.LogFilter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code cairn tail}: streams the audit trail.
 *
 * <p>Threading: main thread.
 */
@Command(
        name = "tail",
        description = "Streams the audit trail: the last 10 records, or from a position, or on and on.",
        footer = {"", "A POSITION is an offset, beginning, end, -N (the last N), a time, or an age as -15m."})
final class TailVerb extends Verb {
    private static final long COUNT_DEFAULT = 10;

    @Mixin
    private final Target target = new Target();

    @Mixin
    private final OutputFlag output = new OutputFlag();

    @Option(
            names = {"--from", "--since"},
            paramLabel = "POSITION",
            converter = Converters.Position.class,
            description = "Where to start.")
    private @Nullable From from;

    @Option(
            names = "--until",
            paramLabel = "POSITION",
            converter = Converters.Position.class,
            description = "Where to stop, before that record.")
    private @Nullable From until;

    @Option(names = "-n", paramLabel = "COUNT", description = "Records at most; without --from, the last so many.")
    private @Nullable Long count;

    @Option(
            names = {"-f", "--follow"},
            description = "Goes on as records come.")
    private boolean follow;

    @Option(names = "--topic", paramLabel = "T", description = "Only this topic.")
    private @Nullable String topic;

    @Option(names = "--key", paramLabel = "K", description = "Only this key.")
    private @Nullable String key;

    @Option(names = "--type", paramLabel = "T", description = "Only this type.")
    private @Nullable String type;

    @Option(names = "--skip-damaged", description = "Goes on behind damage, with a line that names the gap.")
    private boolean skipDamaged;

    @Override
    ExitCode run() {
        if (count != null && count < 0) {
            throw usage("expected -n from 0, was " + count);
        }
        LogWalk.Plan plan =
                new LogWalk.Plan(from, until, count(), follow, new LogFilter(topic, key, type), skipDamaged);
        try (Source source = Sources.open(target, false, console())) {
            RecordPrinter printer = new RecordPrinter(console(), output.json());
            return new LogWalk(source, plan, printer, console(), record -> true).run();
        }
    }

    private long count() {
        if (count != null) {
            return count;
        }
        return from == null ? COUNT_DEFAULT : Long.MAX_VALUE;
    }
}
