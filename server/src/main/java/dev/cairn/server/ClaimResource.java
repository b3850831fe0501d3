package dev.cairn.server;

import dev.cairn.Ack;
import dev.cairn.Expect;
import dev.cairn.InvalidRequestException;
import dev.cairn.NotReadyException;
import dev.cairn.StaleTokenException;
import dev.cairn.WriteOptions;
import dev.cairn.lease.Grant;
import dev.cairn.lease.LeaseRelease;
import dev.cairn.task.Claim;
import dev.cairn.task.ClaimRequest;
import dev.cairn.task.Tasks;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code /v1/tasks/claim}: the task that comes next, moved and leased in one step.
 *
 * <p>Threading: any thread.
 */
final class ClaimResource {
    private static final Logger LOG = LoggerFactory.getLogger(ClaimResource.class);
    private static final String IF_MATCH = "If-Match";

    private final Service service;
    private final Tasks tasks;

    ClaimResource(Service service) {
        this.service = service;
        this.tasks = service.cairn().tasks();
    }

    List<Route> routes() {
        return List.of(Route.write("POST", "/v1/tasks/claim", this::claim));
    }

    private void claim(Exchange exchange) throws IOException {
        byte[] body = exchange.body(Set.of(Json.CONTENT_TYPE), service.options().jsonBytesMax());
        Fields fields = new Fields();
        WriteFields write = new WriteFields();
        try (JsonReader json = JsonReader.object(body, 0, body.length)) {
            for (String name = json.next(); name != null; name = json.next()) {
                if (!fields.take(name, json) && !write.take(name, json)) {
                    throw json.unknown();
                }
                checkNoExpectation(write.expect(), json.pointer());
            }
        }
        checkNoExpectation(exchange.list(IF_MATCH) == null ? null : Expect.exists(), IF_MATCH);
        ClaimRequest request = fields.request();
        WriteRequest options = WriteRequest.of(exchange, service.ack(), body, write, () -> -1L);
        Claim claim = await(exchange, request, fields.waitMax(), options);
        if (claim == null && !fields.waitMax().isZero() && service.lifecycle().isDraining()) {
            throw new NotReadyException("expected to wait for a task, was the server about to stop");
        }
        if (claim == null) {
            exchange.empty(204);
        } else {
            answer(exchange, claim);
        }
    }

    /** Which task it will be is not known before, so nothing can be expected of it. */
    private static void checkNoExpectation(@Nullable Expect expect, String where) {
        if (expect != null && !expect.equals(Expect.any())) {
            throw new InvalidRequestException(
                    "expected no expectation, for whichever task comes next is claimed, was one", where);
        }
    }

    /**
     * Waits in slices, so that a draining server ends the wait; a slice either takes a task, or leaves everything as it was. Under an
     * operation id each slice is the same operation. A claim is answered when it is durable, whatever the request says.
     *
     * <p>Who hangs up while it waits gets no task: it is looked for before each slice, and what came in the last one is given back.
     */
    private @Nullable Claim await(Exchange exchange, ClaimRequest request, Duration waitMax, WriteRequest options) {
        AtomicReference<Claim> taken = new AtomicReference<>();
        boolean[] waited = {false};
        service.waiters().await(waitMax, slice -> {
            if (!slice.isZero()) {
                waited[0] = true;
                requireCaller(exchange, request);
            }
            return options.runIfAny(write -> tasks.claim(request.withWaitMax(slice), write.withAck(Ack.DURABLE))
                    .map(claim -> {
                        taken.set(claim);
                        return claim.receipt();
                    }));
        });
        Claim claim = taken.get();
        if (claim != null && waited[0] && exchange.isHungUp()) {
            giveBack(exchange, claim);
            requireCaller(exchange, request);
        }
        return claim;
    }

    private static void requireCaller(Exchange exchange, ClaimRequest request) {
        if (exchange.isHungUp()) {
            throw new ProblemException(Problem.of(
                    Problem.Code.REQUEST_TIMEOUT,
                    "expected " + Excerpt.of(request.agent()) + " to wait for a task, was gone"));
        }
    }

    /** Without a key nobody can ever learn the token; under a key the caller may come back for it. */
    private void giveBack(Exchange exchange, Claim claim) {
        if (WriteRequest.key(exchange) != null) {
            return;
        }
        Grant grant = claim.lease();
        try {
            service.cairn()
                    .leases()
                    .release(grant.lease(), grant.token(), LeaseRelease.RELEASE, WriteOptions.defaults());
        } catch (StaleTokenException e) {
            LOG.trace("the claim has ended already", e);
        }
    }

    private static void answer(Exchange exchange, Claim claim) throws IOException {
        exchange.setEtag(claim.receipt().revision());
        exchange.json(200, json -> {
            json.writeStartObject();
            json.writeFieldName("task");
            TaskJson.write(json, claim.task());
            json.writeObjectFieldStart("lease");
            json.writeStringField("name", claim.lease().lease());
            json.writeNumberField("token", claim.lease().token());
            json.writeStringField("expiresAt", Times.format(claim.lease().expiresAt()));
            json.writeEndObject();
            json.writeFieldName("receipt");
            ReceiptJson.write(json, claim.receipt());
            json.writeEndObject();
        });
    }

    /**
     * The members of a request for work.
     *
     * <p>Threading: one thread.
     */
    private static final class Fields {
        private @Nullable String agent;
        private @Nullable String queue;
        private @Nullable String status;
        private @Nullable Duration ttl;
        private Duration waitMax = Duration.ZERO;

        boolean take(String name, JsonReader json) throws IOException {
            switch (name) {
                case "agent" -> agent = json.text();
                case "queue" -> queue = json.textOrNull();
                case "status" -> status = json.textOrNull();
                case "ttlMs" ->
                    ttl = Duration.ofMillis(
                            json.number(ClaimRequest.TTL_MIN.toMillis(), ClaimRequest.TTL_MAX.toMillis()));
                case "waitMs" ->
                    waitMax = json.isNull() ? Duration.ZERO : Duration.ofMillis(json.number(0, Paging.WAIT_MILLIS_MAX));
                default -> {
                    return false;
                }
            }
            return true;
        }

        Duration waitMax() {
            return waitMax;
        }

        ClaimRequest request() {
            if (agent == null) {
                throw new InvalidRequestException("expected the agent that claims, was none", "/agent");
            }
            if (ttl == null) {
                throw new InvalidRequestException("expected for how long, was nothing", "/ttlMs");
            }
            ClaimRequest request = ClaimRequest.of(agent, ttl).withStatus(status);
            return queue == null ? request : request.withQueue(queue);
        }
    }
}
