package dev.cairn.tools;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets long work end in order when the process is told to stop: the end of the process waits until the work is closed. The
 * JDK then sets the exit status, 130 after SIGINT and 143 after SIGTERM.
 *
 * <p>Threading: any thread.
 */
final class Stopping implements AutoCloseable {
    private static final long CLOSE_SECONDS_MAX = 60;

    private final CountDownLatch requested = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread hook = new Thread(this::awaitClosed, "cairn-stop");

    private Stopping() {}

    /** From now until {@link #close} the end of the process waits. */
    static Stopping install() {
        Stopping stopping = new Stopping();
        Runtime.getRuntime().addShutdownHook(stopping.hook);
        return stopping;
    }

    private void awaitClosed() {
        requested.countDown();
        try {
            closed.await(CLOSE_SECONDS_MAX, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether the process was told to stop. */
    boolean requested() {
        return requested.getCount() == 0;
    }

    /** Asks for the end from within. */
    void request() {
        requested.countDown();
    }

    /** Waits until the process is told to stop. */
    void await() throws InterruptedException {
        requested.await();
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process is ending: that is what the hook waited for.
        }
    }
}
