package dev.cairn.internal.assembly;

import dev.cairn.internal.disk.DiskFailure;
import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was opened, to be closed in reverse: also when opening fails half-way.
 *
 * <p>Threading: one thread at a time.
 */
public final class Owned implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Owned.class);

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();

    /** From now on {@code part} is closed with the others, before those that were added before. */
    public <T extends AutoCloseable> T add(T part) {
        parts.push(part);
        return part;
    }

    /** Closes everything; a part that cannot be closed does not keep the others open. */
    @Override
    public void close() {
        while (!parts.isEmpty()) {
            AutoCloseable part = parts.pop();
            try {
                part.close();
            } catch (Throwable e) { // an error too: the lock of the directory may be among the others
                LOG.warn("expected {} to close, was {}", part, DiskFailure.describe(e));
                LOG.debug("expected {} to close", part, e);
            }
        }
    }
}
