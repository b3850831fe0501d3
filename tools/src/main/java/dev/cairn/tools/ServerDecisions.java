package dev.cairn.tools;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cairn.decision.DecisionImport;
import dev.cairn.decision.DecisionsMarkdown;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * Takes documents of decisions into a running server, in pieces of a few megabytes at most. When the connection breaks or the
 * server is busy it tries again: the ids of decisions make a repeat harmless.
 *
 * <p>Threading: one thread.
 */
final class ServerDecisions implements DecisionDocuments.Taker {
    private static final int PIECE_CHARS_MAX = 2 << 20;
    private static final Duration PAUSE = Duration.ofMillis(500);
    private static final Duration RETRY_MAX = Duration.ofMinutes(2);

    private final ServerConnection server;
    private final Console console;

    ServerDecisions(URI server, Console console) {
        this.server = new ServerConnection(server);
        this.console = console;
    }

    @Override
    public DecisionImport.Summary take(ImportFile file) throws IOException {
        Pieces pieces = new Pieces();
        try (InputStream in = file.open()) {
            DecisionsMarkdown.read(in, pieces::add);
        }
        pieces.send();
        return new DecisionImport.Summary(pieces.decisions, pieces.added);
    }

    /** The document, cut between decisions. */
    private final class Pieces {
        private final StringBuilder piece = new StringBuilder();
        private long decisions;
        private long added;

        void add(DecisionsMarkdown.Section section) {
            try {
                if (piece.isEmpty()) {
                    DecisionsMarkdown.writePreamble(piece);
                }
                DecisionsMarkdown.write(section.decision(), section.date(), piece);
            } catch (IOException e) {
                throw new UncheckedIOException("expected to write to memory", e);
            }
            decisions++;
            if (piece.length() > PIECE_CHARS_MAX) {
                send();
            }
        }

        void send() {
            if (!piece.isEmpty()) {
                added += patiently(piece.toString().getBytes(StandardCharsets.UTF_8))
                        .path("added")
                        .asLong();
                piece.setLength(0);
            }
        }
    }

    private JsonNode patiently(byte[] document) {
        long deadline = System.nanoTime() + RETRY_MAX.toNanos();
        while (true) {
            try {
                return ServerConnection.json(
                        server.send("POST", "/v1/decisions", Query.none(), "text/markdown; charset=utf-8", document));
            } catch (UncheckedIOException e) {
                pauseOrFail(deadline, e);
            } catch (RefusedByServerException e) {
                if (!e.passing()) {
                    throw e;
                }
                pauseOrFail(deadline, e);
            }
        }
    }

    private void pauseOrFail(long deadline, RuntimeException trouble) {
        if (System.nanoTime() - deadline > 0) {
            throw trouble;
        }
        console.notice("cairn: " + trouble.getMessage() + "; trying again in " + PAUSE.toMillis() + " ms");
        try {
            Thread.sleep(PAUSE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new VerbFailedException(ExitCode.INTERRUPTED, "interrupted", e);
        }
    }
}
