package dev.cairn.tools;

import dev.cairn.task.Task;
import dev.cairn.task.TaskCounts;
import dev.cairn.task.TaskPage;
import dev.cairn.task.TaskQuery;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code cairn list}: tasks by filter, or how many there are.
 *
 * <p>Threading: main thread.
 */
@Command(name = "list", description = "Lists tasks, or counts them by one of their fields.")
final class ListVerb extends Verb {
    private static final Set<String> COUNTED = Set.of("status", "owner", "queue");

    @Mixin
    private final Target target = new Target();

    @Mixin
    private final OutputFlag output = new OutputFlag();

    @Option(names = "--status", paramLabel = "S", split = ",", description = "Any of these statuses.")
    private List<String> statuses = List.of();

    @Option(names = "--owner", paramLabel = "O", description = "Only this owner's.")
    private @Nullable String owner;

    @Option(names = "--queue", paramLabel = "Q", description = "Only this queue's.")
    private @Nullable String queue;

    @Option(
            names = "--updated-after",
            paramLabel = "TIME",
            converter = Converters.Time.class,
            description = "Changed after this.")
    private @Nullable Instant updatedAfter;

    @Option(
            names = "--updated-before",
            paramLabel = "TIME",
            converter = Converters.Time.class,
            description = "Changed before this.")
    private @Nullable Instant updatedBefore;

    @Option(
            names = "--created-after",
            paramLabel = "TIME",
            converter = Converters.Time.class,
            description = "Created after this.")
    private @Nullable Instant createdAfter;

    @Option(
            names = "--created-before",
            paramLabel = "TIME",
            converter = Converters.Time.class,
            description = "Created before this.")
    private @Nullable Instant createdBefore;

    @Option(names = "--metadata", paramLabel = "NAME=VALUE", description = "Only with this value in the metadata.")
    private Map<String, String> metadata = new LinkedHashMap<>();

    @Option(
            names = "--order",
            paramLabel = "FIELD",
            description =
                    "id, createdAt, updatedAt or priority; with a minus, largest first. Default: ${DEFAULT-VALUE}.")
    private String order = "id";

    @Option(names = "--limit", paramLabel = "COUNT", description = "Tasks at most. Default: ${DEFAULT-VALUE}.")
    private long limit = TaskQuery.LIMIT_DEFAULT;

    @Option(names = "--count", paramLabel = "FIELD", description = "Counts by status, owner or queue instead.")
    private @Nullable String countBy;

    @Override
    ExitCode run() {
        if (limit < 1) {
            throw usage("expected --limit from 1, was " + limit);
        }
        if (countBy != null && !COUNTED.contains(countBy)) {
            throw usage("expected --count status, owner or queue, was " + countBy);
        }
        try (Source source = Sources.open(target, true, console())) {
            if (countBy == null) {
                list(source);
            } else {
                count(source.count(query(null, 1), countBy));
            }
            return ExitCode.OK;
        }
    }

    private TaskQuery query(@Nullable String cursor, long tasksMax) {
        boolean descending = order.startsWith("-");
        TaskQuery.Order by = switch (descending ? order.substring(1) : order) {
            case "id" -> TaskQuery.Order.ID;
            case "createdAt" -> TaskQuery.Order.CREATED_AT;
            case "updatedAt" -> TaskQuery.Order.UPDATED_AT;
            case "priority" -> TaskQuery.Order.PRIORITY;
            default -> throw usage("expected --order id, createdAt, updatedAt or priority, was " + order);
        };
        return new TaskQuery(
                statuses,
                owner,
                queue,
                updatedAfter,
                updatedBefore,
                createdAfter,
                createdBefore,
                metadata,
                by,
                descending,
                (int) Math.min(tasksMax, TaskQuery.LIMIT_MAX),
                cursor,
                -1,
                Duration.ZERO);
    }

    private void list(Source source) {
        Table table = new Table("ID", "STATUS", "OWNER", "QUEUE", "PRIORITY", "VERSION", "UPDATED");
        String cursor = null;
        long left = limit;
        while (true) {
            TaskPage page = source.list(query(cursor, left));
            page.tasks().stream().limit(left).forEach(task -> print(task, table));
            left -= Math.min(left, page.tasks().size());
            cursor = page.next();
            if (cursor == null || left == 0) {
                if (!output.json()) {
                    table.print(console());
                }
                if (cursor != null) {
                    console().flush();
                    console().notice("There are more; --limit shows them.");
                }
                return;
            }
        }
    }

    private void print(Task task, Table table) {
        if (output.json()) {
            console().line(Json.ofTask(task));
        } else {
            table.row(
                    task.id(),
                    task.status(),
                    task.owner() == null ? "-" : task.owner(),
                    task.queue(),
                    task.priority(),
                    task.version(),
                    Json.time(task.updatedAt()));
        }
    }

    private void count(TaskCounts counts) {
        Map<String, Long> sorted = new TreeMap<>(counts.counts());
        if (output.json()) {
            console().line(Json.object(json -> {
                json.writeObjectFieldStart("counts");
                for (Map.Entry<String, Long> count : sorted.entrySet()) {
                    json.writeNumberField(count.getKey(), count.getValue());
                }
                json.writeEndObject();
                json.writeNumberField("projectionOffset", counts.projectionOffset());
            }));
            return;
        }
        Table table = new Table();
        sorted.forEach((value, count) -> table.row(value.isEmpty() ? "-" : value, count));
        table.print(console());
    }
}
