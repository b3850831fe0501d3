package dev.cairn.harness.agents;

import dev.cairn.Fence;
import java.time.Duration;
import java.util.OptionalLong;

/**
 * An agent that goes round after round, and whose rounds can be gone again after its process died: each step has an operation
 * id of its own.
 *
 * <p>Threading: one thread.
 */
public final class Agent {
    /** The task that all change at the same time. */
    public static final String SHARED = "shared";

    /** The task that is changed by who has its lease. */
    public static final String OWNED = "owned";

    public static final String LEASE = "task:" + OWNED;

    private static final Duration TTL = Duration.ofSeconds(20);
    private static final Duration WAIT = Duration.ofSeconds(120);

    private final Desk desk;
    private final int number;

    public Agent(Desk desk, int number) {
        this.desk = desk;
        this.number = number;
    }

    public String name() {
        return "agent-" + number;
    }

    /** The operation id of the write of a round. */
    public static String write(boolean exclusive, int agent, long round) {
        return (exclusive ? "w-" : "c-") + agent + "-" + round;
    }

    /** Reads, changes and writes what all others change too. */
    public void collaborate(long round) {
        String write = write(false, number, round);
        if (!desk.committed(write)) {
            desk.increment(SHARED, write);
        }
    }

    /** Acquires, reads, changes, writes, releases. */
    public void own(long round) {
        String write = write(true, number, round);
        for (int attempt = 0; true; attempt++) {
            String suffix = number + "-" + round + "-" + attempt;
            OptionalLong token = desk.acquire(LEASE, name(), TTL, WAIT, "x-" + suffix);
            if (token.isEmpty()) {
                if (desk.committed(write)) {
                    return; // in an earlier life, and the lease is over
                }
                continue;
            }
            Fence fence = new Fence(LEASE, token.getAsLong());
            boolean written = desk.committed(write)
                    || desk.write(OWNED, desk.read(OWNED).number() + 1, -1, fence, write) == Desk.Written.DONE;
            desk.release(LEASE, token.getAsLong(), "r-" + suffix);
            if (written) {
                return;
            }
        }
    }
}
