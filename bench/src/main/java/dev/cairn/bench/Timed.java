package dev.cairn.bench;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.LongSupplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * One piece of work, timed as a whole.
 *
 * <p>Threading: immutable.
 *
 * @param perSecond units of work per second
 * @param cpuNanos processor time for each unit, of the calling thread or of the process
 */
record Timed(double perSecond, double cpuNanos) {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private static final OperatingSystemMXBean PROCESS =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    /** @param work returns how many units it did, on the calling thread */
    static Timed of(Callable<Long> work) throws Exception {
        return of(work, THREADS::getCurrentThreadCpuTime);
    }

    /** @param work returns how many units it did, on whichever threads; what compiler and collector do meanwhile counts too */
    static Timed ofProcess(Callable<Long> work) throws Exception {
        return of(work, PROCESS::getProcessCpuTime);
    }

    private static Timed of(Callable<Long> work, LongSupplier cpuTime) throws Exception {
        long cpu = cpuTime.getAsLong();
        long started = System.nanoTime();
        long count = work.call();
        double elapsed = System.nanoTime() - started;
        return new Timed(count * 1e9 / elapsed, (double) (cpuTime.getAsLong() - cpu) / count);
    }

    /** The one in the middle, by units per second. */
    static Timed median(List<Timed> rounds) {
        return rounds.stream()
                .sorted(Comparator.comparingDouble(Timed::perSecond))
                .toList()
                .get(rounds.size() / 2);
    }

    /** The middle of the ratios of rates, over rounds that took turns. */
    static double medianRatio(List<Timed> of, List<Timed> to) {
        return median(of, to, Timed::perSecond);
    }

    /** The same by processor time. */
    static double medianCpuRatio(List<Timed> of, List<Timed> to) {
        return median(to, of, Timed::cpuNanos);
    }

    private static double median(List<Timed> of, List<Timed> to, ToDoubleFunction<Timed> value) {
        double[] ratios = IntStream.range(0, of.size())
                .mapToDouble(i -> value.applyAsDouble(of.get(i)) / value.applyAsDouble(to.get(i)))
                .sorted()
                .toArray();
        return ratios[ratios.length / 2];
    }
}
