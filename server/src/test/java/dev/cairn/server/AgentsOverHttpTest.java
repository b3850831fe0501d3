package dev.cairn.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.CairnOptions;
import dev.cairn.harness.agents.Agent;
import dev.cairn.harness.agents.Crew;
import dev.cairn.harness.agents.Desk;
import dev.cairn.harness.agents.HttpDesk;
import dev.cairn.harness.agents.LeaseFold;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Many clients of one server that change the same task: all at once, each trying again when another was faster, and one after
 * the other under its lease. {@code -Dcairn.trials=N} for N rounds of each agent.
 */
class AgentsOverHttpTest {
    private static final long ROUNDS = Long.getLong("cairn.trials", 2);

    @TempDir
    Path directory;

    private TestServer server;
    private HttpDesk desk;

    @BeforeEach
    void start() {
        server = TestServer.start(directory, CairnOptions.builder().projection(false), options -> options);
        desk = new HttpDesk("http://127.0.0.1:" + server.port());
        desk.create(Agent.SHARED);
        desk.create(Agent.OWNED);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 25, 50, 100})
    void shouldLoseNoUpdateOfAgentsThatCollaborate(int agents) throws Exception {
        long nanos = Crew.run(agents, agent -> {
            for (long round = 0; round < ROUNDS; round++) {
                new Agent(desk, agent).collaborate(round);
            }
        });
        System.out.printf(
                "collaborative over HTTP, %d agents: %,d updates, all succeeded; %,d conflicts tried again; %d ms%n",
                agents, agents * ROUNDS, desk.conflicts(), nanos / 1_000_000);
        assertThat(desk.read(Agent.SHARED)).isEqualTo(new Desk.Seen(1 + agents * ROUNDS, agents * ROUNDS));
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 25, 50, 100})
    void shouldServeAgentsThatOwnOneAfterTheOther(int agents) throws Exception {
        long nanos = Crew.run(agents, agent -> {
            for (long round = 0; round < ROUNDS; round++) {
                new Agent(desk, agent).own(round);
            }
        });
        LeaseFold fold = LeaseFold.of(server.cairn());
        System.out.printf(
                "exclusive over HTTP, %d agents: %,d grants, %,d of them in the order of the queue, %,d fenced writes;"
                        + " %d ms%n",
                agents, fold.grants(), fold.served(), fold.fenced(), nanos / 1_000_000);
        assertThat(desk.read(Agent.OWNED)).isEqualTo(new Desk.Seen(1 + agents * ROUNDS, agents * ROUNDS));
        assertThat(fold.grants()).as("nobody asks twice").isEqualTo(agents * ROUNDS);
        assertThat(fold.fenced()).isEqualTo(agents * ROUNDS);
    }
}
