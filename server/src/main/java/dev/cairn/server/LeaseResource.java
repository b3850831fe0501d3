package dev.cairn.server;

import dev.cairn.ConflictException;
import dev.cairn.Fence;
import dev.cairn.InvalidRequestException;
import dev.cairn.NotFoundException;
import dev.cairn.Receipt;
import dev.cairn.StaleTokenException;
import dev.cairn.lease.Lease;
import dev.cairn.lease.LeaseQuery;
import dev.cairn.lease.LeaseRelease;
import dev.cairn.lease.Leases;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * {@code /v1/leases}: who holds what, until when, and who waits.
 *
 * <p>Threading: any thread.
 */
final class LeaseResource {
    private static final String TOPIC = "lease";
    private static final String ONE = "/v1/leases/{name}";
    private static final String GRANT = ONE + "/{token}";
    private static final int NAME_SEGMENT = 3;
    private static final int TOKEN_SEGMENT = 4;
    private static final Set<String> JSON = Set.of(Json.CONTENT_TYPE);

    private final Service service;
    private final Leases leases;
    private final LeaseAcquisition acquisition;

    LeaseResource(Service service) {
        this.service = service;
        this.leases = service.cairn().leases();
        this.acquisition = new LeaseAcquisition(service);
    }

    List<Route> routes() {
        return List.of(
                Route.get("/v1/leases", Set.of("holder", "limit", "cursor", "minOffset", "waitMs"), this::list),
                Route.write("POST", ONE, exchange -> acquisition.acquire(exchange, name(exchange))),
                Route.get(ONE, CurrentRead.PARAMETERS, this::get),
                Route.get(ONE + "/history", Set.of("limit", "cursor"), this::history),
                Route.write("PUT", GRANT, this::renew),
                Route.write("DELETE", GRANT, Set.of("mode"), this::release));
    }

    private void renew(Exchange exchange) throws IOException {
        String name = name(exchange);
        long token = token(exchange, false);
        byte[] body = exchange.body(JSON, service.options().jsonBytesMax());
        WriteFields write = new WriteFields();
        Duration ttl = null;
        String progress = null;
        try (JsonReader json = JsonReader.object(body, 0, body.length)) {
            for (String member = json.next(); member != null; member = json.next()) {
                switch (member) {
                    case "ttlMs" -> ttl = LeaseJson.ttl(json);
                    case "progress" -> progress = json.raw();
                    default -> take(write, member, json);
                }
            }
        }
        Duration time = LeaseJson.required(ttl, "ttlMs");
        @Nullable String said = progress;
        Leases.Renewal[] renewal = new Leases.Renewal[1];
        Receipt receipt = WriteRequest.of(exchange, service.ack(), body, write, () -> revision(name))
                .run(options -> {
                    renewal[0] = fenced(name, token, () -> leases.renew(name, token, time, said, options));
                    return renewal[0].receipt();
                });
        exchange.setEtag(receipt.revision());
        exchange.json(200, json -> {
            json.writeStartObject();
            json.writeStringField("expiresAt", Times.format(renewal[0].expiresAt()));
            json.writeFieldName("receipt");
            ReceiptJson.write(json, receipt);
            json.writeEndObject();
        });
    }

    private static void take(WriteFields write, String member, JsonReader json) throws IOException {
        if (!write.take(member, json)) {
            throw json.unknown();
        }
    }

    private void release(Exchange exchange) throws IOException {
        String name = name(exchange);
        long token = token(exchange, true);
        LeaseRelease mode = mode(exchange.query().text("mode"));
        if (token == Fence.ANY_TOKEN && mode != LeaseRelease.RELEASE) {
            // Whoever takes a lease away does not speak for its holder: that it failed is not theirs to say.
            throw new InvalidRequestException(
                    "expected no mode beside *, which revokes, was "
                            + Excerpt.of(String.valueOf(exchange.query().text("mode"))),
                    "mode");
        }
        byte[] body = exchange.body(JSON, service.options().jsonBytesMax());
        WriteFields write = new WriteFields();
        if (body.length > 0) {
            try (JsonReader json = JsonReader.object(body, 0, body.length)) {
                for (String member = json.next(); member != null; member = json.next()) {
                    take(write, member, json);
                }
            }
        }
        Receipt receipt = WriteRequest.of(exchange, service.ack(), body, write, () -> revision(name))
                .run(options -> fenced(name, token, () -> leases.release(name, token, mode, options)));
        exchange.setEtag(receipt.revision());
        exchange.json(200, json -> {
            json.writeStartObject();
            json.writeFieldName("receipt");
            ReceiptJson.write(json, receipt);
            json.writeEndObject();
        });
    }

