package dev.cairn.server;

import dev.cairn.Receipt;
import dev.cairn.entity.Entities;
import dev.cairn.entity.EntityRef;
import dev.cairn.entity.TypedEntity;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * {@code /v1/entities/{type}/{id}}: one entity, its changes and its history.
 *
 * <p>Threading: any thread.
 */
final class EntityResource {
    private static final String PATH = "/v1/entities/{type}/{id}";
    private static final String TOPIC = "entity";
    private static final int TYPE_SEGMENT = 3;
    private static final Set<String> JSON = Set.of(Json.CONTENT_TYPE);
    private static final Set<String> PATCH = Set.of(Json.CONTENT_TYPE, "application/merge-patch+json");

    private final Service service;
    private final Entities entities;

    EntityResource(Service service) {
        this.service = service;
        this.entities = service.cairn().entities();
    }

    List<Route> routes() {
        return List.of(
                Route.get(PATH, CurrentRead.PARAMETERS, this::get),
                Route.write("PUT", PATH, this::put),
                Route.write("PATCH", PATH, this::patch),
                Route.write("DELETE", PATH, this::delete),
                Route.get(PATH + "/history", Set.of("limit", "cursor"), this::history));
    }

    private void put(Exchange exchange) throws IOException {
        EntityRef entity = ref(exchange);
        byte[] body = exchange.body(JSON, service.options().jsonBytesMax());
        EntityJson.Fields fields = EntityJson.Fields.of(body, false, true);
        Receipt receipt = WriteRequest.of(exchange, service.ack(), body, fields.write, () -> revision(entity))
                .run(options -> entities.put(entity, fields.properties(), options));
        answer(exchange, entity, receipt);
    }

    private void patch(Exchange exchange) throws IOException {
        EntityRef entity = ref(exchange);
        byte[] body = exchange.body(PATCH, service.options().jsonBytesMax());
        EntityJson.Fields fields = EntityJson.Fields.of(body, false, true);
        Receipt receipt = WriteRequest.of(exchange, service.ack(), body, fields.write, () -> revision(entity))
                .run(options -> entities.patch(entity, fields.patch(), options));
        answer(exchange, entity, receipt);
    }

    private void delete(Exchange exchange) throws IOException {
        EntityRef entity = ref(exchange);
        byte[] body = exchange.body(JSON, service.options().jsonBytesMax());
        EntityJson.Fields fields = EntityJson.Fields.of(body, true, false);
        Receipt receipt = WriteRequest.of(exchange, service.ack(), body, fields.write, () -> revision(entity))
                .run(options -> entities.delete(entity, options));
        exchange.json(200, json -> {
            json.writeStartObject();
            EntityJson.writeReceipt(json, receipt);
            json.writeEndObject();
        });
    }

    private void answer(Exchange exchange, EntityRef entity, Receipt receipt) throws IOException {
        TypedEntity written = Written.by(receipt, () -> writtenBy(entity, receipt), () -> entities.get(entity));
        boolean created = written != null && written.born() == receipt.version();
        exchange.setEtag(receipt.revision());
        if (created) {
            exchange.setHeader(
                    "Location", "/v1/entities/" + Percent.encode(entity.type()) + "/" + Percent.encode(entity.id()));
        }
        exchange.json(created ? 201 : 200, json -> {
            json.writeStartObject();
            if (written != null) {
                json.writeFieldName("entity");
                EntityJson.write(json, written);
            }
            EntityJson.writeReceipt(json, receipt);
            json.writeEndObject();
        });
    }

    /** The entity as the write left it, even if somebody else has changed it since. */
    private Optional<TypedEntity> writtenBy(EntityRef entity, Receipt receipt) {
        Optional<TypedEntity> now = entities.get(entity);
        boolean unchanged = now.isPresent() && now.get().revision() == receipt.revision();
        return unchanged ? now : entities.getAsOf(entity, receipt.offset());
    }

    private void get(Exchange exchange) throws IOException {
        EntityRef entity = ref(exchange);
        new CurrentRead<>(
                        () -> entities.get(entity),
                        offset -> entities.getAsOf(entity, offset),
                        time -> entities.getAsOf(entity, time),
                        TypedEntity::revision,
                        (revision, waitMax) -> entities.awaitChange(entity, revision, waitMax),
                        EntityJson::write)
                .answer(exchange, service.waiters(), TOPIC, entity.toString());
    }

    private void history(Exchange exchange) throws IOException {
        EntityRef entity = ref(exchange);
        HistoryPage.answer(
                exchange,
                service.cairn(),
                (before, limit) -> entities.history(entity, before, limit),
                () -> entities.get(entity).filter(TypedEntity::incomplete).isPresent());
    }

    private long revision(EntityRef entity) {
        return entities.get(entity).map(TypedEntity::revision).orElse(-1L);
    }

    private static EntityRef ref(Exchange exchange) {
        return EntityJson.ref(exchange, TYPE_SEGMENT, "type", "id");
    }
}
