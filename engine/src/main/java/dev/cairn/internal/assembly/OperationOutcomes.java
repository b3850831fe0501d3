package dev.cairn.internal.assembly;

import dev.cairn.Ack;
import dev.cairn.NotReadyException;
import dev.cairn.OperationOutcome;
import dev.cairn.OutcomeUnknownException;
import dev.cairn.Receipt;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.read.KnownLosses;
import dev.cairn.internal.read.LogEnds;
import dev.cairn.internal.segment.OffsetRange;
import dev.cairn.internal.segment.Segment;
import dev.cairn.internal.segment.SegmentCatalog;
import dev.cairn.internal.state.OperationMemory;
import dev.cairn.internal.state.RememberedOperation;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What became of operations, by their ids.
 *
 * <p>Threading: any thread.
 */
final class OperationOutcomes {
    private final OperationMemory operations;
    private final SegmentCatalog catalog;
    private final KnownLosses losses;
    private final LogEnds ends;

    private final Supplier<@Nullable NotReadyException> failure;

    /** @param failure why nothing more becomes durable, or null while all is well */
    OperationOutcomes(OpenLog log, LogEnds ends, Supplier<@Nullable NotReadyException> failure) {
        this.failure = failure;
        this.operations = log.operations();
        this.catalog = log.catalog();
        this.losses = log.losses();
        this.ends = ends;
    }

    OperationOutcome of(String id) {
        @Nullable RememberedOperation found = operations.find(id, 0).orElse(null);
        if (found == null || found.commandHash() == Event.VOID) {
            return new OperationOutcome.Unknown(rememberedFrom());
        }
        NotReadyException failed = failure.get(); // before the offset, which may still grow until it fails
        long durable = ends.durableOffset();
        boolean isDurable = found.offset() <= durable;
        Receipt receipt = new Receipt(
                found.epoch(),
                found.offset(),
                found.version(),
                found.offset(),
                isDurable ? Ack.DURABLE : Ack.ACCEPTED,
                durable,
                true);
        if (failed != null && !isDurable) {
            throw new OutcomeUnknownException(
                    "the engine failed while the write was not yet durable: " + failed.getMessage(), receipt);
        }
        return new OperationOutcome.Committed(receipt);
    }

    /** Operations whose records were lost are not remembered: before the end of what was lost nobody knows. */
    private long rememberedFrom() {
        long from = Math.max(operations.rememberedFrom(), losses.behindLost());
        for (Segment segment : catalog.segments()) {
            for (OffsetRange lost : segment.lost()) {
                from = Math.max(from, lost.last() + 1);
            }
        }
        return from;
    }
}
