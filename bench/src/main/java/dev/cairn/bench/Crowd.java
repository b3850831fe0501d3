package dev.cairn.bench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;

/**
 * A timed round on several threads at once.
 *
 * <p>Threading: immutable.
 *
 * @param perSecond operations per second of all threads together
 * @param p50Nanos half of the operations took at most this long
 * @param p99Nanos all but one in a hundred took at most this long
 * @param count operations
 */
record Crowd(double perSecond, long p50Nanos, long p99Nanos, long count) {
    private static final int DIGITS = 3;

    /** One operation of one thread. */
    @FunctionalInterface
    interface Operation {
        /** @return how many writes it made */
        int run(int thread) throws Exception;
    }

    /** The one in the middle, by operations per second. */
    static Crowd median(List<Crowd> rounds) {
        return rounds.stream()
                .sorted(Comparator.comparingDouble(Crowd::perSecond))
                .toList()
                .get(rounds.size() / 2);
    }

    /** The middle of the ratios of rates, over rounds that took turns. */
    static double medianRatio(List<Crowd> of, List<Crowd> to) {
        double[] ratios = IntStream.range(0, of.size())
                .mapToDouble(i -> of.get(i).perSecond() / to.get(i).perSecond())
                .sorted()
                .toArray();
        return ratios[ratios.length / 2];
    }

    static Crowd round(int threads, double seconds, Operation operation) throws InterruptedException {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            long started = System.nanoTime();
            long end = started + (long) (seconds * 1e9);
            List<Callable<Worker>> workers = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                workers.add(new Worker(thread, end, operation));
            }
            Histogram all = new Histogram(DIGITS);
            long count = 0;
            for (Future<Worker> done : pool.invokeAll(workers)) {
                Worker worker = done.get();
                all.add(worker.histogram);
                count += worker.count;
            }
            double elapsed = (System.nanoTime() - started) / 1e9;
            return new Crowd(count / elapsed, all.getValueAtPercentile(50), all.getValueAtPercentile(99), count);
        } catch (ExecutionException e) {
            throw new IllegalStateException("expected every operation to succeed", e.getCause());
        } finally {
            pool.shutdown();
        }
    }

    /** One thread's share. */
    private static final class Worker implements Callable<Worker> {
        private final Histogram histogram = new Histogram(DIGITS);
        private final int thread;
        private final long end;
        private final Operation operation;
        private long count;

        Worker(int thread, long end, Operation operation) {
            this.thread = thread;
            this.end = end;
            this.operation = operation;
        }

        @Override
        public Worker call() throws Exception {
            long before = System.nanoTime();
            while (before < end) {
                count += operation.run(thread);
                long after = System.nanoTime();
                histogram.recordValue(after - before);
                before = after;
            }
            return this;
        }
    }
}
