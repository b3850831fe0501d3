package dev.cairn.harness.agents;

import dev.cairn.Cairn;
import dev.cairn.CairnOptions;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;

/**
 * The program that is killed: opens a directory and lets a crew work in it, each agent from the round on that it is told; tells
 * each round that is done. It ends when its input does.
 *
 * <p>Threading: a thread for each agent.
 */
public final class CrewChild {
    private CrewChild() {}

    static CairnOptions options() {
        return CairnOptions.builder()
                .segmentBytesMax(1 << 20)
                .unforcedRecordsMax(2_000)
                .projection(false)
                .build();
    }

    /** Makes the tasks that a crew works on. */
    public static void create(Cairn cairn) {
        Desk desk = new EmbeddedDesk(cairn);
        desk.create(Agent.SHARED);
        desk.create(Agent.OWNED);
        cairn.sync();
    }

    /** @param arguments the directory, then the first round of each agent */
    public static void main(String[] arguments) throws IOException {
        PrintStream out = System.out;
        Cairn cairn = Cairn.open(Path.of(arguments[0]), options());
        CrewLedger ledger = new CrewLedger(arguments.length - 1);
        for (int i = 0; i < ledger.agents(); i++) {
            ledger.done(i, Long.parseLong(arguments[i + 1]) - 1);
            int agent = i;
            Thread thread = new Thread(() -> work(ledger, new EmbeddedDesk(cairn), agent, out));
            thread.setDaemon(true);
            thread.start();
        }
        while (System.in.read() >= 0) {
            // Nothing is said to it.
        }
        Runtime.getRuntime().halt(0);
    }

    private static void work(CrewLedger ledger, Desk desk, int agent, PrintStream out) {
        try {
            while (true) {
                long round = ledger.done(agent);
                ledger.round(desk, agent);
                tell(out, agent + " " + round);
            }
        } catch (RuntimeException | Error e) {
            tell(out, "failed " + e);
        }
    }

    private static void tell(PrintStream out, String line) {
        synchronized (out) {
            out.println(line);
            out.flush();
        }
    }
}
