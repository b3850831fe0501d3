package dev.cairn.server;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import dev.cairn.Ack;
import dev.cairn.Batch;
import dev.cairn.BatchRefusedException;
import dev.cairn.Cairn;
import dev.cairn.CairnException;
import dev.cairn.CairnOptions;
import dev.cairn.Expect;
import dev.cairn.Receipt;
import dev.cairn.TooLargeException;
import dev.cairn.WriteOptions;
import dev.cairn.task.TaskWrites;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * {@code /v1/batch}: many writes in one request.
 *
 * <p>Threading: any thread.
 */
final class BatchResource {
    static final String PATH = "/v1/batch";

    static final Set<String> LINES =
            Set.of(Json.LINES, "application/ndjson", "application/jsonl", "application/x-jsonlines");

    private final Service service;
    private final Cairn cairn;

    BatchResource(Service service) {
        this.service = service;
        this.cairn = service.cairn();
    }

    List<Route> routes() {
        return List.of(Route.write("POST", PATH, Set.of("atomic"), this::post));
    }

    private void post(Exchange exchange) throws IOException, InterruptedException {
        exchange.checkContentType(LINES);
        ServerOptions options = service.options();
        boolean atomic = exchange.query().flag("atomic");
        BatchLine line = new BatchLine(options.jsonBytesMax());
        // Lines that are not atomic wait in great number: there, all are small.
        int lineBytesMax =
                atomic ? Math.max(options.jsonBytesMax(), options.messageBytesMax()) : options.jsonBytesMax();
        BatchLines lines = new BatchLines(exchange, lineBytesMax, options.ack(), line);
        if (atomic) {
            atomic(exchange, lines, line);
        } else {
            stream(exchange, lines, line);
        }
    }

    private void stream(Exchange exchange, BatchLines lines, BatchLine line) throws IOException, InterruptedException {
        lines.checkKey(cairn);
        Ack ack = ack(lines);
        BatchPiece only = new BatchStream(cairn, lines, line, ack, () -> begin(exchange)).run();
        if (only != null) {
            Bytes bytes = new Bytes(4 << 10);
            try (JsonGenerator json = Json.lines(bytes)) {
                only.answer(json);
            }
            if (only.isReplay()) {
                exchange.setHeader(WriteRequest.REPLAY, "true");
            }
            exchange.send(200, Json.LINES, bytes);
        }
    }

    private static OutputStream begin(Exchange exchange) {
        HttpServletResponse response = exchange.stream(200, Json.LINES);
        try {
            return response.getOutputStream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Ack ack(BatchLines lines) {
        Ack ack = lines.base().ack();
        return ack == null ? service.ack() : ack;
    }

    private void atomic(Exchange exchange, BatchLines lines, BatchLine line) throws IOException {
        Batch batch = cairn.batch();
        List<BatchOp> ops = new ArrayList<>();
        long bytes = 0;
        while (lines.next()) {
            bytes += lines.bytes();
            if (bytes > CairnOptions.DOCUMENT_BYTES_MAX) {
                throw new TooLargeException("an atomic batch", CairnOptions.DOCUMENT_BYTES_MAX, bytes);
            }
            try {
                batch.add(lines.write(), lines.options());
                ops.add(line.op());
            } catch (CairnException | JsonProcessingException e) {
                throw firstRefusal(batch, Problems.of(e), lines.index());
            }
        }
        List<Receipt> receipts = batch.size() == 0 ? List.of() : batch.commitAtomic(ack(lines));
        if (!receipts.isEmpty() && receipts.stream().allMatch(Receipt::replayed)) {
            exchange.setHeader(WriteRequest.REPLAY, "true");
        }
        Bytes answer = new Bytes(4 << 10);
        try (JsonGenerator json = Json.lines(answer)) {
            for (int i = 0; i < receipts.size(); i++) {
                BatchPiece.writeAccepted(json, i, ops.get(i), receipts.get(i), false);
            }
        }
        exchange.send(200, Json.LINES, answer);
    }

    /**
     * The refusal to answer with when the line at {@code index} is malformed: an earlier line that would be refused goes
     * first. A last item that nothing can meet makes sure that nothing is written.
     */
    private static RuntimeException firstRefusal(Batch batch, Problem malformed, int index) {
        batch.add(TaskWrites.check("-"), WriteOptions.defaults().withExpect(Expect.version(Long.MAX_VALUE)));
        try {
            batch.commitAtomic(Ack.ACCEPTED);
        } catch (BatchRefusedException e) {
            return e.index() < index ? e : new ProblemException(malformed.with("index", index));
        } catch (CairnException e) {
            return e;
        }
        throw new IllegalStateException("expected an impossible expectation to be refused, was accepted");
    }
}
