package dev.cairn.internal.projection;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread that copies SQLite's write-ahead log into the database file (a checkpoint, in SQLite's words) beside the writer and
 * the readers, and so knows which position has been forced.
 *
 * <p>Why not the writer itself: a copy forces two files, which took 100 to 600 ms under load; records would have to wait for
 * it. A copy beside a busy writer never ends at the very end of the log, where the writer could start it over; so when little is
 * left of a long log the writer is asked ({@link #restWanted}) to copy that itself.
 *
 * <p>Threading: any thread; the copying on its own.
 */
final class WalCopier implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WalCopier.class);
    /** Pages in the log at which they are copied: 40 MB. */
    private static final int COPY_PAGES_MIN = 10_000;
    /** Pages in the log at which the writer is asked to let it start over: 120 MB. */
    private static final int RESTART_PAGES_MIN = 30_000;
    /** Pages in the log at which either is done while room is scarce, however often that is: 4 MB. */
    private static final int SCARCE_PAGES_MIN = 1_000;

    private static final long SCARCE_BYTES = 1L << 30;
    /** Pages that the writer can copy without a noticeable pause. */
    private static final int REST_PAGES_MAX = 500;

    private static final int ROUNDS_MAX = 4;
    private static final long LOOK_MILLIS = 50;
    private static final long IDLE_MILLIS = 1_000;
    private static final long RETRY_MILLIS = 1_000;

    /** Pages in the log, and how many of them are in the file. */
    private record Pages(int logged, int copied) {
        int left() {
            return logged - copied;
        }
    }

    private final ProjectionFile file;
    private final LongSupplier committed;
    private final Object signal = new Object();
    private @Nullable Thread thread;
    /** Guarded by {@link #signal}. */
    private boolean stopping;
    /** Whether a transaction was committed since the last look; guarded by {@link #signal}. */
    private boolean wrote;

    private volatile boolean restWanted;
    private volatile long forced = -1;
    private volatile long copies;

    /** @param committed the last offset that a committed transaction includes */
    WalCopier(ProjectionFile file, LongSupplier committed) {
        this.file = file;
        this.committed = committed;
    }

    /** Starts the thread; does nothing while it runs. */
    void start() {
        Thread running = thread;
        if (running != null && running.isAlive()) {
            return;
        }
        stopping = false;
        wrote = true;
        restWanted = false;
        forced = -1;
        Thread started = new Thread(this::run, "cairn-projection-copy");
        started.setDaemon(true);
        thread = started;
        started.start();
    }

    /** The last offset that is known to be forced with its rows, −1 for none. */
    long forcedOffset() {
        return forced;
    }

    long copies() {
        return copies;
    }

    /** Says that a transaction was committed. */
    void committed() {
        synchronized (signal) {
            if (!wrote) {
                wrote = true;
                signal.notifyAll();
            }
        }
    }

    /** Whether the writer should copy the little that is left; asked once. */
    boolean restWanted() {
        if (!restWanted) {
            return false;
        }
        restWanted = false;
        return true;
    }

    @Override
    public void close() {
        synchronized (signal) {
            stopping = true;
            signal.notifyAll();
        }
        Thread running = thread;
        while (running != null && running.isAlive()) {
            try {
                running.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void run() {
        while (!copied() && rested()) {
            LOG.debug("copying into {} is tried again", file.path());
        }
    }

    /** Copies until it is to stop; returns false when a lack of room, or what else may pass, ended it before. */
    private boolean copied() {
        try (Connection connection = file.openCopier();
                Statement statement = connection.createStatement()) {
            while (awaitWrite()) {
                copyWhenDue(statement, Math.min(COPY_PAGES_MIN, pagesMax()));
                if (idle()) {
                    copyWhenDue(statement, 1);
                }
            }
            return true;
        } catch (SQLException e) {
            LOG.warn("copying into {} stopped: {}", file.path(), e.toString());
            return !SqlFailures.passing(e); // the writer meets the same damage and acts on it
        }
    }

    /** Waits before it is tried again, commits or not; returns false when stopping. */
    private boolean rested() {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(RETRY_MILLIS);
        synchronized (signal) {
            try {
                for (long left = RETRY_MILLIS; left > 0 && !stopping; ) {
                    signal.wait(left);
                    left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                }
            } catch (InterruptedException e) {
                return false;
            }
            wrote = true;
            return !stopping;
        }
    }

    /** Waits for a commit, then lets a little time pass; returns false when stopping. */
    @SuppressWarnings("WaitNotInLoop") // the second wait may end early: it only spaces the copies
    private boolean awaitWrite() {
        synchronized (signal) {
            try {
                while (!wrote && !stopping) {
                    signal.wait();
                }
                wrote = false;
                if (!stopping) {
                    signal.wait(LOOK_MILLIS);
                }
            } catch (InterruptedException e) {
                return false;
            }
            return !stopping;
        }
    }

    /** Waits a while for a commit; returns whether none came. */
    @SuppressWarnings("WaitNotInLoop") // may end early: the caller only loses a moment of rest
    private boolean idle() {
        synchronized (signal) {
            if (!wrote && !stopping) {
                try {
                    signal.wait(IDLE_MILLIS);
                } catch (InterruptedException e) {
                    return false;
                }
            }
            return !wrote && !stopping;
        }
    }

    private void copyWhenDue(Statement statement, int pagesMin) throws SQLException {
        for (int round = 0; round < ROUNDS_MAX; round++) {
            long offset = committed.getAsLong();
            Pages before = checkpoint(statement, "NOOP");
            if (before.left() <= 0) {
                forced = offset;
                return;
            }
            if (before.left() < pagesMin) {
                return;
            }
            Pages after = checkpoint(statement, "PASSIVE");
            copies++;
            // The log was forced as far as it is copied. One that is shorter now was started over, which happens only
            // after
            // all of it was copied and forced.
            if (after.copied() >= before.logged() || after.logged() < before.logged()) {
                forced = offset;
            }
            if (after.left() <= REST_PAGES_MAX) {
                restWanted = after.left() > 0 && after.logged() >= Math.min(RESTART_PAGES_MIN, pagesMax());
                return;
            }
        }
    }

    /** How long the log may get, as far as room goes. */
    private int pagesMax() {
        return file.usableBytes() < SCARCE_BYTES ? SCARCE_PAGES_MIN : Integer.MAX_VALUE;
    }

    private static Pages checkpoint(Statement statement, String mode) throws SQLException {
        try (ResultSet result = statement.executeQuery("PRAGMA wal_checkpoint(" + mode + ")")) {
            return result.next() ? new Pages(result.getInt(2), result.getInt(3)) : new Pages(0, 0);
        }
    }
}
