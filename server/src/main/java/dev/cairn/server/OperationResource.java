package dev.cairn.server;

import dev.cairn.Cairn;
import dev.cairn.OperationOutcome;
import java.io.IOException;
import java.util.List;

/**
 * {@code /v1/operations/{key}}: what became of a write whose answer was lost.
 *
 * <p>Threading: any thread.
 */
final class OperationResource {
    private final Cairn cairn;

    OperationResource(Service service) {
        this.cairn = service.cairn();
    }

    List<Route> routes() {
        return List.of(Route.get("/v1/operations/{key}", this::get));
    }

    private void get(Exchange exchange) throws IOException {
        OperationOutcome outcome = cairn.operation(exchange.name(3, "key"));
        exchange.json(200, json -> {
            json.writeStartObject();
            if (outcome instanceof OperationOutcome.Committed committed) {
                json.writeStringField("outcome", "committed");
                json.writeFieldName("receipt");
                ReceiptJson.write(json, committed.receipt());
            } else if (outcome instanceof OperationOutcome.Unknown unknown) {
                json.writeStringField("outcome", "unknown");
                json.writeNumberField("rememberedFrom", unknown.rememberedFrom());
            }
            json.writeEndObject();
        });
    }
}
