package dev.cairn.internal.assembly;

import dev.cairn.DamagedLogException;
import dev.cairn.internal.kind.Kind;
import dev.cairn.internal.projection.ProjectionAudit;
import dev.cairn.internal.projection.ProjectionAudit.UnreadableException;
import dev.cairn.internal.read.Hole;
import dev.cairn.internal.read.KnownLosses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whose newest record is among those that were lost. The log cannot tell, as no later record names them; the projection can,
 * which applied them while they could be read.
 *
 * <p>Threading: stateless.
 */
final class NewestRecords {
    private static final Logger LOG = LoggerFactory.getLogger(NewestRecords.class);

    private NewestRecords() {}

    /**
     * Looks through the projection in {@code root}, if there is one.
     *
     * @param live whether a writer has the directory
     * @return by {@link KnownLosses#entity}, what to tell of the record that was lost
     */
    static Map<String, DamagedLogException> in(
            List<Hole> holes, Path root, UUID installation, List<Kind> kinds, boolean live) {
        if (!Files.exists(ProjectionAudit.file(root))) {
            return Map.of();
        }
        try (ProjectionAudit projection = ProjectionAudit.open(root, kinds, live)) {
            boolean fits = projection.hasPosition()
                    && projection.installation().equals(installation)
                    && projection.fitsSchema();
            return fits ? in(holes, projection, kinds) : Map.of();
        } catch (IOException | UnreadableException e) {
            LOG.debug("{}: the projection does not tell what was lost: {}", root, e.toString());
            return Map.of();
        }
    }

    private static Map<String, DamagedLogException> in(List<Hole> holes, ProjectionAudit projection, List<Kind> kinds)
            throws UnreadableException {
        Map<String, DamagedLogException> newest = new HashMap<>();
        for (Kind kind : kinds) {
            if (kind.table() != null) {
                projection.forEach(kind, row -> {
                    Hole hole = Hole.around(holes, row.head());
                    if (hole != null) {
                        newest.put(KnownLosses.entity(kind.id(), null, row.key()), hole.at(row.head()));
                    }
                });
            }
        }
        return newest;
    }
}
