package dev.cairn.internal.assembly;

import dev.cairn.Ack;
import dev.cairn.OperationOutcome;
import dev.cairn.Receipt;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.read.LogEnds;
import dev.cairn.internal.state.OperationMemory;
import dev.cairn.internal.state.RememberedOperation;
import org.jspecify.annotations.Nullable;

/**
 * What became of operations, by their ids.
 *
 * <p>Threading: any thread.
 */
final class OperationOutcomes {
    private final OperationMemory operations;
    private final LogEnds ends;

    OperationOutcomes(OperationMemory operations, LogEnds ends) {
        this.operations = operations;
        this.ends = ends;
    }

    OperationOutcome of(String id) {
        @Nullable RememberedOperation found = operations.find(id, 0).orElse(null);
        if (found == null || found.commandHash() == Event.VOID) {
            return new OperationOutcome.Unknown(operations.rememberedFrom());
        }
        long durable = ends.durableOffset();
        return new OperationOutcome.Committed(new Receipt(
                found.epoch(),
                found.offset(),
                found.version(),
                found.offset(),
                found.offset() <= durable ? Ack.DURABLE : Ack.ACCEPTED,
                durable,
                true));
    }
}
