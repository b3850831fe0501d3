package dev.cairn.internal.assembly;

import dev.cairn.internal.kind.Entity;
import dev.cairn.internal.kind.Kind;
import dev.cairn.internal.projection.ProjectionAudit;
import dev.cairn.internal.projection.ProjectionAudit.UnreadableException;
import dev.cairn.internal.recovery.StateWitness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

/**
 * The projection: remembers entities of the kinds that have tables, and applied their records while they could be read.
 *
 * @param root the data directory, which need not hold one
 * @param installation whose it has to be
 * @param kinds all kinds
 * @param live whether a writer has the directory
 */
record ProjectionWitness(Path root, UUID installation, List<Kind> kinds, boolean live) implements StateWitness {
    @Override
    public String name() {
        return "projection";
    }

    @Override
    public void tell(Listener listener) throws IOException {
        if (!Files.exists(ProjectionAudit.file(root))) {
            return;
        }
        try (ProjectionAudit projection = ProjectionAudit.open(root, kinds, live)) {
            if (projection.hasPosition() && projection.installation().equals(installation) && projection.fitsSchema()) {
                tell(projection, listener);
            }
        } catch (UnreadableException e) {
            throw new IOException(e);
        }
    }

    private void tell(ProjectionAudit projection, Listener listener) throws UnreadableException {
        Entity entity = new Entity();
        for (Kind kind : kinds) {
            if (kind.table() != null) {
                projection.forEach(kind, row -> {
                    if (listener.isLost(row.head())) {
                        row.toEntity(entity);
                        listener.entity(kind.id(), null, row.key(), row.head(), entity.version());
                    }
                });
            }
        }
    }
}
