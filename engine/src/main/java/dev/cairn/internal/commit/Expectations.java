package dev.cairn.internal.commit;

import dev.cairn.Expect;
import dev.cairn.internal.kind.Entity;
import org.jspecify.annotations.Nullable;

/**
 * Whether an entity is what the writer believes.
 *
 * <p>Threading: stateless.
 */
final class Expectations {
    private Expectations() {}

    /** @param exists whether the entity counts as there; of no matter where nothing is expected */
    static boolean met(Expect expect, Entity current, boolean exists) {
        return switch (expect.condition()) {
            case ANY -> true;
            case NONE -> !exists;
            case EXISTS -> exists;
            case VERSION -> exists && current.version() == expect.number();
            case REVISION -> exists && current.revision() == expect.number();
        };
    }

    /** The revision to report: −1 when the entity does not exist. */
    static long reportedRevision(Entity current, boolean exists) {
        return exists ? current.revision() : -1;
    }

    static long reportedVersion(@Nullable Entity current) {
        return current == null ? 0 : current.version();
    }
}
