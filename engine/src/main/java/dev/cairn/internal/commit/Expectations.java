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

    static boolean met(Expect expect, Entity current) {
        return switch (expect.condition()) {
            case ANY -> true;
            case NONE -> !current.exists();
            case EXISTS -> current.exists();
            case VERSION -> current.exists() && current.version() == expect.number();
            case REVISION -> current.exists() && current.revision() == expect.number();
        };
    }

    /** The revision to report: −1 when the entity does not exist. */
    static long reportedRevision(Entity current) {
        return current.exists() ? current.revision() : -1;
    }

    static long reportedVersion(@Nullable Entity current) {
        return current == null ? 0 : current.version();
    }
}
