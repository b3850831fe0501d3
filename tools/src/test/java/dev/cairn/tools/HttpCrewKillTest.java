package dev.cairn.tools;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.Cairn;
import dev.cairn.CairnOptions;
import dev.cairn.harness.Trials;
import dev.cairn.harness.agents.Agent;
import dev.cairn.harness.agents.Crew;
import dev.cairn.harness.agents.CrewChild;
import dev.cairn.harness.agents.CrewLedger;
import dev.cairn.harness.agents.Desk;
import dev.cairn.harness.agents.HttpDesk;
import dev.cairn.harness.agents.LeaseFold;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills a server in whose clients collaborate on one task and own another, each in its turn; afterwards they go on under the
 * same keys. A trial is one kill.
 */
class HttpCrewKillTest {
    private static final int KILLS_IN_BUILD = 3;
    private static final int[] AGENTS = {10, 25, 50, 100};

    @TempDir
    Path root;

    private CrewLedger ledger;
    private int kills;
    private long waitersAtKills;

    @Test
    void shouldKeepCountsPlacesAndTokensThroughKillsOfTheServer() throws Exception {
        Trials trials = Trials.of("HTTP agents kill loop", KILLS_IN_BUILD);
        ledger = new CrewLedger(AGENTS[trials.count() > KILLS_IN_BUILD ? 3 : 1]);
        try (Cairn cairn = Cairn.open(data(), options())) {
            CrewChild.create(cairn);
        }
        trials.run(this::kill);
        try (CairnProcess server = serve()) {
            Desk desk = new HttpDesk(server.url());
            Crew.run(ledger.agents(), agent -> ledger.round(desk, agent));
            server.terminate();
            assertThat(server.exit()).isEqualTo(ExitCode.TERMINATED.number());
        }
        try (Cairn cairn = Cairn.open(data(), options())) {
            LeaseFold fold = ledger.check(cairn);
            assertThat(fold.queue(Agent.LEASE)).isEmpty();
            System.out.printf(
                    "HTTP agents kill loop: %d agents, %d kills with %,d places in the queue, %,d rounds acknowledged, all there and"
                            + " none twice; %,d grants, none beside another%n",
                    ledger.agents(), kills, waitersAtKills, ledger.total(), fold.grants());
        }
    }

    private static CairnOptions options() {
        return CairnOptions.builder().segmentBytesMax(1 << 20).projection(false).build();
    }

    private Path data() {
        return root.resolve("data");
    }

    private CairnProcess serve() throws Exception {
        return CairnProcess.start(root, "serve", "--data", data(), "--port", "0", "--segment-bytes-max", "1MiB");
    }

    private void kill(Random random) throws Exception {
        long target = ledger.total() + ledger.agents() + random.nextInt(ledger.agents() * 3);
        try (CairnProcess server = serve()) {
            Desk desk = new HttpDesk(server.url());
            Thread killer = new Thread(() -> killAt(server, target));
            killer.start();
            Crew.run(ledger.agents(), agent -> untilTheServerDies(desk, agent));
            killer.join();
            kills++;
        }
        try (Cairn cairn = Cairn.open(data(), options())) {
            waitersAtKills += ledger.check(cairn).queue(Agent.LEASE).size();
        }
    }

    private void killAt(CairnProcess server, long target) {
        try {
            while (ledger.total() < target && server.isAlive()) {
                TimeUnit.MILLISECONDS.sleep(1);
            }
            server.kill();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void untilTheServerDies(Desk desk, int agent) {
        try {
            while (true) {
                ledger.round(desk, agent);
            }
        } catch (UncheckedIOException e) {
            return; // it was killed
        }
    }
}
