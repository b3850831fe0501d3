package dev.cairn.tools;

import dev.cairn.log.From;
import dev.cairn.log.LogFilter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code cairn export}: the audit trail as JSON lines.
 *
 * <p>Threading: main thread.
 */
@Command(name = "export", description = "Writes the audit trail as JSONL, one record a line.")
final class ExportVerb extends Verb {
    /** What an export is written as. */
    enum Format {
        JSONL,
        MARKDOWN
    }

    @Mixin
    private final Target target = new Target();

    @Option(names = "--topic", paramLabel = "T", description = "Only this topic.")
    private @Nullable String topic;

    @Option(
            names = "--from",
            paramLabel = "POSITION",
            converter = Converters.Position.class,
            description = "Where to start. Default: beginning.")
    private From from = From.beginning();

    @Option(
            names = "--until",
            paramLabel = "POSITION",
            converter = Converters.Position.class,
            description = "Where to stop, before that record. Default: end.")
    private @Nullable From until;

    @Option(names = "--agent", paramLabel = "A", description = "Only what this agent did.")
    private @Nullable String agent;

    @Option(names = "--format", paramLabel = "jsonl|markdown", description = "Default: ${DEFAULT-VALUE}.")
    private Format format = Format.JSONL;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "json",
            hidden = true)
    @SuppressWarnings("UnusedVariable") // JSONL is for programs already
    private OutputFormat output = OutputFormat.JSON;

    @Override
    ExitCode run() {
        if (format == Format.MARKDOWN) {
            throw usage("expected --format jsonl, was markdown: that is for decisions, which this version has not");
        }
        LogFilter filter = LogFilter.all().withTopic(topic);
        LogWalk.Plan plan = new LogWalk.Plan(from, until, Long.MAX_VALUE, false, filter, false);
        try (Source source = Sources.open(target, false, console())) {
            RecordPrinter printer = new RecordPrinter(console(), true);
            return new LogWalk(
                            source, plan, printer, console(), record -> agent == null || agent.equals(record.actor()))
                    .run();
        }
    }
}
