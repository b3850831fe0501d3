package dev.cairn.bench;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/**
 * What a run prints: one line for each figure, and beside it what it is compared with and what it should reach.
 *
 * <p>Threading: one thread.
 */
final class Report {
    private final PrintStream out;

    Report(PrintStream out) {
        this.out = out;
    }

    void section(String title) {
        out.println();
        out.println("== " + title);
    }

    void note(String format, Object... arguments) {
        out.println("   " + String.format(Locale.ROOT, format, arguments));
    }

    /** A single-threaded rate with its latencies and allocation. */
    void rate(String what, Measured measured) {
        line(
                what,
                "%,12.0f/s   p50 %7.2f µs   p99 %8.2f µs   cpu %6.0f ns   %6.1f B/op",
                measured.perSecond(),
                measured.p50Nanos() / 1e3,
                measured.p99Nanos() / 1e3,
                measured.cpuNanos(),
                measured.bytesPerOperation());
    }

    /** A rate of several threads with its latencies, and what it is compared with. */
    void crowd(String what, List<Crowd> rounds, List<Crowd> peers, String peer) {
        Crowd median = Crowd.median(rounds);
        line(
                what,
                "%,12.0f/s   p50 %8.3f ms   p99 %8.3f ms   %6.2f× %s",
                median.perSecond(),
                median.p50Nanos() / 1e6,
                median.p99Nanos() / 1e6,
                Crowd.medianRatio(rounds, peers),
                peer);
    }

    /** The ratio of rounds that took turns, by rate and by processor time. */
    void ratio(String what, Measured.Runner of, Measured.Runner to) {
        line(
                what,
                "%,14.2f %%   by processor time %,.2f %%",
                100 * Measured.medianRatio(of, to),
                100 * Measured.medianCpuRatio(of, to));
    }

    /** Latencies in processor time. */
    void processorTime(String what, Measured measured) {
        line(
                what + ", processor time",
                "p50 %7.2f µs   p99 %8.2f µs",
                measured.p50Nanos() / 1e3,
                measured.p99Nanos() / 1e3);
    }

    void line(String what, String format, Object... arguments) {
        out.printf(Locale.ROOT, "   %-52s %s%n", what, String.format(Locale.ROOT, format, arguments));
    }

    /** A figure that has a goal. */
    void goal(String what, double value, String unit, boolean reached, String goal) {
        line(what, "%,14.2f %s   goal %s: %s", value, unit, goal, reached ? "reached" : "MISSED");
    }

    /** Stops the run unless what was measured also did what it should. */
    void gate(String what, boolean holds, Object was) {
        if (!holds) {
            throw new IllegalStateException("expected " + what + ", was " + was + ": the figure means nothing");
        }
        out.println("   checked: " + what);
    }
}
