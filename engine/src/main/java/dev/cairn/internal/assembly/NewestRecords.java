package dev.cairn.internal.assembly;

import dev.cairn.DamagedLogException;
import dev.cairn.internal.kind.EntityId;
import dev.cairn.internal.kind.Kind;
import dev.cairn.internal.read.Hole;
import dev.cairn.internal.recovery.StateWitness;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
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
     * @return by entity, what to tell of the record that was lost
     */
    static Map<EntityId, DamagedLogException> in(
            List<Hole> holes, Path root, UUID installation, List<Kind> kinds, boolean live) {
        Map<EntityId, DamagedLogException> newest = new HashMap<>();
        StateWitness.Listener listener = new StateWitness.Listener() {
            @Override
            public boolean isLost(long offset) {
                return Hole.around(holes, offset) != null;
            }

            @Override
            public void entity(byte kind, @Nullable String topic, String key, long head, long version) {
                Hole hole = Objects.requireNonNull(Hole.around(holes, head));
                newest.put(new EntityId(kind, topic, key), hole.at(head));
            }

            @Override
            public void operation(String id) {}
        };
        try {
            new ProjectionWitness(root, installation, kinds, live).tell(listener);
        } catch (IOException e) {
            LOG.debug("{}: the projection tells only in part what was lost: {}", root, e.toString());
        }
        return newest;
    }
}
