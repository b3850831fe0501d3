package dev.cairn.internal.commit;

import java.util.function.BooleanSupplier;

/**
 * Wakes those who wait for any change. Costs one volatile read when nobody does.
 *
 * <p>Threading: any thread.
 */
public final class AppendSignal {
    private final Object monitor = new Object();
    private volatile int waiting;

    /** Says that something changed; call after the change can be seen. */
    public void changed() {
        if (waiting > 0) {
            synchronized (monitor) {
                monitor.notifyAll();
            }
        }
    }

    /**
     * Waits until {@code condition} holds; it is asked again after each change.
     *
     * @param deadlineNanos of {@link System#nanoTime}
     * @return whether it holds
     */
    public boolean await(BooleanSupplier condition, long deadlineNanos) throws InterruptedException {
        if (condition.getAsBoolean()) {
            return true;
        }
        synchronized (monitor) {
            waiting++; // guarded by the monitor; volatile for changed()
            try {
                while (!condition.getAsBoolean()) {
                    long millis = (deadlineNanos - System.nanoTime()) / 1_000_000;
                    if (millis <= 0) {
                        return false;
                    }
                    monitor.wait(millis);
                }
                return true;
            } finally {
                waiting--;
            }
        }
    }
}
