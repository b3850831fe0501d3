package dev.cairn.imports;

import dev.cairn.internal.kind.Entity;
import dev.cairn.internal.kind.Kind;
import dev.cairn.internal.kind.KindHost;
import dev.cairn.internal.kind.KindModule;
import dev.cairn.internal.kind.Names;
import java.util.List;

/**
 * The progress of imports, as the registry sees it. Not for embedding programs.
 *
 * <p>Threading: any thread.
 */
public final class ImportModule implements KindModule<Imports> {
    private final ImportKind kind = new ImportKind();

    @Override
    public List<Kind> kinds() {
        return List.of(kind);
    }

    @Override
    public Imports client(KindHost host) {
        return source -> {
            Entity entity = new Entity();
            host.entity(kind, null, Names.check(source, "source"), entity);
            return ImportKind.rows(entity);
        };
    }
}
