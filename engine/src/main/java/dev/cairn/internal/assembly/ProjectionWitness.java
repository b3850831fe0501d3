package dev.cairn.internal.assembly;

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
        } catch (UnreadableException | RuntimeException e) {
            throw new IOException(e); // nothing in SQLite has a checksum: any value may be any other
        }
    }

    private void tell(ProjectionAudit projection, Listener listener) throws UnreadableException {
        for (Kind kind : kinds) {
            if (kind.table() != null) {
                projection.forEach(kind, row -> {
                    // Each version is a record of its own, so there are no more of them than offsets.
                    if (listener.isLost(row.head()) && row.version() > 0 && row.version() <= row.head() + 1) {
                        listener.entity(kind.id(), null, row.key(), row.head(), row.version());
                    }
                });
            }
        }
    }
}
