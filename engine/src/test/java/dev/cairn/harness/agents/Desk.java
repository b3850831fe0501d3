package dev.cairn.harness.agents;

import dev.cairn.Fence;
import java.time.Duration;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A way in which an agent reaches the engine. The tasks it works on hold one number.
 *
 * <p>Threading: any thread.
 */
public interface Desk {
    /** How often an agent tries to change what others change too. */
    int ATTEMPTS_MAX = 10_000;

    /** A task as somebody read it. */
    record Seen(long version, long number) {}

    /** What became of a write. */
    enum Written {
        DONE,
        /** Others were faster. */
        CONFLICT,
        /** The token is not the current one. */
        STALE
    }

    void create(String task);

    Seen read(String task);

    /**
     * Writes the number of a task.
     *
     * @param expectedVersion −1 for any
     */
    Written write(String task, long number, long expectedVersion, @Nullable Fence fence, String operation);

    /** Adds one to the number of a task, however often that has to be tried. */
    void increment(String task, String operation);

    /** The token; empty when the lease was not granted in time, or was granted and is over. */
    OptionalLong acquire(String lease, String holder, Duration ttl, Duration waitMax, String operation);

    /** Gives a lease back; a token that is stale is as good. */
    void release(String lease, long token, String operation);

    boolean committed(String operation);
}
