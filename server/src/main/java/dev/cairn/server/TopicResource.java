package dev.cairn.server;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import dev.cairn.Ack;
import dev.cairn.Batch;
import dev.cairn.BatchRefusedException;
import dev.cairn.Cairn;
import dev.cairn.CairnException;
import dev.cairn.InvalidRequestException;
import dev.cairn.Receipt;
import dev.cairn.Write;
import dev.cairn.WriteOptions;
import dev.cairn.log.Log;
import dev.cairn.log.NewRecord;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code /v1/topics/{topic}/records}: appending to topics of the user's own.
 *
 * <p>Threading: any thread.
 */
final class TopicResource {
    private static final int TOPIC_SEGMENT = 3;
    private static final int PIECE_LINES = 2_000;
    private static final int PIECE_BYTES = 4 << 20;
    private static final Set<String> TYPES = types();

    private final Service service;
    private final Cairn cairn;
    private final Log log;

    TopicResource(Service service) {
        this.service = service;
        this.cairn = service.cairn();
        this.log = cairn.log();
    }

    private static Set<String> types() {
        Set<String> types = new HashSet<>(BatchResource.LINES);
        types.add(Json.CONTENT_TYPE);
        return Set.copyOf(types);
    }

    List<Route> routes() {
        return List.of(Route.write("POST", "/v1/topics/{topic}/records", this::post));
    }

    private void post(Exchange exchange) throws IOException {
        String topic = exchange.name(TOPIC_SEGMENT, "topic");
        if (BatchResource.LINES.contains(exchange.contentType())) {
            exchange.checkContentType(TYPES);
            many(exchange, topic);
        } else {
            one(exchange, topic);
        }
    }

    private void one(Exchange exchange, String topic) throws IOException {
        byte[] body = exchange.body(TYPES, service.options().jsonBytesMax());
        BatchLine line = new BatchLine();
        line.read(body, 0, body.length);
        if (line.idempotencyKey() != null) {
            throw new InvalidRequestException("expected the header Idempotency-Key, was a member", "/idempotencyKey");
        }
        NewRecord record = line.newRecord(topic);
        Receipt receipt = WriteRequest.of(exchange, service.ack(), body, line.fields(), () -> -1)
                .run(options -> log.append(record, line.options(options)));
        exchange.setEtag(receipt.revision());
        exchange.json(201, json -> {
            json.writeStartObject();
            json.writeFieldName("receipt");
            ReceiptJson.write(json, receipt);
            json.writeArrayFieldStart("receipts");
            ReceiptJson.write(json, receipt);
            json.writeEndArray();
            json.writeEndObject();
        });
    }

    /**
     * Appends lines in order up to the first that is refused. The first piece is all or nothing and decides on the status; a
     * refusal after that comes behind the receipts, as {@code problem}.
     */
    private void many(Exchange exchange, String topic) throws IOException {
        BatchLines lines = new BatchLines(exchange, service.options(), topic);
        Bytes bytes = new Bytes(4 << 10);
        Output output = new Output(exchange, bytes);
        try (JsonGenerator json = Json.generator(bytes)) {
            json.writeStartObject();
            json.writeArrayFieldStart("receipts");
            Problem problem = null;
            while (problem == null && !output.ended) {
                problem = appendPiece(lines, json, output);
                json.flush();
                output.flushIfLarge();
            }
            json.writeEndArray();
            if (problem != null) {
                json.writeFieldName("problem");
                problem.write(json);
            }
            json.writeEndObject();
        }
        output.finish();
    }

    /** Appends some lines; returns why not all of them, unless that decides on the status. */
    private @Nullable Problem appendPiece(BatchLines lines, JsonGenerator json, Output output) throws IOException {
        List<Item> items = new ArrayList<>();
        int first = lines.index() + 1;
        Problem problem = null;
        long bytes = 0;
        while (problem == null && items.size() < PIECE_LINES && bytes < PIECE_BYTES) {
            if (!lines.next()) {
                output.ended = true;
                break;
            }
            bytes += lines.bytes();
            problem = addTo(items, lines);
        }
        if (problem != null && first == 0) {
            throw new ProblemException(problem);
        }
        Problem refusal = appendTo(json, items, lines.base().ack(), first, output);
        return refusal == null ? problem : refusal;
    }

    private static @Nullable Problem addTo(List<Item> items, BatchLines lines) throws IOException {
        try {
            items.add(new Item(lines.write(), lines.options()));
            return null;
        } catch (CairnException | JsonProcessingException e) {
            return Problems.of(e).with("index", lines.index());
        }
    }

    /** Appends all items, or those before the first that is refused. */
    private @Nullable Problem appendTo(
            JsonGenerator json, List<Item> items, @Nullable Ack ack, int first, Output output) throws IOException {
        if (items.isEmpty()) {
            return null;
        }
        Batch batch = cairn.batch();
        items.forEach(item -> batch.add(item.write(), item.options()));
        try {
            for (Receipt receipt : batch.commitAtomic(ack)) {
                ReceiptJson.write(json, receipt);
                output.count(receipt);
            }
            return null;
        } catch (BatchRefusedException e) {
            Problem refusal = Problems.of(e.refusal()).with("index", first + e.index());
            if (first == 0) {
                throw new ProblemException(refusal);
            }
            Problem earlier = appendTo(json, items.subList(0, e.index()), ack, first, output);
            return earlier == null ? refusal : earlier;
        }
    }

    private record Item(Write write, WriteOptions options) {}

    /**
     * The answer in the making: sent with its length when it is small, streamed when it is not.
     *
     * <p>Threading: one thread.
     */
    private static final class Output {
        private static final int HELD_BYTES_MAX = 256 << 10;

        private final Exchange exchange;
        private final Bytes bytes;
        private @Nullable OutputStream out;
        private boolean ended;
        private boolean onlyReplays = true;
        private boolean empty = true;

        Output(Exchange exchange, Bytes bytes) {
            this.exchange = exchange;
            this.bytes = bytes;
        }

        void count(Receipt receipt) {
            onlyReplays &= receipt.replayed();
            empty = false;
        }

        void flushIfLarge() throws IOException {
            if (bytes.size() > HELD_BYTES_MAX) {
                if (out == null) {
                    setReplayHeader();
                    out = exchange.stream(201, Json.CONTENT_TYPE).getOutputStream();
                }
                bytes.drainTo(out);
            }
        }

        void finish() throws IOException {
            if (out == null) {
                setReplayHeader();
                exchange.send(201, Json.CONTENT_TYPE, bytes);
            } else {
                bytes.drainTo(out);
            }
        }

        private void setReplayHeader() {
            if (onlyReplays && !empty) {
                exchange.setHeader(WriteRequest.REPLAY, "true");
            }
        }
    }
}
