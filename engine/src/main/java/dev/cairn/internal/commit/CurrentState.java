package dev.cairn.internal.commit;

import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.kind.Entity;
import dev.cairn.internal.kind.Kind;
import dev.cairn.internal.read.EntityReader;
import dev.cairn.internal.state.StateWriter;

/**
 * The current state as its one writer sees it: loads whole entities, installs them, and leaves the bodies of large ones in the
 * log.
 *
 * <p>Threading: one writer: commit lock held, or the thread that replays, the whole or a part of it, before the engine is open.
 */
public final class CurrentState implements Transaction.State {
    private final StateWriter store;
    private final EntityReader reader;
    private final int inlineBytesMax;
    private final Entity header = new Entity();

    /** @param inlineBytesMax entities with a larger body are kept by reference to the log */
    public CurrentState(StateWriter store, EntityReader reader, int inlineBytesMax) {
        this.store = store;
        this.reader = reader;
        this.inlineBytesMax = inlineBytesMax;
    }

    @Override
    public void load(Kind kind, ByteSlab stateKey, Entity into) {
        if (store.getAsWriter(stateKey, into.value())) {
            reader.complete(kind, stateKey, into);
        } else {
            into.reset();
        }
    }

    @Override
    public void install(ByteSlab stateKey, Entity entity) {
        if (keepsWhole(entity)) {
            store.put(stateKey, entity.value());
            return;
        }
        header.value().clear().putBytes(entity.value(), 0, Entity.HEADER_BYTES);
        header.byReference(true);
        store.put(stateKey, header.value());
    }

    /** Whether {@code entity}, once installed, is loaded as it is now, without a look into the log. */
    public boolean keepsWhole(Entity entity) {
        return entity.bodyLength() <= inlineBytesMax;
    }
}
