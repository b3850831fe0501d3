package dev.cairn.tools;

import dev.cairn.decision.DecisionExport;
import dev.cairn.decision.DecisionQuery;
import dev.cairn.log.From;
import dev.cairn.log.LogFilter;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code cairn export}: the audit trail as JSON lines, or decisions as Markdown.
 *
 * <p>Threading: main thread.
 */
@Command(name = "export", description = "Writes the audit trail as JSONL, one record a line, or decisions as Markdown.")
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

    @Option(names = "--task", paramLabel = "T", description = "Only decisions for this task.")
    private @Nullable String task;

    @Option(names = "--skip-damaged", description = "Goes on behind damage, with a line that names the gap.")
    private boolean skipDamaged;

    @Option(names = "--format", paramLabel = "jsonl|markdown", description = "Default: ${DEFAULT-VALUE}.")
    private Format format = Format.JSONL;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "json",
            hidden = true)
    @SuppressWarnings("UnusedVariable") // JSONL is for programs already
    private OutputFormat output = OutputFormat.JSON;

    @Override
    ExitCode run() throws IOException {
        if (format == Format.MARKDOWN) {
            return exportDecisions();
        }
        if (task != null) {
            throw usage("expected --task with --format markdown alone, was jsonl");
        }
        LogFilter filter = LogFilter.all().withTopic(topic);
        LogWalk.Plan plan = new LogWalk.Plan(from, until, Long.MAX_VALUE, false, filter, skipDamaged);
        try (Source source = Sources.open(target, false, console())) {
            RecordPrinter printer = new RecordPrinter(console(), true);
            return new LogWalk(
                            source, plan, printer, console(), record -> agent == null || agent.equals(record.actor()))
                    .run();
        }
    }

    private ExitCode exportDecisions() throws IOException {
        if (topic != null) {
            throw usage("expected no --topic with --format markdown, which is for decisions, was " + topic);
        }
        if (skipDamaged) {
            throw usage("expected --skip-damaged with --format jsonl alone, was markdown");
        }
        try (Source source = Sources.open(target, true, console())) {
            long first = from instanceof From.Beginning ? -1 : source.resolve(from) - 1;
            long end = until == null ? Long.MAX_VALUE : source.resolve(until);
            DecisionQuery query = DecisionQuery.all().agent(agent).task(task).between(first, end);
            DecisionExport.of(source::decisions, query).writeTo(console().text(), Long.MAX_VALUE);
            return ExitCode.OK;
        }
    }
}
