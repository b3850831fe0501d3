package dev.cairn.server;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.cairn.Ack;
import dev.cairn.Receipt;
import dev.cairn.task.Tasks;
import dev.cairn.task.Workflow;
import dev.cairn.task.WorkflowVersion;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;

/**
 * {@code /v1/workflow}: the workflow in force.
 *
 * <p>Threading: any thread.
 */
final class WorkflowResource {
    private final Tasks tasks;
    private final int bytesMax;
    private final Ack ack;

    WorkflowResource(Service service) {
        this.tasks = service.cairn().tasks();
        this.bytesMax = service.options().jsonBytesMax();
        this.ack = service.ack();
    }

    List<Route> routes() {
        return List.of(Route.get("/v1/workflow", this::get), Route.write("PUT", "/v1/workflow", this::put));
    }

    /** Puts another workflow in force; the one in force once more is no change, and no record unless there is a key to remember. */
    private void put(Exchange exchange) throws IOException {
        byte[] body = exchange.body(Set.of(Json.CONTENT_TYPE), bytesMax);
        WriteFields write = new WriteFields();
        Workflow wanted = Workflow.parse(document(body, write));
        Receipt receipt = WriteRequest.of(
                        exchange,
                        ack,
                        body,
                        write,
                        () -> tasks.workflowVersion().revision())
                .run(options -> tasks.workflow(wanted, options));
        // As the write left it, even if somebody else has put another one in force since.
        tag(exchange, receipt.revision());
        String workflow = wanted.toFullJson();
        exchange.json(200, json -> json.writeRawValue(workflow));
    }

    /** The body without the members that every write may carry: a workflow has none of their names. */
    private static String document(byte[] body, WriteFields write) throws IOException {
        Bytes bytes = new Bytes(body.length);
        try (JsonReader json = JsonReader.object(body, 0, body.length);
                JsonGenerator document = Json.generator(bytes)) {
            document.writeStartObject();
            for (String name = json.next(); name != null; name = json.next()) {
                if (!write.take(name, json)) {
                    document.writeFieldName(name);
                    document.writeRawValue(json.raw());
                }
            }
            document.writeEndObject();
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private void get(Exchange exchange) throws IOException {
        WorkflowVersion now = tasks.workflowVersion();
        String workflow = now.workflow().toFullJson();
        if (now.revision() < 0) {
            exchange.json(200, json -> json.writeRawValue(workflow));
        } else {
            exchange.jsonUnlessKnown(now.revision(), json -> json.writeRawValue(workflow));
        }
    }

    /** The standard workflow of a new installation has no record, and so no tag. */
    private static void tag(Exchange exchange, long revision) {
        if (revision >= 0) {
            exchange.setEtag(revision);
        }
    }
}
