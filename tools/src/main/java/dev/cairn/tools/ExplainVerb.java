package dev.cairn.tools;

import com.fasterxml.jackson.databind.JsonNode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/**
 * {@code cairn explain}: why a field of a task is what it is.
 *
 * <p>Threading: main thread.
 */
@Command(
        name = "explain",
        description = "Says which record set a field of a task, by whom, under which lease, after which decision.")
final class ExplainVerb extends Verb {
    @Mixin
    private final Target target = new Target();

    @Mixin
    private final OutputFlag output = new OutputFlag();

    @Parameters(index = "0", paramLabel = "ID", description = "The task.")
    @SuppressWarnings("NullAway.Init") // required
    private String id;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "FIELD",
            description =
                    "status, owner, queue, priority, attempts, metadata or metadata.NAME. Default: ${DEFAULT-VALUE}.")
    private String field = "status";

    @Override
    ExitCode run() {
        try (Source source = Sources.open(target, false, console())) {
            JsonNode explanation = source.explanation(id, field);
            if (output.json()) {
                console().line(explanation.toString());
            } else {
                print(explanation);
            }
            return ExitCode.OK;
        }
    }

    private void print(JsonNode explanation) {
        JsonNode record = explanation.path("record");
        Table table = new Table().row(explanation.path("field").asText(), explanation.path("value"));
        if (record.isNull()) {
            console().notice("the record that set it was lost, or is not among the newest of the task");
        } else {
            table.row("before", explanation.path("before"))
                    .row(
                            "record",
                            record.path("offset").asText() + " "
                                    + record.path("type").asText())
                    .row("at", explanation.path("at").asText())
                    .row("actor", text(explanation.path("actor")));
        }
        if (explanation.path("incomplete").asBoolean()) {
            console()
                    .notice(
                            "records of the task, or of decisions about it, were lost to damage: there may be more to tell");
        }
        table.row("lease", lease(explanation.path("lease")))
                .row("decision", decision(explanation.path("decision")))
                .print(console());
        JsonNode refused = explanation.path("refused");
        if (!refused.isEmpty()) {
            printRefused(refused);
        }
    }

    private void printRefused(JsonNode refused) {
        console().line("");
        Table table = new Table("REFUSED", "ACTOR", "CODE", "DETAIL");
        for (JsonNode refusal : refused) {
            table.row(
                    refusal.path("at").asText(),
                    text(refusal.path("actor")),
                    refusal.path("code").asText(),
                    refusal.path("detail").asText());
        }
        table.print(console());
    }

    private static String lease(JsonNode lease) {
        if (lease.isNull()) {
            return "-";
        }
        String holder = lease.path("holder").isNull()
                ? ""
                : " held by " + lease.path("holder").asText();
        return lease.path("name").asText() + " token " + lease.path("token").asText() + holder;
    }

    private static String decision(JsonNode decision) {
        return decision.isNull()
                ? "-"
                : decision.path("id").asText() + " by " + decision.path("agent").asText() + ": "
                        + decision.path("title").asText();
    }

    private static String text(JsonNode value) {
        return value.isNull() ? "-" : value.asText();
    }
}
