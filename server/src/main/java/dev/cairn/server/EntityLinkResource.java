package dev.cairn.server;

import dev.cairn.InvalidRequestException;
import dev.cairn.NotFoundException;
import dev.cairn.Receipt;
import dev.cairn.entity.Entities;
import dev.cairn.entity.EntityLink;
import dev.cairn.entity.EntityRef;
import dev.cairn.entity.LinkPage;
import dev.cairn.entity.LinkQuery;
import dev.cairn.entity.LinkedEntity;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * {@code /v1/entities/{type}/{id}/links}: the links of an entity, one by one and over hops.
 *
 * <p>Threading: any thread.
 */
final class EntityLinkResource {
    private static final String LINKS = "/v1/entities/{type}/{id}/links";
    private static final String LINK = LINKS + "/{relation}/{type2}/{id2}";
    private static final String TOPIC = "entity-link";
    private static final int TYPE_SEGMENT = 3;
    private static final int RELATION_SEGMENT = 6;
    private static final Set<String> JSON = Set.of(Json.CONTENT_TYPE);
    private static final Map<String, LinkQuery.Direction> DIRECTIONS = Map.of(
            "out", LinkQuery.Direction.OUT,
            "in", LinkQuery.Direction.IN,
            "both", LinkQuery.Direction.BOTH);

    private final Service service;
    private final Entities entities;

    EntityLinkResource(Service service) {
        this.service = service;
        this.entities = service.cairn().entities();
    }

    List<Route> routes() {
        return List.of(
                Route.get(
                        LINKS,
                        Set.of("relation", "relation2", "direction", "hops", "limit", "cursor", "minOffset", "waitMs"),
                        this::list),
                Route.get(LINK, Set.of("asOf"), this::get),
                Route.write("PUT", LINK, this::put),
                Route.write("DELETE", LINK, this::delete));
    }

    /** What a path names. */
    private record Name(EntityRef from, String relation, EntityRef to) {
        static Name of(Exchange exchange) {
            EntityRef from = EntityJson.ref(exchange, TYPE_SEGMENT, "type", "id");
            String relation = exchange.name(RELATION_SEGMENT, "relation");
            return new Name(from, relation, EntityJson.ref(exchange, RELATION_SEGMENT + 1, "type2", "id2"));
        }

        @Override
        public String toString() {
            return from + " " + relation + " " + to;
        }
    }

    private void put(Exchange exchange) throws IOException {
        Name name = Name.of(exchange);
        byte[] body = exchange.body(JSON, service.options().jsonBytesMax());
        EntityJson.Fields fields = EntityJson.Fields.of(body, true, true);
        Receipt receipt = WriteRequest.of(exchange, service.ack(), body, fields.write, () -> revision(name))
                .run(options -> entities.link(name.from(), name.relation(), name.to(), fields.properties(), options));
        EntityLink written = Written.by(receipt, () -> writtenBy(name, receipt), () -> now(name));
        boolean created = written != null && written.born() == receipt.version();
        exchange.setEtag(receipt.revision());
        if (created) {
            exchange.setHeader("Location", exchange.path());
        }
        exchange.json(created ? 201 : 200, json -> {
            json.writeStartObject();
            if (written != null) {
                json.writeFieldName("link");
                EntityJson.write(json, written);
            }
            EntityJson.writeReceipt(json, receipt);
            json.writeEndObject();
        });
    }

    /** The link as the write left it, even if somebody else has changed it since. */
    private Optional<EntityLink> writtenBy(Name name, Receipt receipt) {
        Optional<EntityLink> now = now(name);
        boolean unchanged = now.isPresent() && now.get().revision() == receipt.revision();
        return unchanged ? now : entities.getLinkAsOf(name.from(), name.relation(), name.to(), receipt.offset());
    }

    private Optional<EntityLink> now(Name name) {
        return entities.getLink(name.from(), name.relation(), name.to());
    }

    private void delete(Exchange exchange) throws IOException {
        Name name = Name.of(exchange);
        byte[] body = exchange.body(JSON, service.options().jsonBytesMax());
        EntityJson.Fields fields = EntityJson.Fields.of(body, true, false);
        Receipt receipt = WriteRequest.of(exchange, service.ack(), body, fields.write, () -> revision(name))
                .run(options -> entities.unlink(name.from(), name.relation(), name.to(), options));
        exchange.json(200, json -> {
            json.writeStartObject();
            EntityJson.writeReceipt(json, receipt);
            json.writeEndObject();
        });
    }

    private void get(Exchange exchange) throws IOException {
        Name name = Name.of(exchange);
        String asOf = exchange.query().position("asOf");
        EntityLink found = (asOf == null ? entities.getLink(name.from(), name.relation(), name.to()) : asOf(name, asOf))
                .orElseThrow(() -> new NotFoundException(TOPIC, name.toString()));
        exchange.jsonUnlessKnown(found.revision(), json -> EntityJson.write(json, found));
    }

    private Optional<EntityLink> asOf(Name name, String asOf) {
        return AsOf.read(
                asOf,
                offset -> entities.getLinkAsOf(name.from(), name.relation(), name.to(), offset),
                time -> entities.getLinkAsOf(name.from(), name.relation(), name.to(), time));
    }

    private long revision(Name name) {
        return entities.getLink(name.from(), name.relation(), name.to())
                .map(EntityLink::revision)
                .orElse(-1L);
    }

    private void list(Exchange exchange) throws IOException {
        LinkQuery query = query(EntityJson.ref(exchange, TYPE_SEGMENT, "type", "id"), exchange.query());
        LinkPage page = query.minOffset() < 0 ? entities.links(query) : waiting(query);
        exchange.json(200, json -> {
            json.writeStartObject();
            json.writeArrayFieldStart("links");
            for (LinkedEntity link : page.links()) {
                EntityJson.write(json, link);
            }
            json.writeEndArray();
            json.writeStringField("next", page.next());
            json.writeNumberField("projectionOffset", page.projectionOffset());
            json.writeEndObject();
        });
    }

    /** A query that may wait for an offset needs a place among those that wait. */
    private LinkPage waiting(LinkQuery query) {
        service.waiters().enter();
        try {
            return entities.links(query);
        } finally {
            service.waiters().leave();
        }
    }

    private static LinkQuery query(EntityRef start, Query query) {
        String given = query.text("direction");
        LinkQuery.Direction direction = DIRECTIONS.get(given == null ? "out" : given);
        if (direction == null) {
            throw new InvalidRequestException(
                    "expected out, in or both, was " + Excerpt.of(String.valueOf(given)), "direction");
        }
        return new LinkQuery(
                start,
                query.texts("relation"),
                query.texts("relation2"),
                direction,
                (int) query.number("hops", 1, 1, 2),
                Paging.limit(query),
                query.text("cursor"),
                Paging.minOffset(query),
                Paging.waitMax(query, Paging.WAIT_DEFAULT));
    }
}
