package dev.cairn.server;

import dev.cairn.Ack;
import dev.cairn.task.Tasks;
import dev.cairn.task.Workflow;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

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

    /** Puts another workflow in force; the one in force once more is no change and no record. */
    private void put(Exchange exchange) throws IOException {
        byte[] body = exchange.body(Set.of(Json.CONTENT_TYPE), bytesMax);
        tasks.workflow(Workflow.parse(Utf8.decode(body, 0, body.length, "")), WriteRequest.common(exchange, ack));
        get(exchange);
    }

    private void get(Exchange exchange) throws IOException {
        String workflow = tasks.workflow().toFullJson();
        exchange.json(200, json -> json.writeRawValue(workflow));
    }

    /** Every status that the workflow names. */
    static Set<String> statuses(Workflow workflow) {
        Set<String> statuses = new TreeSet<>(workflow.finals());
        statuses.add(workflow.first());
        workflow.transitions().forEach((from, to) -> {
            statuses.add(from);
            statuses.addAll(to);
        });
        return statuses;
    }
}
