package dev.cairn.server;

import dev.cairn.Ack;
import dev.cairn.ConflictException;
import dev.cairn.Expect;
import dev.cairn.NotFoundException;
import dev.cairn.Receipt;
import dev.cairn.WriteOptions;
import dev.cairn.consumer.Consumer;
import dev.cairn.consumer.ConsumerGroup;
import dev.cairn.consumer.ConsumerOptions;
import dev.cairn.consumer.ConsumerPage;
import dev.cairn.consumer.ConsumerRecords;
import dev.cairn.consumer.ConsumerSettings;
import dev.cairn.consumer.Consumers;
import dev.cairn.log.From;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code /v1/consumers}: groups, their positions, and what comes next for them.
 *
 * <p>Threading: any thread.
 */
final class ConsumerResource {
    private static final String TOPIC = "consumer";
    private static final String GROUP = "group";
    private static final int GROUP_SEGMENT = 3;
    private static final Set<String> JSON = Set.of(Json.CONTENT_TYPE);

    private final Service service;
    private final Consumers consumers;

    ConsumerResource(Service service) {
        this.service = service;
        this.consumers = service.cairn().consumers();
    }

    List<Route> routes() {
        return List.of(
                Route.get("/v1/consumers", Set.of("limit", "cursor", "minOffset", "waitMs"), this::list),
                Route.get("/v1/consumers/{group}", Set.of("asOf"), this::get),
                Route.write("PUT", "/v1/consumers/{group}", this::configure),
                Route.write("DELETE", "/v1/consumers/{group}", this::delete),
                Route.get(
                        "/v1/consumers/{group}/records",
                        Set.of("limit", "waitMs", "from", "topic", "type"),
                        this::read),
                Route.write("PUT", "/v1/consumers/{group}/offset", this::move));
    }

    private void list(Exchange exchange) throws IOException {
        Query query = exchange.query();
        int limit = Paging.limit(query);
        long minOffset = Paging.minOffset(query);
        Duration waitMax = Paging.waitMax(query, Paging.WAIT_DEFAULT);
        ConsumerPage page = page(limit, query.text("cursor"), minOffset, waitMax);
        exchange.json(200, json -> {
            json.writeStartObject();
            json.writeArrayFieldStart("consumers");
            for (ConsumerGroup group : page.groups()) {
                ConsumerJson.write(json, group);
            }
            json.writeEndArray();
            json.writeStringField("next", page.next());
            json.writeNumberField("projectionOffset", page.projectionOffset());
            json.writeEndObject();
        });
    }

    /** A query that may wait for an offset needs a place among those that wait. */
    private ConsumerPage page(int limit, @Nullable String cursor, long minOffset, Duration waitMax) {
        if (minOffset < 0) {
            return consumers.list(limit, cursor, minOffset, waitMax);
        }
        service.waiters().enter();
        try {
            return consumers.list(limit, cursor, minOffset, waitMax);
        } finally {
            service.waiters().leave();
        }
    }

    private void get(Exchange exchange) throws IOException {
        String group = group(exchange);
        String asOf = exchange.query().position("asOf");
        ConsumerGroup found = (asOf == null ? consumers.get(group) : asOf(group, asOf))
                .orElseThrow(() -> new NotFoundException(TOPIC, group));
        exchange.jsonUnlessKnown(found.revision(), json -> ConsumerJson.write(json, found));
    }

    private Optional<ConsumerGroup> asOf(String group, String asOf) {
        return AsOf.read(asOf, offset -> consumers.getAsOf(group, offset), time -> consumers.getAsOf(group, time));
    }

    private void configure(Exchange exchange) throws IOException {
        String group = group(exchange);
        byte[] body = exchange.body(JSON, service.options().jsonBytesMax());
        ConsumerJson.Settings fields = new ConsumerJson.Settings();
        WriteFields write = new WriteFields();
        readBody(body, write, fields::take);
        ConsumerSettings settings = fields.settings();
        Receipt receipt = WriteRequest.of(exchange, service.ack(), body, write, () -> revision(group))
                .run(options -> consumers.configure(group, settings, options));
        answer(exchange, group, receipt);
    }

    private void move(Exchange exchange) throws IOException {
        String group = group(exchange);
        byte[] body = exchange.body(JSON, service.options().jsonBytesMax());
        ConsumerJson.Movement fields = new ConsumerJson.Movement();
        WriteFields write = new WriteFields();
        readBody(body, write, fields::take);
        From to = fields.to();
        Receipt receipt = WriteRequest.of(exchange, service.ack(), body, write, () -> revision(group))
                .run(options -> consumers.move(group, to, options));
        answer(exchange, group, receipt);
    }

