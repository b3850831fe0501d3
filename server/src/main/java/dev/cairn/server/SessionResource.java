package dev.cairn.server;

import dev.cairn.InvalidRequestException;
import dev.cairn.NotFoundException;
import dev.cairn.Receipt;
import dev.cairn.session.Session;
import dev.cairn.session.SessionPage;
import dev.cairn.session.SessionQuery;
import dev.cairn.session.Sessions;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code /v1/sessions} and {@code /v1/sessions/{id}}: sessions without their messages.
 *
 * <p>Threading: any thread.
 */
final class SessionResource {
    static final String TOPIC = "session";
    private static final String ID = "id";
    private static final int ID_SEGMENT = 3;
    private static final Set<String> JSON = Set.of(Json.CONTENT_TYPE);
    private static final Set<String> LIST = Set.of("task", "order", "limit", "cursor", "minOffset", "waitMs");
    private static final Map<String, SessionQuery.Order> ORDERS = Map.of(
            "createdAt", SessionQuery.Order.CREATED_AT,
            "updatedAt", SessionQuery.Order.UPDATED_AT,
            "id", SessionQuery.Order.ID);
    private static final String ORDER_DEFAULT = "-updatedAt";

    private final Service service;
    private final Sessions sessions;

    SessionResource(Service service) {
        this.service = service;
        this.sessions = service.cairn().sessions();
    }

    List<Route> routes() {
        return List.of(
                Route.get("/v1/sessions", LIST, this::list),
                Route.get("/v1/sessions/{id}", Set.of("asOf"), this::get),
                Route.write("DELETE", "/v1/sessions/{id}", this::delete));
    }

    /** The session in the path. */
    static String id(Exchange exchange) {
        return Names.notReserved(exchange.name(ID_SEGMENT, ID), ID);
    }

    private void list(Exchange exchange) throws IOException {
        SessionQuery query = query(exchange.query());
        SessionPage page = listed(query);
        exchange.json(200, json -> {
            json.writeStartObject();
            json.writeArrayFieldStart("sessions");
            for (Session session : page.sessions()) {
                SessionJson.write(json, session);
            }
            json.writeEndArray();
            json.writeStringField("next", page.next());
            json.writeNumberField("projectionOffset", page.projectionOffset());
            json.writeEndObject();
        });
    }

    /** A query that may wait for an offset needs a place among those that wait. */
    private SessionPage listed(SessionQuery query) {
        if (query.minOffset() < 0) {
            return sessions.list(query);
        }
        service.waiters().enter();
        try {
            return sessions.list(query);
        } finally {
            service.waiters().leave();
        }
    }

    private static SessionQuery query(Query query) {
        String given = query.text("order");
        String order = given == null ? ORDER_DEFAULT : given;
        boolean descending = order.startsWith("-");
        SessionQuery.Order column = ORDERS.get(descending ? order.substring(1) : order);
        if (column == null) {
            throw new InvalidRequestException(
                    "expected createdAt, updatedAt or id, - before it for descending, was " + Excerpt.of(order),
                    "order");
        }
        return new SessionQuery(
                query.name("task"),
                column,
                descending,
                Paging.limit(query),
                query.text("cursor"),
                Paging.minOffset(query),
                Paging.waitMax(query, Paging.WAIT_DEFAULT));
    }

    private void get(Exchange exchange) throws IOException {
        String id = id(exchange);
        Session session =
                found(id, exchange.query().position("asOf")).orElseThrow(() -> new NotFoundException(TOPIC, id));
        exchange.jsonUnlessKnown(session.revision(), json -> SessionJson.write(json, session));
    }

    private Optional<Session> found(String id, @Nullable String asOf) {
        if (asOf == null) {
            return sessions.get(id);
        }
        return AsOf.read(asOf, offset -> sessions.getAsOf(id, offset), time -> sessions.getAsOf(id, time));
    }

    private void delete(Exchange exchange) throws IOException {
        String id = id(exchange);
        byte[] body = exchange.body(JSON, service.options().jsonBytesMax());
        WriteFields write = WriteFields.of(body);
        Receipt receipt = WriteRequest.of(exchange, service.ack(), body, write, () -> revision(id))
                .run(options -> sessions.delete(id, options));
        exchange.json(200, json -> {
            json.writeStartObject();
            json.writeFieldName("receipt");
            ReceiptJson.write(json, receipt);
            json.writeEndObject();
        });
    }

    private long revision(String id) {
        return sessions.get(id).map(Session::revision).orElse(-1L);
    }
}
