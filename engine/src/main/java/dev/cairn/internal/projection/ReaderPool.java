package dev.cairn.internal.projection;

import dev.cairn.OverloadedException;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A few readers, opened when first needed and lent to one caller at a time.
 *
 * <p>Threading: any thread.
 */
final class ReaderPool implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ReaderPool.class);
    static final int READERS_MAX = 4;

    private static final long DRAIN_SECONDS = 10;
    private static final long RETRY_MILLIS = 100;

    private final ProjectionFile file;
    private final Semaphore permits = new Semaphore(READERS_MAX, true);
    /** Guards itself and {@link #generation}. */
    private final Deque<Reader> idle = new ArrayDeque<>();

    /** Grows when the file is replaced: a reader of the file before is not lent again. */
    private int generation;

    ReaderPool(ProjectionFile file) {
        this.file = file;
    }

    /**
     * Lends a reader; give it back with {@link #release} or {@link #discard}.
     *
     * @throws OverloadedException when all are lent for {@code timeoutNanos}
     */
    Reader acquire(long timeoutNanos) throws SQLException, InterruptedException {
        if (!permits.tryAcquire(timeoutNanos, TimeUnit.NANOSECONDS)) {
            throw new OverloadedException(
                    "expected one of " + READERS_MAX + " readers of the projection to be free, was none", RETRY_MILLIS);
        }
        boolean lent = false;
        try {
            Reader reader = poll();
            if (reader == null) {
                reader = open();
            }
            lent = true;
            return reader;
        } finally {
            if (!lent) {
                permits.release();
            }
        }
    }

    private @Nullable Reader poll() {
        synchronized (idle) {
            return idle.pollFirst();
        }
    }

    private Reader open() throws SQLException {
        int current;
        synchronized (idle) {
            current = generation;
        }
        return new Reader(file.openReader(), current);
    }

    void release(Reader reader) {
        boolean current;
        synchronized (idle) {
            current = reader.generation() == generation;
            if (current) {
                idle.addFirst(reader);
            }
        }
        if (!current) {
            close(reader);
        }
        permits.release();
    }

    /** Gives back a reader that failed. */
    void discard(Reader reader) {
        close(reader);
        permits.release();
    }

    /** Runs {@code action} while no reader is open; waits for those that are lent. */
    void whileEmpty(Runnable action) {
        boolean all = acquireAll();
        try {
            closeIdle();
            action.run();
        } finally {
            if (all) {
                permits.release(READERS_MAX);
            }
        }
    }

    private boolean acquireAll() {
        try {
            return permits.tryAcquire(READERS_MAX, DRAIN_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void closeIdle() {
        synchronized (idle) {
            idle.forEach(ReaderPool::close);
            idle.clear();
            generation++;
        }
    }

    private static void close(Reader reader) {
        try {
            reader.close();
        } catch (SQLException e) {
            LOG.debug("closing a reader of the projection: {}", e.toString());
        }
    }

    /** Waits for readers that are lent, for a while. */
    @Override
    public void close() {
        whileEmpty(() -> {});
    }
}
