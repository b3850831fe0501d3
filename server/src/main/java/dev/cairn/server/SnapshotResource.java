package dev.cairn.server;

import dev.cairn.InvalidRequestException;
import dev.cairn.NotFoundException;
import dev.cairn.Receipt;
import dev.cairn.run.NewSnapshot;
import dev.cairn.run.Run;
import dev.cairn.run.Runs;
import dev.cairn.run.SaveResult;
import dev.cairn.run.Snapshot;
import dev.cairn.run.SnapshotInfo;
import dev.cairn.run.SnapshotPage;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code /v1/runs/{run}/snapshots}: the states of a run.
 *
 * <p>Threading: any thread.
 */
final class SnapshotResource {
    private static final String PATH = "/v1/runs/{run}/snapshots";
    private static final String ID = "id";
    private static final int ID_SEGMENT = 5;
    private static final Set<String> JSON = Set.of(Json.CONTENT_TYPE);

    /** The largest state: no JSON value in Cairn is larger. */
    private static final int STATE_BYTES_MAX = 16 << 20;

    private final Service service;
    private final Runs runs;

    SnapshotResource(Service service) {
        this.service = service;
        this.runs = service.cairn().runs();
    }

    List<Route> routes() {
        return List.of(
                Route.write("POST", PATH, this::save),
                Route.get(PATH, Set.of("limit", "cursor", "asOf"), this::list),
                Route.get(PATH + "/{id}", Set.of("asOf"), this::load));
    }

    private void save(Exchange exchange) throws IOException {
        String run = RunResource.run(exchange);
        // Room for the metadata around the state.
        byte[] body = exchange.body(JSON, STATE_BYTES_MAX + service.options().jsonBytesMax());
        SnapshotJson.Fields fields = new SnapshotJson.Fields();
        WriteFields write = new WriteFields();
        try (JsonReader json = JsonReader.object(body, 0, body.length)) {
            for (String name = json.next(); name != null; name = json.next()) {
                if (!fields.take(name, json) && !write.take(name, json)) {
                    throw json.unknown();
                }
            }
        }
        NewSnapshot snapshot = fields.snapshot();
        SaveResult saved = WriteRequest.of(exchange, service.ack(), body, write, () -> RunResource.revision(runs, run))
                .run(options -> runs.save(run, snapshot, options), SaveResult::receipt);
        answer(exchange, run, saved);
    }

    private static void answer(Exchange exchange, String run, SaveResult saved) throws IOException {
        SnapshotInfo snapshot = saved.snapshot();
        Receipt receipt = saved.receipt();
        if (receipt == null) {
            exchange.setEtag(snapshot.offset());
            exchange.json(200, json -> {
                json.writeStartObject();
                json.writeBooleanField("skipped", true);
                json.writeFieldName("snapshot");
                SnapshotJson.write(json, snapshot, null);
                json.writeEndObject();
            });
            return;
        }
        exchange.setHeader(
                "Location", "/v1/runs/" + Percent.encode(run) + "/snapshots/" + Percent.encode(snapshot.id()));
        exchange.setEtag(receipt.revision());
        exchange.json(201, json -> {
            json.writeStartObject();
            json.writeFieldName("snapshot");
            SnapshotJson.write(json, snapshot, null);
            json.writeFieldName("receipt");
            ReceiptJson.write(json, receipt);
            json.writeEndObject();
        });
    }

    private void list(Exchange exchange) throws IOException {
        String run = RunResource.run(exchange);
        int limit = Paging.limit(exchange.query());
        String asOf = exchange.query().position(AsOf.NAME);
        String list = exchange.resource() + asOf;
        long before = Paging.before(list, exchange.query().text("cursor"));
        SnapshotPage page = page(run, before, limit, asOf);
        boolean incomplete =
                RunResource.find(runs, run, asOf).filter(Run::incomplete).isPresent();
        exchange.json(200, json -> {
            json.writeStartObject();
            json.writeArrayFieldStart("snapshots");
            for (SnapshotInfo snapshot : page.snapshots()) {
                SnapshotJson.write(json, snapshot, null);
            }
            json.writeEndArray();
            json.writeStringField("next", page.next() < 0 ? null : Paging.cursorBefore(list, page.next()));
            if (incomplete) {
                json.writeBooleanField("incomplete", true);
            }
            json.writeEndObject();
        });
    }

    private SnapshotPage page(String run, long before, int limit, @Nullable String asOf) {
        if (asOf == null) {
            return runs.list(run, before, limit);
        }
        return AsOf.read(
                asOf,
                offset -> runs.listAsOf(run, offset, before, limit),
                time -> runs.listAsOf(run, time, before, limit));
    }

    private void load(Exchange exchange) throws IOException {
        String run = RunResource.run(exchange);
        String id = exchange.name(ID_SEGMENT, ID);
        Snapshot snapshot = find(run, id, exchange.query().position(AsOf.NAME))
                .orElseThrow(() -> new NotFoundException("snapshot", run + "/" + id));
        exchange.jsonUnlessKnown(
                snapshot.info().offset(), json -> SnapshotJson.write(json, snapshot.info(), snapshot.state()));
    }

    private Optional<Snapshot> find(String run, String id, @Nullable String asOf) {
        if (asOf == null) {
            return runs.load(run, id);
        }
        return AsOf.read(asOf, offset -> runs.loadAsOf(run, id, offset), time -> runs.loadAsOf(run, id, time));
    }

    /** Names the member that is missing. */
    static InvalidRequestException missing(String member) {
        return new InvalidRequestException("expected the member " + member + ", was none", "/" + member);
    }
}
