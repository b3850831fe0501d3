package dev.cairn.server;

import dev.cairn.InvalidRequestException;
import dev.cairn.Receipt;
import dev.cairn.log.Log;
import dev.cairn.log.NewRecord;
import java.io.IOException;
import java.util.List;

/**
 * {@code /v1/topics/{topic}/records}: appending to topics of the user's own.
 *
 * <p>Threading: any thread.
 */
final class TopicResource {
    private static final int TOPIC_SEGMENT = 3;

    private final Service service;
    private final Log log;

    TopicResource(Service service) {
        this.service = service;
        this.log = service.cairn().log();
    }

    List<Route> routes() {
        return List.of(Route.write("POST", "/v1/topics/{topic}/records", this::post));
    }

    private void post(Exchange exchange) throws IOException {
        String topic = exchange.name(TOPIC_SEGMENT, "topic");
        if (BatchResource.LINES.contains(exchange.contentType())) {
            many(exchange, topic);
        } else {
            one(exchange, topic);
        }
    }

    private void one(Exchange exchange, String topic) throws IOException {
        byte[] body = exchange.body(AppendedLines.TYPES, service.options().jsonBytesMax());
        RecordLine line = new RecordLine(topic);
        NewRecord record = line.read(body, 0, body.length);
        if (line.fields().idempotencyKey() != null) {
            throw new InvalidRequestException("expected the header Idempotency-Key, was a member", "/idempotencyKey");
        }
        Receipt receipt = WriteRequest.of(
                        exchange, service.ack(), body, line.fields().write(), () -> -1)
                .run(options -> log.append(record, line.fields().options(options)));
        AppendedLines.answer(exchange, receipt);
    }

    private void many(Exchange exchange, String topic) throws IOException {
        exchange.checkContentType(AppendedLines.TYPES);
        ServerOptions options = service.options();
        BatchLines lines = new BatchLines(exchange, options.jsonBytesMax(), options.ack(), new RecordLine(topic));
        new AppendedLines(exchange, service.cairn(), lines).run();
    }
}
