package dev.cairn.tools;

import dev.cairn.log.From;
import dev.cairn.task.Task;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code cairn get}: one task.
 *
 * <p>Threading: main thread.
 */
@Command(name = "get", description = "Prints a task as it is, or was.")
final class GetVerb extends Verb {
    private static final From NOTHING = From.last(1);

    @Mixin
    private final Target target = new Target();

    @Mixin
    private final OutputFlag output = new OutputFlag();

    @Parameters(paramLabel = "ID", description = "The task.")
    @SuppressWarnings("NullAway.Init") // required
    private String id;

    @Option(
            names = "--as-of",
            paramLabel = "OFFSET|TIME",
            converter = Converters.Position.class,
            description = "After that record, or at that time of the log.")
    private @Nullable From asOf;

    @Override
    ExitCode run() {
        if (asOf != null && !isMoment(asOf)) {
            throw usage("expected --as-of OFFSET or TIME, was another position");
        }
        try (Source source = Sources.open(target, false, console())) {
            Task task = source.task(id, asOf)
                    .orElseThrow(() -> VerbFailedException.failed("expected a task " + id + ", was none"));
            if (output.json()) {
                console().line(Json.ofTask(task));
            } else {
                print(task);
            }
            return ExitCode.OK;
        }
    }

    /** An offset is that of the last record that counts, −1 for none: the same text stands for the last record elsewhere. */
    private static boolean isMoment(From from) {
        return from instanceof From.Offset || from instanceof From.Time || from.equals(NOTHING);
    }

    private void print(Task task) {
        if (task.incomplete()) {
            console().notice("records of this task were lost to damage; this is what is still known of it");
        }
        new Table()
                .row("id", task.id())
                .row("status", task.status())
                .row("owner", task.owner() == null ? "-" : task.owner())
                .row("queue", task.queue())
                .row("priority", task.priority())
                .row("attempts", task.attempts())
                .row("version", task.version())
                .row("revision", task.revision())
                .row("created", Json.time(task.createdAt()))
                .row("updated", Json.time(task.updatedAt()))
                .print(console());
        String metadata = Json.pretty(task.metadata());
        metadata.lines().forEach(line -> console().line(Printable.of(line)));
    }
}
