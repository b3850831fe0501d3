package dev.cairn.internal.read;

import dev.cairn.NotReadyException;
import dev.cairn.internal.kind.Entity;
import dev.cairn.internal.kind.Kind;
import dev.cairn.internal.kind.KindHost;
import dev.cairn.internal.state.StateStore;
import dev.cairn.internal.state.StateWalk;

/**
 * The entities of one kind, table by table of the state store, with bodies from the log where the store keeps none.
 *
 * <p>Threading: one thread; nobody waits for it longer than it takes to copy a table.
 */
final class EntityPieces implements KindHost.Pieces {
    private final Kind kind;
    private final StateWalk walk;
    private final EntityReader reader;
    private final Entity entity = new Entity();

    EntityPieces(Kind kind, StateWalk walk, EntityReader reader) {
        this.kind = kind;
        this.walk = walk;
        this.reader = reader;
    }

    @Override
    public boolean advance() {
        try {
            return walk.advance();
        } catch (StateStore.ClosedException e) {
            throw new NotReadyException("the engine is closed");
        }
    }

    @Override
    public void forEach(KindHost.EntityVisitor visitor) {
        walk.forEach((key, value) -> {
            if (key.byteAt(0) == kind.id()) {
                entity.value().set(value);
                if (entity.exists()) {
                    reader.complete(kind, key, entity);
                    visitor.entity(key, entity);
                }
            }
        });
    }
}
