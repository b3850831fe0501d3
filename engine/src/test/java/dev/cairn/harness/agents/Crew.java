package dev.cairn.harness.agents;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;

/**
 * Agents at work at the same time, one thread each.
 *
 * <p>Threading: one thread.
 */
public final class Crew {
    private Crew() {}

    /** What one agent does. */
    @FunctionalInterface
    public interface Work {
        void run(int agent) throws Exception;
    }

    /** Lets {@code agents} begin at once and waits for all; returns how long it took, in nanoseconds. */
    public static long run(int agents, Work work) throws InterruptedException {
        CountDownLatch begin = new CountDownLatch(1);
        Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < agents; i++) {
            int agent = i;
            Thread thread = new Thread(
                    () -> {
                        try {
                            begin.await();
                            work.run(agent);
                        } catch (Exception | Error e) {
                            failures.add(e);
                        }
                    },
                    "agent-" + i);
            threads.add(thread);
            thread.setDaemon(true);
            thread.start();
        }
        long begun = System.nanoTime();
        begin.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        if (!failures.isEmpty()) {
            throw new AssertionError(failures.size() + " of " + agents + " agents failed", failures.peek());
        }
        return System.nanoTime() - begun;
    }
}
