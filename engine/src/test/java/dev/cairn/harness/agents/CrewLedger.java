package dev.cairn.harness.agents;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.Cairn;
import dev.cairn.lease.Lease;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * What the agents of a crew were told, kept where no kill reaches it: those of even numbers collaborate, the others own. Holds
 * the log against that.
 *
 * <p>Threading: any thread.
 */
public final class CrewLedger {
    private final int agents;
    private final AtomicLongArray done;

    public CrewLedger(int agents) {
        this.agents = agents;
        this.done = new AtomicLongArray(agents);
    }

    public static boolean owns(int agent) {
        return agent % 2 == 1;
    }

    public int agents() {
        return agents;
    }

    /** Rounds that an agent knows to be done: the next one is that of this number. */
    public long done(int agent) {
        return done.get(agent);
    }

    public void done(int agent, long round) {
        done.accumulateAndGet(agent, round + 1, Math::max);
    }

    public long total() {
        long total = 0;
        for (int i = 0; i < agents; i++) {
            total += done(i);
        }
        return total;
    }

    /** Goes one round. */
    public void round(Desk desk, int agent) {
        long round = done(agent);
        if (owns(agent)) {
            new Agent(desk, agent).own(round);
        } else {
            new Agent(desk, agent).collaborate(round);
        }
        done(agent, round);
    }

    /** Checks all that must hold after a kill, and returns what the log says of leases. */
    public LeaseFold check(Cairn cairn) {
        LeaseFold fold = LeaseFold.of(cairn);
        Desk desk = new EmbeddedDesk(cairn);
        checkCount(desk.read(Agent.SHARED), fold.operations(), false);
        checkCount(desk.read(Agent.OWNED), fold.operations(), true);
        assertThat(cairn.leases().get(Agent.LEASE).map(Lease::queue).orElseThrow())
                .extracting(Lease.Waiting::queuedAt)
                .isEqualTo(fold.queue(Agent.LEASE));
        return fold;
    }

    /** Each round is there once: those that were acknowledged, and at most one more of each agent. */
    private void checkCount(Desk.Seen task, Set<String> operations, boolean exclusive) {
        long committed = 0;
        for (int agent = exclusive ? 1 : 0; agent < agents; agent += 2) {
            long rounds = 0;
            while (operations.contains(Agent.write(exclusive, agent, rounds))) {
                rounds++;
            }
            assertThat(rounds).as("rounds of agent %d", agent).isBetween(done(agent), done(agent) + 1);
            committed += rounds;
        }
        assertThat(task).isEqualTo(new Desk.Seen(1 + committed, committed));
    }
}
