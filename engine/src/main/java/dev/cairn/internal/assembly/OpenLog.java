package dev.cairn.internal.assembly;

import dev.cairn.CairnOptions;
import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.commit.CurrentState;
import dev.cairn.internal.commit.SharedState;
import dev.cairn.internal.commit.Transaction;
import dev.cairn.internal.read.EntityReader;
import dev.cairn.internal.read.EntityReaders;
import dev.cairn.internal.read.KnownLosses;
import dev.cairn.internal.read.LostChains;
import dev.cairn.internal.segment.Identity;
import dev.cairn.internal.segment.LogDirectory;
import dev.cairn.internal.segment.SegmentCatalog;
import dev.cairn.internal.state.OperationMemory;
import dev.cairn.internal.state.RememberedOperation;
import dev.cairn.internal.state.StateStore;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What a writing and a reading engine have in common: the log's segments, the kinds, and the state in memory.
 *
 * @param end the last offset that entity readers may read
 * @param chains of entities that lost records to a repair
 * @param losses what is known to be damaged though the state is not
 */
record OpenLog(
        LogDirectory directory,
        Identity identity,
        CairnOptions options,
        Registry registry,
        SegmentCatalog catalog,
        StateStore store,
        OperationMemory operations,
        LongSupplier end,
        LostChains chains,
        KnownLosses losses) {

    EntityReader newReader() {
        return new EntityReader(registry.kinds, store::get, catalog, chains, end);
    }

    EntityReaders readers() {
        return new EntityReaders(this::newReader, losses, store);
    }

    CurrentState currentState() {
        return new CurrentState(store, newReader(), options.inlineBytesMax());
    }

    /** The current state in {@code parts}, to be rebuilt by so many threads. */
    SharedState sharedState(int parts) {
        return new SharedState(store, this::newReader, options.inlineBytesMax(), parts);
    }

    /** The operation memory as the commit path uses it. */
    Transaction.Operations operationsForCommit() {
        return new Transaction.Operations() {
            @Override
            public Transaction.@Nullable Remembered find(String operation, int item) {
                RememberedOperation found = operations.find(operation, item).orElse(null);
                return found == null
                        ? null
                        : new Transaction.Remembered(
                                found.epoch(), found.offset(), found.version(), found.commandHash());
            }

            @Override
            public void remember(ByteSlab operation, int item, Transaction.Remembered remembered) {
                operations.remember(
                        operation,
                        item,
                        new RememberedOperation(
                                remembered.epoch(),
                                remembered.offset(),
                                remembered.version(),
                                remembered.commandHash()));
            }
        };
    }
}
