package dev.cairn.server;

import dev.cairn.InvalidRequestException;
import dev.cairn.WriteOptions;
import dev.cairn.decision.DecisionImport;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.Semaphore;

/**
 * Markdown documents of decisions that are taken in. Each is held in memory while it is, so only a few at a time.
 *
 * <p>Threading: any thread.
 */
final class DecisionDocuments {
    static final String MARKDOWN = "text/markdown";
    static final Set<String> TYPES = Set.of(MARKDOWN);
    static final int BYTES_MAX = 16 << 20;

    private static final int PLACES = 4;

    private final Service service;
    private final Semaphore places = new Semaphore(PLACES);

    DecisionDocuments(Service service) {
        this.service = service;
    }

    /** The ids of a document make its repeat harmless, so a key for the whole of it could only contradict them. */
    void take(Exchange exchange) throws IOException {
        for (String header : new String[] {"Idempotency-Key", "If-Match"}) {
            if (exchange.header(header) != null) {
                throw new InvalidRequestException(
                        "expected no " + header
                                + " with a Markdown document, whose ids make a repeat harmless, was one",
                        header);
            }
        }
        if (!places.tryAcquire()) {
            throw new ProblemException(Problems.overloaded("expected fewer documents at a time, was " + PLACES, 1_000));
        }
        try {
            take(exchange, exchange.body(TYPES, BYTES_MAX));
        } finally {
            places.release();
        }
    }

    private void take(Exchange exchange, byte[] body) throws IOException {
        WriteOptions options = WriteRequest.common(exchange, service.ack());
        DecisionImport.Summary summary =
                DecisionImport.run(service.cairn(), () -> new ByteArrayInputStream(body), options);
        exchange.json(summary.added() > 0 ? 201 : 200, json -> {
            json.writeStartObject();
            json.writeNumberField("decisions", summary.decisions());
            json.writeNumberField("added", summary.added());
            json.writeNumberField("skipped", summary.skipped());
            json.writeEndObject();
        });
    }
}
