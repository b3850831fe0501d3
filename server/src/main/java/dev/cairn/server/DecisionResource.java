package dev.cairn.server;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.cairn.NotFoundException;
import dev.cairn.Receipt;
import dev.cairn.decision.Decision;
import dev.cairn.decision.Decisions;
import dev.cairn.decision.NewDecision;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * {@code /v1/decisions} and {@code /v1/decisions/{id}}: appending a decision, and reading one.
 *
 * <p>Threading: any thread.
 */
final class DecisionResource {
    private static final String TOPIC = "decision";
    private static final int ID_SEGMENT = 3;
    private static final Set<String> JSON_OR_MARKDOWN = jsonOrMarkdown();

    private final Service service;
    private final Decisions decisions;
    private final DecisionDocuments documents;

    DecisionResource(Service service) {
        this.service = service;
        this.decisions = service.cairn().decisions();
        this.documents = new DecisionDocuments(service);
    }

    private static Set<String> jsonOrMarkdown() {
        Set<String> types = new HashSet<>(DecisionDocuments.TYPES);
        types.add(Json.CONTENT_TYPE);
        return Set.copyOf(types);
    }

    List<Route> routes() {
        return List.of(
                Route.write("POST", "/v1/decisions", this::post),
                Route.get("/v1/decisions/{id}", Set.of("asOf"), this::get));
    }

    private void post(Exchange exchange) throws IOException {
        if (DecisionDocuments.TYPES.contains(exchange.contentType())) {
            documents.take(exchange);
        } else {
            append(exchange);
        }
    }

    private void append(Exchange exchange) throws IOException {
        byte[] body = exchange.body(JSON_OR_MARKDOWN, service.options().jsonBytesMax());
        DecisionJson.Fields fields = new DecisionJson.Fields();
        WriteFields write = new WriteFields();
        try (JsonReader json = JsonReader.object(body, 0, body.length)) {
            for (String name = json.next(); name != null; name = json.next()) {
                if (!fields.take(name, json) && !write.take(name, json)) {
                    throw json.unknown();
                }
            }
        }
        String given = fields.id();
        String id = given == null ? UuidCreator.getTimeOrderedEpoch().toString() : given;
        Names.notReserved(id, "/id");
        NewDecision decision = fields.newDecision(id);
        Receipt receipt = WriteRequest.of(exchange, service.ack(), body, write, () -> revision(id))
                .run(options -> decisions.append(decision, options));
        String made = given == null && receipt.replayed() ? TaskResource.keyAt(service, receipt.offset()) : id;
        exchange.setHeader("Location", "/v1/decisions/" + Percent.encode(made));
        answer(exchange, made, receipt);
    }

    private void answer(Exchange exchange, String id, Receipt receipt) throws IOException {
        Decision decision = Written.by(receipt, () -> decisions.get(id), () -> decisions.get(id));
        exchange.setEtag(receipt.revision());
        exchange.json(201, json -> {
            json.writeStartObject();
            if (decision != null) {
                json.writeFieldName("decision");
                DecisionJson.write(json, decision);
            }
            json.writeFieldName("receipt");
            ReceiptJson.write(json, receipt);
            json.writeEndObject();
        });
    }

    private long revision(String id) {
        return decisions.get(id).map(Decision::revision).orElse(-1L);
    }

    private void get(Exchange exchange) throws IOException {
        String id = exchange.name(ID_SEGMENT, "id");
        Names.notReserved(id, "id");
        String asOf = exchange.query().position("asOf");
        Decision found =
                (asOf == null ? decisions.get(id) : asOf(id, asOf)).orElseThrow(() -> new NotFoundException(TOPIC, id));
        exchange.jsonUnlessKnown(found.revision(), json -> DecisionJson.write(json, found));
    }

    private Optional<Decision> asOf(String id, String asOf) {
        return AsOf.read(asOf, offset -> decisions.getAsOf(id, offset), time -> decisions.getAsOf(id, time));
    }
}
