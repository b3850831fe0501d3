package dev.cairn.internal.follow;

import dev.cairn.internal.codec.Event;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread that reads the durable log from an observer's position on and hands it over in batches, until it is stopped or
 * fails. After either it can be started again, and goes on from the observer's position.
 *
 * <p>Only its waits are interrupted, never its reads or the observer: an interrupt would close a file channel under them.
 *
 * <p>Threading: any thread; not from the observer.
 */
public final class Follower implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Follower.class);
    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** The clock is looked at once in so many records. */
    private static final int CLOCK_RECORDS = 64;

    private final String name;
    private final RecordSource.Opener sources;
    private final RecordObserver observer;
    private final BatchLimits limits;
    private final Event event = new Event();
    /** When the batch before ended; of the thread. */
    private long batchEndedNanos;

    private final Object gate = new Object();
    /** The running thread; guarded by {@link #gate}. */
    private @Nullable Thread thread;
    /** Whether the thread is in a wait that may be interrupted; guarded by {@link #gate}. */
    private boolean waiting;

    /** Whether it was started again since the failure at hand, of which the observer may have told; guarded by {@link #gate}. */
    private boolean startedAgain;

    private volatile boolean stopping;
    private volatile @Nullable Throwable failure;

    /** @param name of the thread */
    public Follower(String name, RecordSource.Opener sources, RecordObserver observer, BatchLimits limits) {
        this.name = name;
        this.sources = sources;
        this.observer = observer;
        this.limits = limits;
    }

    /** Starts the thread; does nothing while it runs. */
    public void start() {
        synchronized (gate) {
            if (thread != null && thread.isAlive()) {
                startedAgain = true;
                return;
            }
            stopping = false;
            failure = null;
            batchEndedNanos = System.nanoTime() - limits.interval().toNanos();
            Thread started = new Thread(this::run, name);
            started.setDaemon(true);
            thread = started;
            started.start();
        }
    }

    /** Whether the thread runs. */
    public boolean running() {
        synchronized (gate) {
            return thread != null && thread.isAlive();
        }
    }

    /** Why it ended by itself, or null. */
    public @Nullable Throwable failure() {
        return failure;
    }

    /** Stops after the batch at hand and waits for the thread's end. */
    @Override
    public void close() {
        Thread running;
        synchronized (gate) {
            running = thread;
            stopping = true;
            if (running != null && waiting) {
                running.interrupt();
            }
        }
        if (running != null && running != Thread.currentThread()) {
            join(running);
        }
    }

    private static void join(Thread running) {
        boolean interrupted = false;
        while (running.isAlive()) {
            try {
                running.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (!stopping) {
            try {
                follow();
            } catch (Throwable e) {
                synchronized (gate) {
                    startedAgain = false;
                }
                long pauseMillis = observer.retryAfterMillis(e);
                if (pauseMillis != RecordObserver.GIVE_UP) {
                    LOG.warn("{} goes on {}: {}", name, when(pauseMillis), e.getMessage());
                    LOG.debug("{} goes on", name, e);
                    pause(() -> Thread.sleep(pauseMillis));
                } else if (gaveUp(e)) {
                    return;
                }
            }
        }
    }

    private static String when(long pauseMillis) {
        return pauseMillis == 0 ? "at once" : "in " + pauseMillis + " ms";
    }

    /** Ends for {@code why}, unless somebody who was told of it has started the follower again already. */
    private boolean gaveUp(Throwable why) {
        synchronized (gate) {
            if (startedAgain) {
                return false;
            }
            failure = why;
            thread = null;
        }
        LOG.error("{} stopped: {}", name, why.getMessage());
        LOG.debug("{} stopped", name, why);
        return true;
    }

    private void follow() {
        try (RecordSource source = sources.open(observer.resume() + 1)) {
            while (!stopping) {
                long durable = source.durableOffset();
                if (!batch(source, durable)) {
                    awaitMore(source, durable);
                }
            }
        }
    }

    /** Hands one batch over; returns false when there was none. */
    private boolean batch(RecordSource source, long durable) {
        if (!source.next(event)) {
            return false;
        }
        long started = System.nanoTime();
        int records = 0;
        long bytes = 0;
        boolean more = true;
        while (more) {
            observer.record(event);
            records++;
            bytes += event.key.length() + event.payload.length() + (event.hasImage ? event.image.length() : 0);
            boolean full = stopping || records >= limits.recordsMax() || bytes >= limits.bytesMax();
            if (!full && records % CLOCK_RECORDS == 0) {
                full = System.nanoTime() - started >= limits.timeMax().toNanos();
            }
            more = !(full && source.atDocumentEnd()) && (source.next(event) || gathered(source));
        }
        observer.batchEnd(new BatchEnd(event.epoch, event.offset, source.checksum(), Math.max(durable, event.offset)));
        batchEndedNanos = System.nanoTime();
        return true;
    }

    /** Waits for a further record as long as the batch before is too fresh; returns whether it was read. */
    private boolean gathered(RecordSource source) {
        while (!stopping) {
            long durable = source.durableOffset();
            if (source.next(event)) {
                return true;
            }
            long left = limits.interval().toNanos() - (System.nanoTime() - batchEndedNanos);
            if (left <= 0) {
                return false;
            }
            pause(() -> source.awaitDurable(durable + 1, left));
        }
        return false;
    }

    private void awaitMore(RecordSource source, long durable) {
        boolean[] came = new boolean[1];
        pause(() -> came[0] = source.awaitDurable(durable + 1, IDLE_NANOS));
        if (!came[0] && !stopping) {
            observer.idle();
        }
    }

    private void pause(InterruptibleWait wait) {
        synchronized (gate) {
            if (stopping) {
                return;
            }
            waiting = true;
        }
        try {
            wait.run();
        } catch (InterruptedException e) {
            LOG.debug("{} was interrupted in a wait", name);
        } finally {
            synchronized (gate) {
                waiting = false;
                // An interrupt belongs to the wait alone; left over it would close the next file that is opened.
                Thread.interrupted();
            }
        }
    }

    private interface InterruptibleWait {
        void run() throws InterruptedException;
    }
}