    /** Takes a member of a body; says whether it knows it. */
    @FunctionalInterface
    private interface Members {
        boolean take(String name, JsonReader json) throws IOException;
    }

    /** An empty body says nothing, as does an empty object. */
    private static void readBody(byte[] body, WriteFields write, Members members) throws IOException {
        if (body.length == 0) {
            return;
        }
        try (JsonReader json = JsonReader.object(body, 0, body.length)) {
            for (String name = json.next(); name != null; name = json.next()) {
                if (!members.take(name, json) && !write.take(name, json)) {
                    throw json.unknown();
                }
            }
        }
    }

    private void delete(Exchange exchange) throws IOException {
        String group = group(exchange);
        byte[] body = exchange.body(JSON, service.options().jsonBytesMax());
        WriteFields write = new WriteFields();
        readBody(body, write, (name, json) -> false);
        Receipt receipt = WriteRequest.of(exchange, service.ack(), body, write, () -> revision(group))
                .run(options -> consumers.delete(group, options));
        exchange.json(200, json -> {
            json.writeStartObject();
            json.writeFieldName("receipt");
            ReceiptJson.write(json, receipt);
            json.writeEndObject();
        });
    }

    /** Answers with the group as the write left it, even if somebody else has changed it since. */
    private void answer(Exchange exchange, String group, Receipt receipt) throws IOException {
        // Its lag too: a repeat gets what the first answer said.
        ConsumerGroup left =
                Written.by(receipt, () -> consumers.getAsOf(group, receipt.offset()), () -> consumers.get(group));
        exchange.setEtag(receipt.revision());
        exchange.json(200, json -> {
            json.writeStartObject();
            if (left != null) {
                json.writeFieldName("consumer");
                ConsumerJson.write(json, left);
            }
            json.writeFieldName("receipt");
            ReceiptJson.write(json, receipt);
            json.writeEndObject();
        });
    }

    /**
     * Reads on from the committed position. The request is the group's active reader while it runs; one that names itself stays
     * so for the session time.
     */
    private void read(Exchange exchange) throws IOException {
        String group = group(exchange);
        Query query = exchange.query();
        int limit = Paging.limit(query);
        Duration waitMax = Paging.waitMax(query, Duration.ZERO);
        String from = query.position("from");
        String name = exchange.header("Cairn-Actor");
        ConsumerOptions options = ConsumerOptions.defaults()
                .withSettings(new ConsumerSettings(
                        from == null ? null : From.parse(from, "from"), query.texts("topic"), query.texts("type")))
                .withReader(name == null ? null : Names.check(name, "Cairn-Actor"))
                .withSession(service.options().consumerSession());
        createUnderFences(exchange, group, options);
        RecordPage page;
        try (Consumer reader = consumers.open(group, options)) {
            page = new RecordPage(reader.position(), Long.MAX_VALUE, limit, (next, left) -> step(reader, left));
            page.fill(exchange, service.waiters(), waitMax, service.cairn().log());
        }
        // Only now: who has the answer may ask again at once, and is not to meet its own request.
        page.send(exchange);
    }

    /** The first read of a group records where it begins: that is a write, and what a write presents counts. */
    private void createUnderFences(Exchange exchange, String group, ConsumerOptions options) {
        WriteOptions write = WriteRequest.common(exchange, Ack.ACCEPTED).withExpect(Expect.none());
        if (write.fences().isEmpty() || consumers.get(group).isPresent()) {
            return;
        }
        try {
            consumers.configure(group, options.settings(), write.withActor(options.reader()));
        } catch (ConflictException e) {
            // Somebody else has created it just now: then that counts.
        }
    }

    private static RecordPage.Step step(Consumer reader, int left) {
        ConsumerRecords polled = reader.poll(left, Duration.ZERO);
        ConsumerRecords.Gap gap = polled.gap();
        return new RecordPage.Step(
                polled.records(),
                polled.next(),
                gap == null ? null : new RecordSource.Gap(gap.first(), gap.last()),
                false);
    }

    private long revision(String group) {
        return consumers.get(group).map(ConsumerGroup::revision).orElse(-1L);
    }

    private static String group(Exchange exchange) {
        return exchange.name(GROUP_SEGMENT, GROUP);
    }
}
