package dev.cairn.tools;

import dev.cairn.task.Task;
import dev.cairn.task.TaskQuery;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code cairn history}: a task's records, newest first.
 *
 * <p>Threading: main thread.
 */
@Command(name = "history", description = "Prints the records of a task, newest first.")
final class HistoryVerb extends Verb {
    @Mixin
    private final Target target = new Target();

    @Mixin
    private final OutputFlag output = new OutputFlag();

    @Parameters(paramLabel = "ID", description = "The task.")
    @SuppressWarnings("NullAway.Init") // required
    private String id;

    @Option(
            names = {"-n", "--limit"},
            paramLabel = "COUNT",
            description = "Records at most. Default: ${DEFAULT-VALUE}.")
    private long limit = TaskQuery.LIMIT_DEFAULT;

    @Override
    ExitCode run() {
        if (limit < 1) {
            throw usage("expected --limit from 1, was " + limit);
        }
        RecordPrinter printer = new RecordPrinter(console(), output.json());
        try (Source source = Sources.open(target, false, console())) {
            // Also the newest may be lost: then nothing that is printed tells of it.
            boolean told = source.task(id, null).filter(Task::incomplete).isPresent();
            if (told) {
                console().notice("records of this task were lost to damage; these are those that are left");
            }
            boolean incomplete = source.history(id, limit, printer::print);
            if (incomplete && !told) {
                console().notice("records of this task were lost to damage; those above are those that are left");
            }
        }
        return ExitCode.OK;
    }
}
