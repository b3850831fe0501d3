package dev.cairn.server;

import dev.cairn.Ack;
import dev.cairn.Expect;
import dev.cairn.InvalidRequestException;
import dev.cairn.task.Claim;
import dev.cairn.task.ClaimRequest;
import dev.cairn.task.Tasks;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * {@code /v1/tasks/claim}: the task that comes next, moved and leased in one step.
 *
 * <p>Threading: any thread.
 */
final class ClaimResource {
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
        checkNoExpectation(exchange.header(IF_MATCH) == null ? null : Expect.exists(), IF_MATCH);
        ClaimRequest request = fields.request();
        WriteRequest options = WriteRequest.of(exchange, service.ack(), body, write, () -> -1L);
        Claim claim = await(request, fields.waitMax(), options);
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
     */
    private @Nullable Claim await(ClaimRequest request, Duration waitMax, WriteRequest options) {
        AtomicReference<Claim> taken = new AtomicReference<>();
        service.waiters()
                .await(
                        waitMax,
                        slice -> options.runIfAny(
                                write -> tasks.claim(request.withWaitMax(slice), write.withAck(Ack.DURABLE))
                                        .map(claim -> {
                                            taken.set(claim);
                                            return claim.receipt();
                                        })));
        return taken.get();
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
