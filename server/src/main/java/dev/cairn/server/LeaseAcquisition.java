package dev.cairn.server;

import dev.cairn.Ack;
import dev.cairn.HeldException;
import dev.cairn.NotReadyException;
import dev.cairn.Receipt;
import dev.cairn.StaleTokenException;
import dev.cairn.WriteOptions;
import dev.cairn.lease.Grant;
import dev.cairn.lease.Lease;
import dev.cairn.lease.LeasePlace;
import dev.cairn.lease.LeaseRelease;
import dev.cairn.lease.Leases;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code POST /v1/leases/{name}}: takes a lease, or waits for it in its queue.
 *
 * <p>Who hangs up collects no grant. Under a key it may come back, so its place is kept, else the place is given up. Who waits
 * when the server stops keeps its place.
 *
 * <p>Threading: any thread.
 */
final class LeaseAcquisition {
    private static final Logger LOG = LoggerFactory.getLogger(LeaseAcquisition.class);

    /** How often a wait looks whether its caller is still there. */
    private static final Duration SLICE = Duration.ofMillis(500);

    private final Service service;
    private final Leases leases;

    LeaseAcquisition(Service service) {
        this.service = service;
        this.leases = service.cairn().leases();
    }

    private record Wish(String name, String holder, Duration ttl, Duration waitMax) {}

    void acquire(Exchange exchange, String name) throws IOException {
        byte[] body = exchange.body(Set.of(Json.CONTENT_TYPE), service.options().jsonBytesMax());
        WriteFields write = new WriteFields();
        Wish wish = wish(name, body, write);
        Grant[] grant = new Grant[1];
        Receipt receipt = WriteRequest.of(exchange, service.ack(), body, write, () -> revision(name))
                .run(options -> {
                    grant[0] = acquire(exchange, wish, options.withAck(Ack.DURABLE));
                    return grant[0].receipt();
                });
        exchange.setEtag(receipt.revision());
        exchange.json(200, json -> LeaseJson.write(json, grant[0]));
    }

    private static Wish wish(String name, byte[] body, WriteFields write) throws IOException {
        String holder = null;
        Duration ttl = null;
        Duration waitMax = Duration.ZERO;
        try (JsonReader json = JsonReader.object(body, 0, body.length)) {
            for (String member = json.next(); member != null; member = json.next()) {
                switch (member) {
                    case "holder" -> holder = Names.check(json.text(), json.pointer());
                    case "ttlMs" -> ttl = LeaseJson.ttl(json);
                    case "waitMs" -> waitMax = LeaseJson.waitMax(json);
                    default -> {
                        if (!write.take(member, json)) {
                            throw json.unknown();
                        }
                    }
                }
            }
        }
        return new Wish(name, LeaseJson.required(holder, "holder"), LeaseJson.required(ttl, "ttlMs"), waitMax);
    }

    private Grant acquire(Exchange exchange, Wish wish, WriteOptions options) {
        Optional<Grant> free = free(wish, options);
        if (free.isPresent()) {
            return free.get();
        }
        // A place among the requests that wait comes first: who gets none is not in the queue either.
        service.waiters().enter();
        try {
            return await(
                    exchange, leases.request(wish.name(), wish.holder(), wish.ttl(), wish.waitMax(), options), wish);
        } finally {
            service.waiters().leave();
        }
    }

    /** The grant if there is no need to wait for it. */
    private Optional<Grant> free(Wish wish, WriteOptions options) {
        try {
            LeasePlace place = leases.request(wish.name(), wish.holder(), wish.ttl(), Duration.ZERO, options);
            return place.isDecided(Duration.ZERO) ? place.await(Duration.ZERO) : Optional.empty();
        } catch (HeldException e) {
            if (wish.waitMax().isZero()) {
                throw e;
            }
            return Optional.empty();
        }
    }

    private Grant await(Exchange exchange, LeasePlace place, Wish wish) {
        long deadline = System.nanoTime() + wish.waitMax().toNanos();
        long left = wish.waitMax().toNanos();
        while (!place.isDecided(Duration.ofNanos(Math.min(SLICE.toNanos(), Math.max(0, left))))) {
            if (service.lifecycle().isDraining()) {
                throw new NotReadyException("the server stops; the place in the queue of " + wish.name() + " is kept");
            }
            requireCaller(exchange, place, wish);
            left = deadline - System.nanoTime();
            if (left <= 0) {
                return place.conclude();
            }
        }
        requireCaller(exchange, place, wish);
        return place.conclude();
    }

    private void requireCaller(Exchange exchange, LeasePlace place, Wish wish) {
        if (!exchange.isHungUp()) {
            return;
        }
        boolean mayComeBack = WriteRequest.key(exchange) != null;
        if (!mayComeBack) {
            giveUp(place);
        }
        throw new ProblemException(Problem.of(
                Problem.Code.REQUEST_TIMEOUT,
                "expected " + Excerpt.of(wish.holder()) + " to wait for " + Excerpt.of(wish.name())
                        + ", was gone; its place is " + (mayComeBack ? "kept" : "given up")));
    }

    /** Nobody else has a name for the place, so nobody could ever collect its grant, not even one that has come meanwhile. */
    private void giveUp(LeasePlace place) {
        try {
            Grant grant = place.conclude();
            leases.release(grant.lease(), grant.token(), LeaseRelease.RELEASE, WriteOptions.defaults());
        } catch (HeldException | StaleTokenException e) {
            LOG.trace("the place has ended", e);
        }
    }

    private long revision(String name) {
        return leases.get(name).map(Lease::revision).orElse(-1L);
    }
}
