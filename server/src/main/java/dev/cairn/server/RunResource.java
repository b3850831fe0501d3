package dev.cairn.server;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.cairn.NotFoundException;
import dev.cairn.Receipt;
import dev.cairn.run.Run;
import dev.cairn.run.RunPage;
import dev.cairn.run.RunQuery;
import dev.cairn.run.Runs;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code /v1/runs} and {@code /v1/runs/{run}}: which runs there are.
 *
 * <p>Threading: any thread.
 */
final class RunResource {
    private static final String TOPIC = "run";
    private static final int RUN_SEGMENT = 3;
    private static final Set<String> JSON = Set.of(Json.CONTENT_TYPE);

    private final Service service;
    private final Runs runs;

    RunResource(Service service) {
        this.service = service;
        this.runs = service.cairn().runs();
    }

    List<Route> routes() {
        return List.of(
                Route.get("/v1/runs", Set.of("task", "limit", "cursor", "minOffset", "waitMs"), this::list),
                Route.get("/v1/runs/{run}", Set.of("asOf"), this::get),
                Route.write("DELETE", "/v1/runs/{run}", this::delete));
    }

    private void list(Exchange exchange) throws IOException {
        Query query = exchange.query();
        RunQuery asked = new RunQuery(
                query.name("task"),
                Paging.limit(query),
                query.text("cursor"),
                Paging.minOffset(query),
                Paging.waitMax(query, Paging.WAIT_DEFAULT));
        RunPage page = waiting(asked);
        exchange.json(200, json -> {
            json.writeStartObject();
            json.writeArrayFieldStart("runs");
            for (Run run : page.runs()) {
                write(json, run);
            }
            json.writeEndArray();
            json.writeStringField("next", page.next());
            json.writeNumberField("projectionOffset", page.projectionOffset());
            json.writeEndObject();
        });
    }

    /** A query that may wait for an offset needs a place among those that wait. */
    private RunPage waiting(RunQuery query) {
        if (query.minOffset() < 0) {
            return runs.list(query);
        }
        service.waiters().enter();
        try {
            return runs.list(query);
        } finally {
            service.waiters().leave();
        }
    }

    private void get(Exchange exchange) throws IOException {
        String id = run(exchange);
        Run run = find(runs, id, exchange.query().position(AsOf.NAME))
                .orElseThrow(() -> new NotFoundException(TOPIC, id));
        exchange.jsonUnlessKnown(run.revision(), json -> write(json, run));
    }

    /** The run now, or as it was. */
    static Optional<Run> find(Runs runs, String id, @Nullable String asOf) {
        if (asOf == null) {
            return runs.get(id);
        }
        return AsOf.read(asOf, offset -> runs.getAsOf(id, offset), time -> runs.getAsOf(id, time));
    }

    private void delete(Exchange exchange) throws IOException {
        String id = run(exchange);
        byte[] body = exchange.body(JSON, service.options().jsonBytesMax());
        WriteFields write = new WriteFields();
        if (body.length > 0) {
            try (JsonReader json = JsonReader.object(body, 0, body.length)) {
                for (String name = json.next(); name != null; name = json.next()) {
                    if (!write.take(name, json)) {
                        throw json.unknown();
                    }
                }
            }
        }
        Receipt receipt = WriteRequest.of(exchange, service.ack(), body, write, () -> revision(runs, id))
                .run(options -> runs.delete(id, options));
        exchange.json(200, json -> {
            json.writeStartObject();
            json.writeFieldName("receipt");
            ReceiptJson.write(json, receipt);
            json.writeEndObject();
        });
    }

    static long revision(Runs runs, String id) {
        return runs.get(id).map(Run::revision).orElse(-1L);
    }

    /** The run that the path names. */
    static String run(Exchange exchange) {
        return Names.notReserved(exchange.name(RUN_SEGMENT, TOPIC), TOPIC);
    }

    private static void write(JsonGenerator json, Run run) throws IOException {
        json.writeStartObject();
        json.writeStringField("id", run.id());
        json.writeStringField("latest", run.latest());
        json.writeStringField("kind", run.kind().word());
        json.writeStringField("task", run.task());
        json.writeNumberField("snapshots", run.snapshots());
        json.writeNumberField("bytes", run.bytes());
        json.writeNumberField("storedBytes", run.storedBytes());
        json.writeNumberField("version", run.version());
        json.writeNumberField("revision", run.revision());
        json.writeStringField("createdAt", Times.format(run.createdAt()));
        json.writeStringField("updatedAt", Times.format(run.updatedAt()));
        if (run.incomplete()) {
            json.writeBooleanField("incomplete", true);
        }
        json.writeEndObject();
    }
}
