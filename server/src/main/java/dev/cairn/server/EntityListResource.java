package dev.cairn.server;

import dev.cairn.InvalidRequestException;
import dev.cairn.entity.Entities;
import dev.cairn.entity.EntityPage;
import dev.cairn.entity.EntityQuery;
import dev.cairn.entity.PropertyFilter;
import dev.cairn.entity.TypedEntity;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * {@code /v1/entities/{type}}: entities by their properties, from the projection.
 *
 * <p>Threading: any thread.
 */
final class EntityListResource {
    private static final int TYPE_SEGMENT = 3;
    private static final String EQUAL = "property.";
    private static final String MIN = "propertyMin.";
    private static final String MAX = "propertyMax.";
    private static final String AFTER = "propertyAfter.";
    private static final String BEFORE = "propertyBefore.";
    private static final Set<String> PARAMETERS =
            Set.of(EQUAL, MIN, MAX, AFTER, BEFORE, "order", "limit", "cursor", "minOffset", "waitMs");
    private static final Map<String, EntityQuery.Order> ORDERS = Map.of(
            "id", EntityQuery.Order.ID,
            "createdAt", EntityQuery.Order.CREATED_AT,
            "updatedAt", EntityQuery.Order.UPDATED_AT);

    private final Service service;
    private final Entities entities;

    EntityListResource(Service service) {
        this.service = service;
        this.entities = service.cairn().entities();
    }

    List<Route> routes() {
        return List.of(Route.get("/v1/entities/{type}", PARAMETERS, this::list));
    }

    private void list(Exchange exchange) throws IOException {
        EntityQuery query = query(EntityJson.name(exchange, TYPE_SEGMENT, "type"), exchange.query());
        EntityPage page = query.minOffset() < 0 ? entities.find(query) : waiting(query);
        exchange.json(200, json -> {
            json.writeStartObject();
            json.writeArrayFieldStart("entities");
            for (TypedEntity entity : page.entities()) {
                EntityJson.write(json, entity);
            }
            json.writeEndArray();
            json.writeStringField("next", page.next());
            json.writeNumberField("projectionOffset", page.projectionOffset());
            json.writeEndObject();
        });
    }

    /** A query that may wait for an offset needs a place among those that wait. */
    private EntityPage waiting(EntityQuery query) {
        service.waiters().enter();
        try {
            return entities.find(query);
        } finally {
            service.waiters().leave();
        }
    }

    private static EntityQuery query(String type, Query query) {
        String given = query.text("order");
        String order = given == null ? "id" : given;
        boolean descending = order.startsWith("-");
        EntityQuery.Order column = ORDERS.get(descending ? order.substring(1) : order);
        if (column == null) {
            throw new InvalidRequestException(
                    "expected id, createdAt or updatedAt, - before it for descending, was " + Excerpt.of(order),
                    "order");
        }
        return new EntityQuery(
                type,
                filters(query),
                column,
                descending,
                Paging.limit(query),
                query.text("cursor"),
                Paging.minOffset(query),
                Paging.waitMax(query, Paging.WAIT_DEFAULT));
    }

    private static List<PropertyFilter> filters(Query query) {
        List<PropertyFilter> filters = new ArrayList<>();
        query.members(EQUAL).forEach((name, value) -> filters.add(new PropertyFilter.Equal(name, value)));
        query.members(MIN).forEach((name, min) -> filters.add(new PropertyFilter.Between(name, min, null)));
        query.members(MAX).forEach((name, max) -> filters.add(new PropertyFilter.Between(name, null, max)));
        for (String name : query.members(AFTER).keySet()) {
            filters.add(new PropertyFilter.Within(name, time(query, AFTER + name), null));
        }
        for (String name : query.members(BEFORE).keySet()) {
            filters.add(new PropertyFilter.Within(name, null, time(query, BEFORE + name)));
        }
        return filters;
    }

    private static Instant time(Query query, String parameter) {
        String text = query.position(parameter);
        return Times.parse(text == null ? "" : text, parameter);
    }
}
