package dev.cairn.harness.agents;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.Cairn;
import dev.cairn.TestDirectories;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Many agents in one process that change the same task: all at once, each trying again when another was faster, and one after
 * the other under its lease. {@code -Dcairn.trials=N} for N rounds of each agent.
 */
class AgentsTest {
    private static final long ROUNDS = Long.getLong("cairn.trials", 4);

    private Path directory;
    private Cairn cairn;
    private Desk desk;

    @BeforeEach
    void open() throws IOException {
        directory = TestDirectories.inMemory("cairn-agents");
        cairn = Cairn.open(
                directory, TestDirectories.smallSegments().projection(false).build());
        desk = new EmbeddedDesk(cairn);
        desk.create(Agent.SHARED);
        desk.create(Agent.OWNED);
    }

    @AfterEach
    void close() throws IOException {
        cairn.close();
        TestDirectories.delete(directory);
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 25, 50, 100})
    void shouldLoseNoUpdateOfAgentsThatCollaborate(int agents) throws Exception {
        long rounds = ROUNDS * 5;
        long nanos = Crew.run(agents, agent -> {
            for (long round = 0; round < rounds; round++) {
                new Agent(desk, agent).collaborate(round);
            }
        });
        Desk.Seen end = desk.read(Agent.SHARED);
        System.out.printf(
                "collaborative, %d agents: %,d updates, all succeeded; %,d conflicts tried again; %d ms%n",
                agents, agents * rounds, cairn.metrics().conflicts(), nanos / 1_000_000);
        assertThat(end).isEqualTo(new Desk.Seen(1 + agents * rounds, agents * rounds));
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 25, 50, 100})
    void shouldServeAgentsThatOwnOneAfterTheOther(int agents) throws Exception {
        long nanos = Crew.run(agents, agent -> {
            for (long round = 0; round < ROUNDS; round++) {
                new Agent(desk, agent).own(round);
            }
        });
        LeaseFold fold = LeaseFold.of(cairn);
        System.out.printf(
                "exclusive, %d agents: %,d grants, %,d of them in the order of the queue, %,d fenced writes; %d ms%n",
                agents, fold.grants(), fold.served(), fold.fenced(), nanos / 1_000_000);
        assertThat(desk.read(Agent.OWNED)).isEqualTo(new Desk.Seen(1 + agents * ROUNDS, agents * ROUNDS));
        assertThat(fold.grants()).as("nobody asks twice").isEqualTo(agents * ROUNDS);
        assertThat(fold.fenced()).isEqualTo(agents * ROUNDS);
        assertThat(fold.queue(Agent.LEASE)).isEmpty();
    }
}
