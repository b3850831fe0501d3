package dev.cairn.entity;

import dev.cairn.internal.kind.Kind;
import dev.cairn.internal.kind.KindHost;
import dev.cairn.internal.kind.KindModule;
import java.util.List;

/**
 * Entities and their links, as the registry sees them. Not for embedding programs.
 *
 * <p>Threading: any thread.
 */
public final class EntityModule implements KindModule<Entities> {
    private final EntityKind entities;
    private final LinkKind links;

    /** @param jsonBytesMax the largest properties of an entity or a link, in bytes */
    public EntityModule(int jsonBytesMax) {
        entities = new EntityKind(jsonBytesMax);
        links = new LinkKind(entities, jsonBytesMax);
    }

    @Override
    public List<Kind> kinds() {
        return List.of(entities, links);
    }

    @Override
    public Entities client(KindHost host) {
        return new EntitiesClient(host, entities, links);
    }
}
