package dev.cairn.harness.agents;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.Cairn;
import dev.cairn.harness.Trials;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills a process in which agents collaborate on one task and own another, each in its turn; afterwards they go on under the same
 * operation ids. A trial is one directory with some kills.
 */
class CrewKillTest {
    private static final int TRIALS_IN_BUILD = 2;
    private static final int KILLS = 2;
    private static final int[] AGENTS = {10, 25, 50, 100};

    @TempDir
    Path root;

    private int directories;
    private long kills;
    private long rounds;
    private long grants;
    private long waitersAtKills;

    @Test
    void shouldKeepCountsPlacesAndTokensThroughKills() throws Exception {
        Trials trials = Trials.of("agents kill loop", TRIALS_IN_BUILD);
        trials.run(random -> live(random, AGENTS[directories % (trials.count() > TRIALS_IN_BUILD ? 4 : 2)]));
        System.out.printf(
                "agents kill loop: %d kills with %,d places in the queue, %,d rounds acknowledged, all there and none twice; %,d grants,"
                        + " none beside another%n",
                kills, waitersAtKills, rounds, grants);
    }

    private void live(Random random, int agents) throws Exception {
        Path directory = root.resolve("data-" + directories++);
        try (Cairn cairn = Cairn.open(directory, CrewChild.options())) {
            CrewChild.create(cairn);
        }
        CrewLedger ledger = new CrewLedger(agents);
        for (int i = 0; i < KILLS; i++) {
            kill(directory, ledger, agents * 2L + random.nextInt(agents * 4));
            kills++;
            try (Cairn cairn = Cairn.open(directory, CrewChild.options())) {
                waitersAtKills += ledger.check(cairn).queue(Agent.LEASE).size();
            }
        }
        try (Cairn cairn = Cairn.open(directory, CrewChild.options())) {
            Crew.run(agents, agent -> ledger.round(new EmbeddedDesk(cairn), agent));
            LeaseFold fold = ledger.check(cairn);
            assertThat(fold.queue(Agent.LEASE)).isEmpty();
            grants += fold.grants();
        }
        rounds += ledger.total();
    }

    /** Lets a process work until it has told of so many rounds more. */
    private void kill(Path directory, CrewLedger ledger, long more) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+IgnoreUnrecognizedVMOptions",
                "--sun-misc-unsafe-memory-access=allow",
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                CrewChild.class.getName(),
                directory.toString()));
        for (int i = 0; i < ledger.agents(); i++) {
            command.add(String.valueOf(ledger.done(i)));
        }
        Path errors = root.resolve("errors.txt");
        Process child =
                new ProcessBuilder(command).redirectError(errors.toFile()).start();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
            long target = ledger.total() + more;
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                if (line.matches("[0-9]+ [0-9]+")) {
                    ledger.done(
                            Integer.parseInt(line.substring(0, line.indexOf(' '))),
                            Long.parseLong(line.substring(line.indexOf(' ') + 1)));
                }
                assertThat(line).doesNotStartWith("failed");
                if (ledger.total() >= target) {
                    child.toHandle().destroyForcibly(); // what it told before is still read
                }
            }
            assertThat(ledger.total())
                    .as(java.nio.file.Files.readString(errors))
                    .isGreaterThanOrEqualTo(target);
        } finally {
            child.destroyForcibly();
            child.waitFor(20, TimeUnit.SECONDS);
        }
    }
}
