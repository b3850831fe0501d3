package dev.cairn.internal.commit;

import dev.cairn.Batch.Outcome;
import dev.cairn.CairnException;
import dev.cairn.Receipt;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The outcomes of a batch whose items stand for themselves, as they come.
 *
 * <p>Threading: the committing thread.
 */
final class BatchRun {
    private final List<Outcome> outcomes;

    BatchRun(int items) {
        outcomes = new ArrayList<>(items);
    }

    void accepted(Receipt receipt) {
        outcomes.add(new Outcome(receipt, null));
    }

    void refused(CairnException refusal) {
        outcomes.add(new Outcome(null, refusal));
    }

    /** Takes back the outcomes from {@code from} on: their document was not written. */
    void refuseFrom(int from, int items, CairnException refusal) {
        while (outcomes.size() > from) {
            outcomes.remove(outcomes.size() - 1);
        }
        while (outcomes.size() < items) {
            refused(refusal);
        }
    }

    @Nullable
    Receipt lastReceipt() {
        for (int i = outcomes.size() - 1; i >= 0; i--) {
            Receipt receipt = outcomes.get(i).receipt();
            if (receipt != null) {
                return receipt;
            }
        }
        return null;
    }

    long lastOffset() {
        long last = -1;
        for (Outcome outcome : outcomes) {
            Receipt receipt = outcome.receipt();
            last = receipt == null ? last : Math.max(last, receipt.offset());
        }
        return last;
    }

    List<Outcome> outcomes(UnaryOperator<Receipt> finish) {
        outcomes.replaceAll(outcome -> {
            Receipt receipt = outcome.receipt();
            return receipt == null ? outcome : new Outcome(finish.apply(receipt), null);
        });
        return outcomes;
    }
}
