package dev.cairn.internal.assembly;

import dev.cairn.Progress;
import dev.cairn.internal.commit.AppendSignal;
import dev.cairn.internal.recovery.Replayer;
import dev.cairn.internal.segment.LogCursor;
import dev.cairn.internal.segment.SegmentCatalog;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the state of a read-only engine up with a log that another process writes.
 *
 * <p>Threading: the loop on its own thread; the rest from any thread. {@code this} guards the state while it is changed.
 */
final class StateFollower implements AutoCloseable {
    private static final long POLL_MILLIS = 20;

    private final Replayer replayer;
    private final SegmentCatalog catalog;
    private final LogCursor cursor;
    private final LongSupplier through;
    private final AppendSignal signal;
    private final Thread thread;
    private volatile long position;
    private volatile boolean closed;
    private volatile @Nullable Throwable failure;

    /** @param applied the last offset that the state includes already */
    StateFollower(Replayer replayer, SegmentCatalog catalog, LongSupplier through, AppendSignal signal, long applied) {
        this.replayer = replayer;
        this.catalog = catalog;
        this.cursor = new LogCursor(catalog);
        this.through = through;
        this.signal = signal;
        this.position = applied;
        this.thread = new Thread(this::run, "cairn-state");
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** The last offset that the state includes. */
    long position() {
        return position;
    }

    @Nullable
    Throwable failure() {
        return failure;
    }

    long applied() {
        return replayer.applied();
    }

    /** Bytes of frames in sealed segments: those of the one that is being written are not known here. */
    long frameBytes() {
        return catalog.sealedFrameBytes();
    }

    synchronized <T extends @Nullable Object> T still(Supplier<T> work) {
        return work.get();
    }

    private void run() {
        try {
            while (!closed) {
                catchUp();
                TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            }
        } catch (InterruptedException e) {
            closed = true;
        } catch (Throwable t) {
            failure = t;
        }
    }

    private synchronized void catchUp() {
        long end = through.getAsLong();
        if (end > position) {
            replayer.follow(cursor, position + 1, end, Progress.NONE);
            position = end;
            signal.changed();
        }
    }

    @Override
    public void close() {
        closed = true;
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
