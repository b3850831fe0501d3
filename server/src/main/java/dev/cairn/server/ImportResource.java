package dev.cairn.server;

import dev.cairn.Cairn;
import java.io.IOException;
import java.util.List;

/**
 * {@code /v1/imports/{source}}: how far an input has been taken in.
 *
 * <p>Threading: any thread.
 */
final class ImportResource {
    private final Cairn cairn;

    ImportResource(Service service) {
        this.cairn = service.cairn();
    }

    List<Route> routes() {
        return List.of(Route.get("/v1/imports/{source}", this::get));
    }

    private void get(Exchange exchange) throws IOException {
        String source = exchange.name(3, "source");
        long rows = cairn.imports().rows(source);
        exchange.json(200, json -> {
            json.writeStartObject();
            json.writeStringField("source", source);
            json.writeNumberField("rows", rows);
            json.writeEndObject();
        });
    }
}
