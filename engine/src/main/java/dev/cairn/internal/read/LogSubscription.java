package dev.cairn.internal.read;

import dev.cairn.LogRecord;
import dev.cairn.log.LogSubscriber;
import dev.cairn.log.Subscription;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A subscription: one thread that reads the log and calls one subscriber.
 *
 * <p>Threading: the loop on its own thread; the rest from any thread.
 */
final class LogSubscription implements Subscription {
    private static final long WAIT_MILLIS = 60_000;

    private final LogReads reads;
    private final LogEnds ends;
    private final LogSubscriber subscriber;
    private final boolean accepted;
    private final Thread thread;
    private volatile long position;
    private volatile boolean closed;
    private volatile @Nullable Throwable failure;

    LogSubscription(LogReads reads, LogEnds ends, long from, boolean accepted, LogSubscriber subscriber) {
        this.reads = reads;
        this.ends = ends;
        this.subscriber = subscriber;
        this.accepted = accepted;
        this.position = from;
        this.thread = new Thread(this::run, "cairn-subscription");
        thread.setDaemon(true);
    }

    LogSubscription start() {
        reads.seek(position);
        thread.start();
        return this;
    }

    @Override
    public long position() {
        return position;
    }

    @Override
    public long lag() {
        return Math.max(0, (accepted ? ends.appendedOffset() : ends.durableOffset()) + 1 - position);
    }

    @Override
    public @Nullable Throwable failure() {
        return failure;
    }

    /** Whether its thread has run and is done. */
    boolean isEnded() {
        return thread.getState() == Thread.State.TERMINATED;
    }

    private void run() {
        try {
            while (!closed) {
                if (ends.await(position, accepted, WAIT_MILLIS, TimeUnit.MILLISECONDS)) {
                    deliver(accepted ? ends.appendedOffset() : ends.durableOffset());
                }
            }
        } catch (InterruptedException e) {
            closed = true;
        } catch (Throwable t) {
            if (!closed) {
                failure = t;
            }
        }
    }

    private void deliver(long through) {
        while (!closed && reads.advance(through)) {
            long offset = reads.offset();
            if (offset > position) {
                subscriber.gap(position, offset - 1);
            }
            LogRecord record = reads.record();
            if (record != null) {
                subscriber.record(record);
            }
            position = offset + 1;
        }
    }

    @Override
    public void close() {
        closed = true;
        if (Thread.currentThread() == thread) {
            return;
        }
        thread.interrupt();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
