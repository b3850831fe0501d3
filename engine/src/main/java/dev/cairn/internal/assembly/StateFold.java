package dev.cairn.internal.assembly;

import dev.cairn.CairnOptions;
import dev.cairn.Progress;
import dev.cairn.StateRoot;
import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.commit.CurrentState;
import dev.cairn.internal.commit.SharedState;
import dev.cairn.internal.commit.Transaction;
import dev.cairn.internal.kind.Entity;
import dev.cairn.internal.kind.Kind;
import dev.cairn.internal.kind.Kinds;
import dev.cairn.internal.read.EntityReader;
import dev.cairn.internal.read.StateDigest;
import dev.cairn.internal.recovery.Replayer;
import dev.cairn.internal.segment.LogCursor;
import dev.cairn.internal.segment.ReadOnlyLog;
import dev.cairn.internal.state.StateStore;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The state that follows from the log alone, folded step by step: for proving that whatever else holds state holds the same.
 *
 * <p>Threading: one thread.
 */
public final class StateFold implements AutoCloseable {
    private final Kinds kinds;
    private final StateStore store;
    private final EntityReader reader;
    private final Replayer replayer;
    private final LogCursor cursor;
    private long offset = -1;

    /** Is shown entities, each whole and valid until the next. */
    @FunctionalInterface
    public interface EntityVisitor {
        void entity(Kind kind, ByteSlab stateKey, Entity entity);
    }

    /** Begins before the first record of {@code files}, of which all up to {@code through} can be read. */
    public StateFold(ReadOnlyLog files, long through) {
        CairnOptions options = CairnOptions.defaults();
        kinds = new Registry(options).kinds;
        long seed = StateStore.seedOf(files.identity().installation());
        store = new StateStore(seed, Entity.HEADER_BYTES + options.inlineBytesMax());
        Supplier<EntityReader> readers = () -> new EntityReader(kinds, store::get, files.catalog(), () -> through);
        reader = readers.get();
        int inlineBytesMax = options.inlineBytesMax();
        replayer = new Replayer(
                kinds,
                new CurrentState(store, reader, inlineBytesMax),
                new NoOperations(),
                parts -> new SharedState(store, readers, inlineBytesMax, parts));
        cursor = new LogCursor(files.catalog());
    }

    /** Operations are no part of the state root. */
    private static final class NoOperations implements Transaction.Operations {
        @Override
        public Transaction.@Nullable Remembered find(String operation, int item) {
            return null;
        }

        @Override
        public void remember(ByteSlab operation, int item, Transaction.Remembered remembered) {
            // nobody asks
        }
    }

    public Kinds kinds() {
        return kinds;
    }

    /** Folds the records up to {@code newOffset}. */
    public void advance(long newOffset, Progress progress) {
        if (newOffset > offset) {
            replayer.replay(cursor, offset + 1, newOffset, progress);
            offset = newOffset;
        }
    }

    /** Entities, deleted ones included. */
    public long size() {
        return store.size();
    }

    /** Loads an entity, whole; resets {@code into} when there never was such a one. */
    public void load(Kind kind, ByteSlab stateKey, Entity into) {
        reader.load(kind, stateKey, into);
    }

    /** Fetches what {@code entity}, as a store kept it, left in the log. */
    public void complete(Kind kind, ByteSlab stateKey, Entity entity) {
        reader.complete(kind, stateKey, entity);
    }

    /** Shows every entity, deleted ones included. */
    public void forEach(EntityVisitor visitor) {
        Entity entity = new Entity();
        store.forEach((key, value) -> {
            Kind kind = kinds.byId((byte) key.byteAt(0));
            entity.value().set(value);
            reader.complete(kind, key, entity);
            visitor.entity(kind, key, entity);
        });
    }

    /** The root of the state as it is now. */
    public StateRoot root() {
        StateDigest digest = new StateDigest(kinds);
        forEach((kind, key, entity) -> digest.add(kind, key, 1, entity));
        return new StateRoot(offset, digest.hex());
    }

    @Override
    public void close() {
        store.close();
    }
}
