package dev.cairn.server;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import dev.cairn.Ack;
import dev.cairn.Batch;
import dev.cairn.BatchRefusedException;
import dev.cairn.Cairn;
import dev.cairn.CairnException;
import dev.cairn.Receipt;
import dev.cairn.Write;
import dev.cairn.WriteOptions;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A stream of lines of which each is appended to the same place, in pieces that fit a document, and the receipts as the answer.
 *
 * <p>Threading: one thread.
 */
final class AppendedLines {
    /** What a route takes that appends one value or lines of them. */
    static final Set<String> TYPES = types();

    private static final int PIECE_LINES = 2_000;
    private static final int PIECE_BYTES = 4 << 20;

    private final Exchange exchange;
    private final Cairn cairn;
    private final BatchLines lines;
    /** Whether the current line was left over by the last piece, which it would have made too large. */
    private boolean held;

    AppendedLines(Exchange exchange, Cairn cairn, BatchLines lines) {
        this.exchange = exchange;
        this.cairn = cairn;
        this.lines = lines;
    }

    private static Set<String> types() {
        Set<String> types = new HashSet<>(BatchResource.LINES);
        types.add(Json.CONTENT_TYPE);
        return Set.copyOf(types);
    }

    /** Answers where a single value was appended. */
    static void answer(Exchange exchange, Receipt receipt) throws IOException {
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
    void run() throws IOException {
        Bytes bytes = new Bytes(4 << 10);
        Output output = new Output(exchange, bytes);
        try (JsonGenerator json = Json.generator(bytes)) {
            json.writeStartObject();
            json.writeArrayFieldStart("receipts");
            Problem problem = null;
            while (problem == null && !output.ended) {
                problem = appendPiece(json, output);
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
    private @Nullable Problem appendPiece(JsonGenerator json, Output output) throws IOException {
        List<Item> items = new ArrayList<>();
        int first = held ? lines.index() : lines.index() + 1;
        Problem problem = null;
        long bytes = 0;
        while (problem == null && items.size() < PIECE_LINES) {
            if (!held && !lines.next()) {
                output.ended = true;
                break;
            }
            bytes += lines.bytes();
            held = !items.isEmpty() && bytes > PIECE_BYTES;
            if (held) {
                break;
            }
            problem = addTo(items);
        }
        if (problem != null && first == 0) {
            throw new ProblemException(problem);
        }
        Problem refusal = appendTo(json, items, lines.base().ack(), first, output);
        return refusal == null ? problem : refusal;
    }

    private @Nullable Problem addTo(List<Item> items) throws IOException {
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
