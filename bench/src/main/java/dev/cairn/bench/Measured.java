package dev.cairn.bench;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;

/**
 * One timed round of one thing on one thread, and how such rounds are made.
 *
 * <p>Threading: immutable.
 *
 * @param perSecond operations per second
 * @param p50Nanos half of the operations took at most this long
 * @param p99Nanos all but one in a hundred took at most this long
 * @param cpuNanos processor time of the thread for each operation: what remains comparable on a machine that others use too
 * @param bytesPerOperation heap that the thread allocated
 */
record Measured(double perSecond, long p50Nanos, long p99Nanos, double cpuNanos, double bytesPerOperation) {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final long HIGHEST_NANOS = 60_000_000_000L;
    private static final int DIGITS = 3;
    private static final double LONGEST_SECONDS = 600;
    private static final LongSupplier WALL = System::nanoTime;

    /** One operation; {@code i} counts over all rounds. */
    @FunctionalInterface
    interface Operation {
        void run(long i) throws Exception;
    }

    /** An operation with its own count, so that rounds of several can take turns. */
    static final class Runner {
        private final Operation operation;
        private final List<Measured> rounds = new ArrayList<>();
        private long next;

        Runner(Operation operation) {
            this.operation = operation;
        }

        /** Runs without counting. */
        void warmUp(double seconds) throws Exception {
            time(seconds, Long.MAX_VALUE, WALL);
        }

        /** Runs so many without counting. */
        void warmUpWith(long operations) throws Exception {
            time(LONGEST_SECONDS, operations, WALL);
        }

        Measured round(double seconds) throws Exception {
            return add(time(seconds, Long.MAX_VALUE, WALL));
        }

        /** A round of so many operations, where each uses something up. */
        Measured roundOf(long operations) throws Exception {
            return add(time(LONGEST_SECONDS, operations, WALL));
        }

        /**
         * A round whose latencies are processor time of the thread, and that counts among no others: what an operation would take
         * if nobody else used the machine. For operations of many microseconds, as asking for the time takes one itself.
         */
        Measured processorRound(double seconds) throws Exception {
            return time(seconds, Long.MAX_VALUE, THREADS::getCurrentThreadCpuTime);
        }

        /**
         * The middle of some rounds before any peer ran in this process; they count among no others. A peer that uses the same
         * libraries for other types takes from the engine what the compiler made of there being one type only.
         */
        Measured alone(int count, double seconds) throws Exception {
            return alone(count, seconds, Long.MAX_VALUE);
        }

        /** The same with rounds of so many operations. */
        Measured aloneOf(int count, long operations) throws Exception {
            return alone(count, LONGEST_SECONDS, operations);
        }

        private Measured alone(int count, double seconds, long operations) throws Exception {
            List<Measured> alone = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                alone.add(time(seconds, operations, WALL));
            }
            return median(alone);
        }

        private Measured add(Measured measured) {
            rounds.add(measured);
            return measured;
        }

        /** How many operations were run. */
        long count() {
            return next;
        }

        List<Measured> rounds() {
            return rounds;
        }

        /** The round in the middle, by operations per second. */
        Measured median() {
            return median(rounds);
        }

        private static Measured median(List<Measured> some) {
            List<Measured> sorted = new ArrayList<>(some);
            sorted.sort(Comparator.comparingDouble(Measured::perSecond));
            return sorted.get(sorted.size() / 2);
        }

        private Measured time(double seconds, long most, LongSupplier clock) throws Exception {
            Histogram histogram = new Histogram(HIGHEST_NANOS, DIGITS);
            long allocated =
                    THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
            long cpu = THREADS.getCurrentThreadCpuTime();
            long started = System.nanoTime();
            long end = started + (long) (seconds * 1e9);
            long before = clock.getAsLong();
            long last = before;
            long first = next;
            while ((clock == WALL ? last : System.nanoTime()) < end && next - first < most) {
                operation.run(next++);
                last = clock.getAsLong();
                histogram.recordValue(Math.min(last - before, HIGHEST_NANOS));
                before = last;
            }
            long elapsed = System.nanoTime() - started;
            cpu = THREADS.getCurrentThreadCpuTime() - cpu;
            long bytes = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId()) - allocated;
            long count = next - first;
            return new Measured(
                    count * 1e9 / elapsed,
                    histogram.getValueAtPercentile(50),
                    histogram.getValueAtPercentile(99),
                    (double) cpu / count,
                    (double) bytes / count);
        }
    }

    /** The middle of the ratios of operations per second, over rounds that took turns. */
    static double medianRatio(Runner of, Runner to) {
        return median(
                i -> of.rounds().get(i).perSecond() / to.rounds().get(i).perSecond(),
                of.rounds().size());
    }

    /** The same by processor time. */
    static double medianCpuRatio(Runner of, Runner to) {
        return median(
                i -> to.rounds().get(i).cpuNanos() / of.rounds().get(i).cpuNanos(),
                of.rounds().size());
    }

    private static double median(IntToDoubleFunction value, int count) {
        double[] sorted = IntStream.range(0, count).mapToDouble(value).sorted().toArray();
        return sorted[count / 2];
    }
}
