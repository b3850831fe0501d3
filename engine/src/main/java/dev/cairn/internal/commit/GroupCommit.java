package dev.cairn.internal.commit;

import dev.cairn.NotReadyException;
import dev.cairn.internal.commit.CommitLog.ForceTarget;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes appended records durable: one thread that forces for everybody who waits.
 *
 * <p>While somebody waits it forces again and again; otherwise within the force interval. A failed force is final: {@link
 * #failure()} is set, every waiter is told, and nothing becomes durable any more.
 *
 * <p>Threading: {@link #appended} under the commit lock; the loop on the force thread; the rest from any thread. {@code
 * waiters} is guarded by itself, and guards {@code failing}.
 */
public final class GroupCommit implements AutoCloseable {
    /** Is told, on the force thread, what became durable and when there is nothing to do. */
    public interface Listener {
        void durable(ForceTarget target);

        void idle();

        void failed(Throwable cause);
    }

    private static final long ENDED_LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final Supplier<@Nullable ForceTarget> targets;
    private final Listener listener;
    private final long intervalNanos;
    private final Thread thread;
    private final List<DurableWaiter> waiters = new ArrayList<>();

    private volatile long appended;
    private volatile long durable;
    private volatile long appendedBytes;
    private volatile long durableBytes;
    private volatile boolean urgent;
    private volatile boolean resting;
    private volatile boolean closed;
    private volatile @Nullable Throwable failure;
    private boolean failing;
    private long forces;
    private long forceNanos;

    /**
     * @param targets takes the commit lock and gives what is to be forced
     * @param durable offset up to which everything is durable already
     */
    public GroupCommit(Supplier<@Nullable ForceTarget> targets, Listener listener, int intervalMillis, long durable) {
        this.targets = targets;
        this.listener = listener;
        this.intervalNanos = TimeUnit.MILLISECONDS.toNanos(intervalMillis);
        this.appended = durable;
        this.durable = durable;
        this.thread = new Thread(this::run, "cairn-force");
        thread.setDaemon(true);
    }

    public void start() {
        thread.start();
    }

    /** Everything up to this offset is on disk; −1 for nothing. */
    public long durableOffset() {
        return durable;
    }

    /** The last offset that was appended. */
    public long appendedOffset() {
        return appended;
    }

    public long unforcedRecords() {
        return appended - durable;
    }

    public long unforcedBytes() {
        return appendedBytes - durableBytes;
    }

    public @Nullable Throwable failure() {
        return failure;
    }

    public long forces() {
        return forces;
    }

    public long forceNanos() {
        return forceNanos;
    }

    /** Says that records up to {@code offset} were appended. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // only written under the commit lock
    void appended(long offset, int bytes) {
        appendedBytes = appendedBytes + bytes;
        appended = offset;
        if (resting) {
            LockSupport.unpark(thread);
        }
    }

    /**
     * Waits until {@code offset} is durable and hastens it.
     *
     * @return false when {@code deadlineNanos} (of {@link System#nanoTime}) passed first
     * @throws NotReadyException when a force failed
     * @throws InterruptedException when interrupted; the record may become durable all the same
     */
    public boolean await(long offset, long deadlineNanos) throws InterruptedException {
        return await(offset, deadlineNanos, true);
    }

    /** Like {@link #await}, but leaves the pace to the force interval. */
    public boolean awaitPatiently(long offset, long deadlineNanos) throws InterruptedException {
        return await(offset, deadlineNanos, false);
    }

    /**
     * Like {@link #awaitPatiently}, for whoever reads: that forcing has ended is no failure to them. A force that was under way then
     * may still make something durable, and wakes nobody: so they look again now and then.
     */
    public boolean awaitToRead(long offset, long deadlineNanos) throws InterruptedException {
        try {
            return awaitPatiently(offset, deadlineNanos);
        } catch (NotReadyException e) {
            long left = deadlineNanos - System.nanoTime();
            while (left > 0 && durable < offset) {
                TimeUnit.NANOSECONDS.sleep(Math.min(left, ENDED_LOOK_NANOS));
                left = deadlineNanos - System.nanoTime();
            }
            return offset <= durable;
        }
    }

    private boolean await(long offset, long deadlineNanos, boolean hasten) throws InterruptedException {
        if (offset <= durable) {
            return true;
        }
        DurableWaiter waiter = DurableWaiter.ofThread(offset, hasten);
        add(waiter);
        while (!waiter.isDone()) {
            long left = deadlineNanos - System.nanoTime();
            if (left <= 0 || Thread.interrupted()) {
                remove(waiter);
                if (left > 0) {
                    throw new InterruptedException();
                }
                return offset <= durable;
            }
            LockSupport.parkNanos(this, left);
        }
        waiter.throwIfFailed();
        return true;
    }

    /** Runs {@code whenDone} on the force thread once {@code offset} is durable, with the failure if it never will be. */
    void whenDurable(long offset, DurableWaiter.Callback whenDone) {
        add(DurableWaiter.ofCallback(offset, whenDone));
    }

    private void add(DurableWaiter waiter) {
        Throwable failed;
        synchronized (waiters) {
            failed = failure;
            if (failed == null && waiter.offset() > durable) {
                waiters.add(waiter);
            } else {
                waiter.done(waiter.offset() <= durable ? null : failed);
                return;
            }
        }
        if (waiter.hastens() && !urgent) {
            urgent = true;
            LockSupport.unpark(thread);
        }
    }

    private void remove(DurableWaiter waiter) {
        synchronized (waiters) {
            waiters.remove(waiter);
        }
    }

    private void run() {
        try {
            while (!closed || appended > durable) {
                rest();
                forceOnce();
            }
        } catch (Throwable t) {
            fail(t);
        }
    }

    private void rest() {
        long restedFrom = System.nanoTime();
        boolean idleTold = false;
        while (!closed && !urgent) {
            resting = true;
            boolean work = appended > durable;
            if (!work && !idleTold) {
                listener.idle();
                idleTold = true;
                restedFrom = System.nanoTime();
            } else if (!work) {
                LockSupport.park(this);
                restedFrom = System.nanoTime();
            } else {
                long left = intervalNanos - (System.nanoTime() - restedFrom);
                if (left <= 0) {
                    break;
                }
                resting = false;
                LockSupport.parkNanos(this, left);
            }
        }
        resting = false;
    }

    private void forceOnce() throws Exception {
        urgent = false;
        if (appended <= durable) {
            return;
        }
        long bytes = appendedBytes;
        ForceTarget target = targets.get();
        if (target == null) {
            throw new IllegalStateException("expected something to force, was nothing");
        }
        long started = System.nanoTime();
        target.force();
        forceNanos += System.nanoTime() - started;
        forces++;
        durableBytes = Math.max(durableBytes, bytes);
        durable = Math.max(durable, target.lastOffset());
        listener.durable(target);
        release();
    }

    private void release() {
        List<DurableWaiter> ready = new ArrayList<>();
        synchronized (waiters) {
            long covered = durable;
            waiters.removeIf(waiter -> {
                boolean isCovered = waiter.offset() <= covered;
                if (isCovered) {
                    ready.add(waiter);
                }
                return isCovered;
            });
            if (waiters.stream().anyMatch(DurableWaiter::hastens)) {
                urgent = true;
            }
        }
        for (DurableWaiter waiter : ready) {
            waiter.done(null);
        }
    }

    /** Ends all forcing: no offset becomes durable any more. Whoever is told finds that the listener was told before. */
    public void fail(Throwable cause) {
        synchronized (waiters) {
            if (failing) {
                return;
            }
            failing = true;
        }
        closed = true;
        listener.failed(cause);
        List<DurableWaiter> all;
        synchronized (waiters) {
            failure = cause;
            all = new ArrayList<>(waiters);
            waiters.clear();
        }
        for (DurableWaiter waiter : all) {
            waiter.done(waiter.offset() <= durable ? null : cause);
        }
        LockSupport.unpark(thread);
    }

    /** Forces what was appended and ends the force thread. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
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
        fail(new NotReadyException("the engine is closed"));
    }
}