    /**
     * The token in the path is a fence: that it is stale is said before that an expectation is not met. Where there is nothing to
     * revoke, since nobody ever had the lease, there is no lease.
     */
    private <T> T fenced(String name, long token, Supplier<T> write) {
        boolean any = token == Fence.ANY_TOKEN;
        try {
            return write.get();
        } catch (ConflictException e) {
            Long current = leases.get(name).map(Lease::token).orElse(null);
            if (any || Long.valueOf(token).equals(current)) {
                throw e;
            }
            throw new StaleTokenException(name, token, current);
        } catch (StaleTokenException e) {
            if (any && e.lease().equals(name) && leases.get(name).isEmpty()) {
                throw new NotFoundException(TOPIC, name);
            }
            throw e;
        }
    }

    private static LeaseRelease mode(@Nullable String text) {
        return switch (text == null ? "release" : text) {
            case "release" -> LeaseRelease.RELEASE;
            case "fail" -> LeaseRelease.FAIL;
            case "poison" -> LeaseRelease.POISON;
            default ->
                throw new InvalidRequestException(
                        "expected release, fail or poison, was " + Excerpt.of(String.valueOf(text)), "mode");
        };
    }

    private void get(Exchange exchange) throws IOException {
        String name = name(exchange);
        new CurrentRead<>(
                        () -> leases.get(name),
                        offset -> leases.getAsOf(name, offset),
                        time -> leases.getAsOf(name, time),
                        Lease::revision,
                        (revision, waitMax) -> leases.awaitChange(name, revision, waitMax),
                        LeaseJson::write)
                .answer(exchange, service.waiters(), TOPIC, name);
    }

    private void list(Exchange exchange) throws IOException {
        Query query = exchange.query();
        LeaseQuery wanted = new LeaseQuery(
                query.name("holder"),
                Paging.limit(query),
                query.text("cursor"),
                Paging.minOffset(query),
                Paging.waitMax(query, Paging.WAIT_DEFAULT));
        Leases.LeasePage page = page(wanted);
        exchange.json(200, json -> {
            json.writeStartObject();
            json.writeArrayFieldStart("leases");
            for (Lease lease : page.leases()) {
                LeaseJson.write(json, lease);
            }
            json.writeEndArray();
            json.writeStringField("next", page.next());
            json.writeNumberField("projectionOffset", page.projectionOffset());
            json.writeEndObject();
        });
    }

    private Leases.LeasePage page(LeaseQuery wanted) {
        if (wanted.minOffset() < 0) {
            return leases.list(wanted);
        }
        service.waiters().enter();
        try {
            return leases.list(wanted);
        } finally {
            service.waiters().leave();
        }
    }

    private void history(Exchange exchange) throws IOException {
        String name = name(exchange);
        HistoryPage.answer(
                exchange,
                service.cairn(),
                (before, limit) -> leases.history(name, before, limit),
                () -> leases.get(name).filter(Lease::incomplete).isPresent());
    }

    private long revision(String name) {
        return leases.get(name).map(Lease::revision).orElse(-1L);
    }

    private static String name(Exchange exchange) {
        return exchange.name(NAME_SEGMENT, "name", Fence.LEASE_BYTES_MAX);
    }

    private static long token(Exchange exchange, boolean orAny) {
        String token = exchange.name(TOKEN_SEGMENT, "token");
        if (orAny && token.equals("*")) {
            return Fence.ANY_TOKEN;
        }
        if (!token.matches("[0-9]{1,18}")) {
            throw new InvalidRequestException("expected the token of a grant, was " + Excerpt.of(token), "token");
        }
        return Long.parseLong(token);
    }
}
