package dev.cairn.server;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.cairn.Ack;
import dev.cairn.Cairn;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A batch whose lines stand for themselves, of any length: lines are read, committed in pieces and answered at the same time,
 * in bounded memory.
 *
 * <p>Reading and committing run on the request's thread. A second thread answers the pieces in order as they become durable,
 * so that reading never waits for a force; it starts with the first piece that is not the last, because most batches are only one.
 *
 * <p>Threading: one instance per request.
 */
final class BatchStream {
    private static final int PIECE_LINES = 500;
    private static final int PIECE_BYTES = 1 << 20;
    private static final int PIECES_AHEAD_MAX = 32;

    private final Cairn cairn;
    private final BatchLines lines;
    private final BatchLine line;
    private final Ack ack;
    private final Supplier<OutputStream> answer;
    private final BlockingQueue<Optional<BatchPiece>> pieces = new ArrayBlockingQueue<>(PIECES_AHEAD_MAX);
    private @Nullable Thread answering;
    private volatile @Nullable Throwable failure;

    /**
     * @param line the lines, one after the other
     * @param answer begins the answer, when there is something to say
     */
    BatchStream(Cairn cairn, BatchLines lines, BatchLine line, Ack ack, Supplier<OutputStream> answer) {
        this.cairn = cairn;
        this.lines = lines;
        this.line = line;
        this.ack = ack;
        this.answer = answer;
    }

    /** Returns the answer when it is a single piece; else null, and the answer was streamed. */
    @Nullable
    BatchPiece run() throws IOException, InterruptedException {
        BatchPiece piece = new BatchPiece(0, cairn.batch(), PIECE_LINES);
        try {
            long bytes = 0;
            while (lines.next()) {
                bytes += lines.addTo(piece, line);
                boolean full = piece.size() == PIECE_LINES || bytes >= PIECE_BYTES;
                if ((full || !lines.isMoreAtHand()) && !lines.isAtEnd()) {
                    hand(piece);
                    piece = new BatchPiece(piece.nextIndex(), cairn.batch(), PIECE_LINES);
                    bytes = 0;
                }
            }
            if (answering == null) {
                piece.commit(ack);
                return piece;
            }
            hand(piece);
        } finally {
            finish();
        }
        Throwable failed = failure;
        if (failed != null) {
            throw new IOException("answering failed", failed);
        }
        return null;
    }

    private void hand(BatchPiece piece) throws IOException, InterruptedException {
        piece.commit(ack);
        if (answering == null) {
            answering = new Thread(this::answerAll, Thread.currentThread().getName() + "-answers");
            answering.setDaemon(true);
            answering.start();
        }
        Optional<BatchPiece> handed = Optional.of(piece);
        while (!pieces.offer(handed, 100, TimeUnit.MILLISECONDS)) {
            if (failure != null) {
                throw new IOException("answering failed", failure);
            }
        }
    }

    private void finish() throws InterruptedException {
        Thread thread = answering;
        if (thread == null) {
            return;
        }
        while (thread.isAlive() && !pieces.offer(Optional.empty(), 100, TimeUnit.MILLISECONDS)) {
            // The queue is full of pieces that are being answered.
        }
        thread.join();
    }

    private void answerAll() {
        Bytes bytes = new Bytes(64 << 10);
        try (JsonGenerator json = Json.lines(bytes)) {
            OutputStream out = answer.get();
            for (Optional<BatchPiece> piece = pieces.take(); piece.isPresent(); piece = pieces.take()) {
                piece.get().answer(json);
                json.flush();
                bytes.drainTo(out);
                if (pieces.isEmpty()) {
                    out.flush();
                }
            }
            out.flush();
        } catch (IOException | RuntimeException e) {
            failure = e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            failure = e;
        }
    }
}
