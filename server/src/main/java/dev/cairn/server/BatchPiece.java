package dev.cairn.server;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.cairn.Ack;
import dev.cairn.Batch;
import dev.cairn.CairnException;
import dev.cairn.Receipt;
import dev.cairn.Write;
import dev.cairn.WriteOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Some lines of a batch that are committed together, and what became of each.
 *
 * <p>Threading: one thread fills and commits, then one (maybe another) answers.
 */
final class BatchPiece {
    private final long firstIndex;
    private final Batch batch;
    private final List<Slot> slots;
    private @Nullable CompletableFuture<List<Batch.Outcome>> outcomes;

    /** What is known of a line before the commit: what it does, or why it is refused already. */
    private record Slot(
            @Nullable BatchOp op, boolean keyed, @Nullable Problem problem) {}

    BatchPiece(long firstIndex, Batch batch, int size) {
        this.firstIndex = firstIndex;
        this.batch = batch;
        this.slots = new ArrayList<>(size);
    }

    void add(Write write, WriteOptions options, BatchLine line) {
        batch.add(write, options);
        slots.add(new Slot(line.op(), line.fields().idempotencyKey() != null, null));
    }

    void refuse(Problem problem) {
        slots.add(new Slot(null, false, problem));
    }

    int size() {
        return slots.size();
    }

    long nextIndex() {
        return firstIndex + slots.size();
    }

    /** Commits the lines; with {@link Ack#DURABLE} they become durable while more is read. */
    void commit(Ack ack) {
        if (batch.size() == 0) {
            outcomes = CompletableFuture.completedFuture(List.of());
            return;
        }
        try {
            outcomes = ack == Ack.DURABLE
                    ? batch.commitAsync()
                    : CompletableFuture.completedFuture(batch.commit(Ack.ACCEPTED));
        } catch (CairnException e) {
            outcomes = CompletableFuture.failedFuture(e);
        }
    }

    /** Waits until the lines are as durable as asked for, and writes an answer for each. */
    void answer(JsonGenerator json) throws IOException {
        List<Batch.Outcome> results = await();
        int next = 0;
        for (int i = 0; i < slots.size(); i++) {
            Slot slot = slots.get(i);
            Batch.Outcome outcome = slot.problem() == null ? results.get(next++) : null;
            writeAnswer(json, firstIndex + i, slot, outcome);
        }
    }

    private List<Batch.Outcome> await() {
        CompletableFuture<List<Batch.Outcome>> pending = outcomes;
        if (pending == null) {
            throw new IllegalStateException("expected a piece that was committed, was not");
        }
        try {
            return pending.join();
        } catch (CompletionException e) {
            CairnException refusal = e.getCause() instanceof CairnException cause ? cause : null;
            if (refusal == null) {
                throw e;
            }
            return Collections.nCopies(batch.size(), new Batch.Outcome(null, refusal));
        }
    }

    /** Whether every line was a repeat; known once answered. */
    boolean isReplay() {
        List<Batch.Outcome> results = await();
        return results.size() == slots.size()
                && !results.isEmpty()
                && results.stream().allMatch(BatchPiece::isReplay);
    }

    private static boolean isReplay(Batch.Outcome outcome) {
        Receipt receipt = outcome.receipt();
        return receipt != null && receipt.replayed();
    }

    private static void writeAnswer(JsonGenerator json, long index, Slot slot, Batch.@Nullable Outcome outcome)
            throws IOException {
        Receipt receipt = outcome == null ? null : outcome.receipt();
        BatchOp op = slot.op();
        if (receipt != null && op != null) {
            writeAccepted(json, index, op, receipt, slot.keyed() && receipt.replayed());
        } else {
            writeRefused(json, index, refusal(slot, outcome));
        }
    }

    private static Problem refusal(Slot slot, Batch.@Nullable Outcome outcome) {
        if (slot.problem() != null) {
            return slot.problem();
        }
        CairnException refusal = outcome == null ? null : outcome.refusal();
        return Problems.of(refusal == null ? new IllegalStateException("neither receipt nor refusal") : refusal);
    }

    /** @param tellReplay whether the line says of itself that it is a repeat; for a whole batch, a header does */
    static void writeAccepted(JsonGenerator json, long index, BatchOp op, Receipt receipt, boolean tellReplay)
            throws IOException {
        json.writeStartObject();
        json.writeNumberField("index", index);
        json.writeNumberField("status", op.status(receipt));
        if (tellReplay) {
            json.writeBooleanField("replayed", true);
        }
        json.writeFieldName("receipt");
        ReceiptJson.write(json, receipt);
        json.writeEndObject();
        Json.endLine(json);
    }

    private static void writeRefused(JsonGenerator json, long index, Problem problem) throws IOException {
        json.writeStartObject();
        json.writeNumberField("index", index);
        json.writeNumberField("status", problem.status());
        json.writeFieldName("problem");
        problem.write(json);
        json.writeEndObject();
        Json.endLine(json);
    }
}
