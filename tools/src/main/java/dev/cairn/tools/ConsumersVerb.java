package dev.cairn.tools;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cairn.log.From;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code cairn consumers}: groups and their lag; moves one, or deletes it.
 *
 * <p>Threading: main thread.
 */
@Command(name = "consumers", description = "Lists consumer groups with their lag, resets or deletes one.")
final class ConsumersVerb extends Verb {
    @Mixin
    private final Target target = new Target();

    @Mixin
    private final OutputFlag output = new OutputFlag();

    @Mixin
    private final EngineFlags engine = new EngineFlags();

    /** What is to be done. */
    enum Action {
        LIST,
        RESET,
        DELETE
    }

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "list|reset|delete",
            description = "What to do. Default: ${DEFAULT-VALUE}.")
    private Action action = Action.LIST;

    @Parameters(index = "1", arity = "0..1", paramLabel = "GROUP", description = "The group to reset or delete.")
    private @Nullable String group;

    @Option(
            names = "--to",
            paramLabel = "POSITION",
            converter = Converters.Position.class,
            description = "Where a reset leads: the next record to be read.")
    private @Nullable From to;

    @Override
    ExitCode run() {
        if ((action == Action.LIST) != (group == null)) {
            throw usage(group == null ? "expected a GROUP to " + word() + ", was none" : "expected no GROUP to list");
        }
        if ((action == Action.RESET) != (to != null)) {
            throw usage(to == null ? "expected --to POSITION, was none" : "expected --to with reset only");
        }
        Path directory = target.directory();
        boolean writes = action != Action.LIST;
        try (GroupAccess groups = directory == null
                ? new ServerGroups(target.server())
                : DirectoryGroups.open(directory, engine, writes, console())) {
            if (group == null) {
                list(groups);
            } else if (to == null) {
                groups.delete(group);
                printDeleted(group);
            } else {
                print(groups.reset(group, to));
            }
        }
        return ExitCode.OK;
    }

    private String word() {
        return action == Action.RESET ? "reset" : "delete";
    }

    private void list(GroupAccess groups) {
        if (output.json()) {
            groups.list(json -> console().line(json.toString()));
            return;
        }
        Table table = new Table("GROUP", "OFFSET", "LAG", "TOPIC", "TYPE", "READER", "UPDATED");
        groups.list(json -> addTo(table, json));
        table.print(console());
    }

    private void printDeleted(String name) {
        if (output.json()) {
            console()
                    .line(Json.newObject()
                            .put("group", name)
                            .put("deleted", true)
                            .toString());
        } else {
            console().line("deleted " + name);
        }
    }

    private void print(JsonNode json) {
        if (output.json()) {
            console().line(json.toString());
        } else {
            Table table = new Table();
            addTo(table, json);
            table.print(console());
        }
    }

    private static void addTo(Table table, JsonNode json) {
        table.row(
                json.path("group").asText(),
                json.path("offset").asText(),
                json.path("lag").asText(),
                names(json.path("topic")),
                names(json.path("type")),
                json.path("reader").path("name").asText("-"),
                json.path("updatedAt").asText());
    }

    private static String names(JsonNode names) {
        return names.isNull() ? "-" : names.isTextual() ? names.asText() : names.toString();
    }
}
