package dev.cairn.internal.assembly;

import dev.cairn.Ack;
import dev.cairn.CairnException;
import dev.cairn.OperationOutcome;
import dev.cairn.Receipt;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.kind.KindHost;
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
    private final Registry registry;
    private final OperationMemory operations;
    private final LogEnds ends;
    private final KindHost host;

    OperationOutcomes(OpenLog log, LogEnds ends, KindHost host) {
        this.registry = log.registry();
        this.operations = log.operations();
        this.ends = ends;
        this.host = host;
    }

    OperationOutcome of(String id) {
        @Nullable RememberedOperation found = operations.find(id, 0).orElse(null);
        if (found == null || !stands(found.offset())) {
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

    /** What cannot be read cannot be known to have come to nothing. */
    private boolean stands(long offset) {
        Event first = new Event();
        try {
            host.event(offset, first);
            return registry.stands(host, first);
        } catch (CairnException e) {
            return true;
        }
    }
}
