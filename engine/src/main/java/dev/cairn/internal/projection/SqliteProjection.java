package dev.cairn.internal.projection;

import dev.cairn.CairnException;
import dev.cairn.DamagedLogException;
import dev.cairn.InvalidRequestException;
import dev.cairn.NotReadyException;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.follow.BatchEnd;
import dev.cairn.internal.follow.BatchLimits;
import dev.cairn.internal.follow.Follower;
import dev.cairn.internal.follow.RecordObserver;
import dev.cairn.internal.follow.RecordSource;
import dev.cairn.internal.kind.Entity;
import dev.cairn.internal.kind.Kind;
import dev.cairn.internal.kind.RowQuery;
import dev.cairn.internal.kind.RowView;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Current state in SQLite, kept by a follower of the durable log and never ahead of it: answers lists, filters and counts.
 *
 * <p>Threading: any thread.
 */
public final class SqliteProjection implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SqliteProjection.class);
    private static final BatchLimits LIMITS =
            new BatchLimits(20_000, 32L << 20, Duration.ofMillis(250), Duration.ofMillis(10));
    private static final long RETRY_MILLIS = 1_000;
    /** A file that is damaged again and again is a broken disk. */
    private static final int REMAKES_MAX = 3;

    private final LogFacts log;
    private final ProjectionFile file;
    private final ProjectionWriter writer;
    private final ProjectionReader reader;
    private final WalCopier copier;
    private final Follower follower;
    private final PositionGate gate = new PositionGate();

    private volatile @Nullable String waiting;
    /** Why the file has to be made anew; set by readers, acted on by the follower. */
    private volatile @Nullable String damage;

    private volatile long records;
    private volatile long transactions;
    private volatile long transactionNanos;
    private volatile long remakes;
    private volatile boolean closed;

    private SqliteProjection(Path directory, List<Kind> kinds, LogFacts log, RecordSource.Opener sources) {
        ProjectionSchema schema = new ProjectionSchema(kinds);
        this.log = log;
        this.file = new ProjectionFile(directory);
        this.writer = new ProjectionWriter(file, schema, log);
        this.reader = new ProjectionReader(file, schema, why -> damage = why, AccessPath.COUNTED_ROWS_MAX);
        this.copier = new WalCopier(file, gate::offset);
        this.follower = new Follower("cairn-projection", sources, new Applier(), LIMITS);
    }

    /**
     * Opens the database in {@code directory}, or begins a new one when there is none that fits the log. Follows only after
     * {@link #start}. Does not fail: what keeps the database from opening keeps queries from being answered, and {@link
     * #failure} names it.
     *
     * @param kinds all kinds; those with a table are projected
     */
    public static SqliteProjection open(Path directory, List<Kind> kinds, LogFacts log, RecordSource.Opener sources) {
        SqliteProjection projection = new SqliteProjection(directory, kinds, log, sources);
        try {
            projection.writer.open();
            projection.publish();
        } catch (RuntimeException e) {
            // A full disk or a missing native library must not keep the log from opening; the follower tries again.
            LOG.warn("{} was not opened: {}", projection.file.path(), e.toString());
        }
        return projection;
    }

    /** Deletes the database in {@code directory}, which must not be open; the next opening makes it anew. */
    public static void delete(Path directory) {
        try {
            new ProjectionFile(directory).delete();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The last record that the database in {@code directory} says to include, −1 when there is none of {@code installation}, or it
     * cannot be read.
     *
     * @param beside whether SQLite may make its files beside the database, as it does where it reads a write-ahead log; else it
     *     reads a copy elsewhere
     */
    public static long storedOffset(Path directory, UUID installation, boolean beside) {
        ProjectionFile file = new ProjectionFile(directory);
        if (!file.exists()) {
            return -1;
        }
        long copied = storedOffset(file, installation);
        // What was not copied out of the write-ahead log was projected all the same, and only from what was durable.
        return copied < 0 || !hasWriteAheadLog(file)
                ? copied
                : Math.max(copied, storedOffsetAhead(file, installation, beside));
    }

    private static boolean hasWriteAheadLog(ProjectionFile file) {
        try {
            return file.hasWriteAheadLog();
        } catch (IOException e) {
            return false;
        }
    }

    private static long storedOffsetAhead(ProjectionFile file, UUID installation, boolean beside) {
        try (ProjectionCopy copy = beside ? null : ProjectionCopy.of(file);
                Connection connection = (copy == null ? file : copy.file()).openReader()) {
            return storedOffset(connection, installation);
        } catch (IOException | SQLException | ProjectionDamagedException e) {
            LOG.debug("the write-ahead log of {} does not say how far it is: {}", file.path(), e.toString());
            return -1;
        }
    }

    private static long storedOffset(Connection connection, UUID installation) throws SQLException {
        PositionRow row = PositionRow.read(connection);
        return row != null && row.installation().equals(installation) ? row.offset() : -1;
    }

    private static long storedOffset(ProjectionFile file, UUID installation) {
        try (Connection connection = file.openUnchanging()) {
            return storedOffset(connection, installation);
        } catch (SQLException | ProjectionDamagedException e) {
            LOG.debug("{} does not say how far it is: {}", file.path(), e.toString());
            return -1;
        }
    }

    /** Starts following the log; also after a {@linkplain #failure failure}. */
    public synchronized void start() {
        gate.reopen();
        copier.start();
        follower.start();
    }

    /**
     * Answers a query.
     *
     * @throws InvalidRequestException when the cursor is not one of this query
     * @throws NotReadyException when {@code minOffset} is not reached in time, or the database is being made anew
     * @throws dev.cairn.OverloadedException when too many queries are under way
     */
    public RowQuery.Page query(Kind kind, RowQuery query) {
        awaitReady(query.minOffset(), query.waitMax());
        return reader.query(kind, query);
    }

    /** Runs several queries as of one moment; throws as {@link #query} does. */
    public <T> T view(long minOffset, Duration waitMax, Function<RowView, T> work) {
        awaitReady(minOffset, waitMax);
        return reader.view(waitMax, work);
    }

    /** Counts by the values of one column; throws as {@link #query} does. */
    public RowQuery.Counts count(Kind kind, RowQuery query, String byColumn) {
        awaitReady(query.minOffset(), query.waitMax());
        return reader.count(kind, query, byColumn);
    }

    /**
     * Shows all entities of a kind as of one offset, in the order of their keys; the entity is reused.
     *
     * @return the offset
     */
    public long forEachEntity(Kind kind, BiConsumer<String, Entity> visitor) {
        return reader.forEach(kind, visitor);
    }

    /** The last offset that queries include, −1 for none. */
    public long position() {
        return gate.offset();
    }

    /** The last offset that is included even after a power cut, −1 for none known. */
    public long forcedPosition() {
        return copier.forcedOffset();
    }

    /** Waits until queries include {@code offset}; returns whether they do. */
    public boolean awaitPosition(long offset, Duration timeout) throws InterruptedException {
        return gate.await(offset, timeout);
    }

    /** Why the projection stands still, or null while it follows. */
    public @Nullable Throwable failure() {
        return gate.failure();
    }

    /** What it waits for to pass before it goes on, in words; null while it follows. */
    public @Nullable String waiting() {
        return waiting;
    }

    private void waitFor(Throwable failure) {
        String why = file.path() + ": " + failure.getMessage();
        if (!why.equals(waiting)) { // once, and not at each attempt
            LOG.warn("{} cannot be written at offset {}: {}", file.path(), gate.offset(), failure.getMessage());
        }
        waiting = why;
    }

    public ProjectionMetrics metrics() {
        return new ProjectionMetrics(
                gate.offset(),
                copier.forcedOffset(),
                Math.max(0, log.durableOffset() - gate.offset()),
                !gate.ready(),
                records,
                writer.rowsWritten(),
                writer.loads(),
                transactions,
                transactionNanos,
                copier.copies(),
                remakes);
    }

    /** Stops following and closes the database in good order. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        follower.close();
        copier.close();
        reader.close();
        writer.close(damage == null);
        gate.fail(new IllegalStateException("expected an open projection, was closed"));
    }

    ProjectionReader reader() {
        return reader;
    }

    private void awaitReady(long minOffset, Duration waitMax) {
        if (closed) {
            throw new NotReadyException("expected an open projection, was closed");
        }
        try {
            if (!gate.await(minOffset, waitMax)) {
                throw notReady(minOffset, waitMax);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NotReadyException(
                    "expected the projection to reach offset " + minOffset + ", was interrupted at " + gate.offset());
        }
    }

    private CairnException notReady(long minOffset, Duration waitMax) {
        Throwable why = gate.failure();
        if (why instanceof DamagedLogException damaged) {
            return new DamagedLogException(damaged.file(), damaged.position(), damaged.offset(), damaged.what());
        } else if (why != null) {
            return new NotReadyException("the projection has stopped: " + why.getMessage(), why);
        }
        String reached = gate.ready() ? "" : " and being made anew";
        String waits = waiting;
        return new NotReadyException("expected the projection to reach offset " + minOffset + " within "
                + waitMax.toMillis() + " ms, was at " + gate.offset() + reached
                + (waits == null ? "" : ", waiting: " + waits));
    }

    private void publish() {
        gate.publish(writer.position().offset(), writer.ready());
    }

    /** What the follower feeds. Threading: the follower's thread. */
    private final class Applier implements RecordObserver {
        private long batchRecords;
        private long batchStarted;
        /** The last batch, while it is folded and not committed. */
        private @Nullable BatchEnd folded;

        private boolean roomWanted;

        @Override
        public long resume() {
            batchRecords = 0;
            folded = null;
            try {
                String why = damage;
                if (why != null) {
                    remake(why);
                } else if (!writer.isOpen()) {
                    writer.open();
                }
                if (roomWanted) {
                    roomWanted = false;
                    writer.giveBackRoom();
                }
                PositionRow position = writer.resume();
                publish();
                return position.offset();
            } catch (SQLException e) {
                throw new UncheckedSqlException(e);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private void remake(String why) {
            remakes++;
            copier.close();
            reader.whileClosed(() -> writer.remake(why));
            damage = null;
            publish();
            copier.start();
        }

        @Override
        public void record(Event event) {
            if (batchRecords++ == 0) {
                batchStarted = System.nanoTime();
            }
            try {
                writer.apply(event);
            } catch (SQLException e) {
                throw new UncheckedSqlException(e);
            }
        }

        @Override
        public void batchEnd(BatchEnd end) {
            end(end);
            throwIfDamaged();
        }

        private void end(BatchEnd end) {
            try {
                folded = end;
                if (!writer.batchEnd(end)) {
                    return;
                }
                folded = null;
                records += batchRecords;
                batchRecords = 0;
                transactions++;
                transactionNanos += System.nanoTime() - batchStarted;
                waiting = null;
                publish();
                copier.committed();
                if (copier.restWanted()) {
                    writer.copyWal("PASSIVE");
                }
            } catch (SQLException e) {
                throw new UncheckedSqlException(e);
            }
        }

        @Override
        public void idle() {
            BatchEnd last = folded;
            if (last != null) {
                // What the log is said to hold beyond it cannot be read, and need not be waited for.
                end(new BatchEnd(last.epoch(), last.offset(), last.checksum(), last.offset()));
            } else if (writer.rebuilding()) {
                endRebuild();
            }
            waiting = null;
            throwIfDamaged();
        }

        private void endRebuild() {
            try {
                writer.makeIndexes();
                publish();
            } catch (SQLException e) {
                throw new UncheckedSqlException(e);
            }
        }

        private void throwIfDamaged() {
            String why = damage;
            if (why != null) {
                throw new ProjectionDamagedException(why);
            }
        }

        @Override
        public long retryAfterMillis(Throwable failure) {
            if (SqlFailures.damaged(failure) && remakes < REMAKES_MAX) {
                damage = String.valueOf(failure.getMessage());
                return 0;
            }
            if (SqlFailures.passing(failure)) {
                roomWanted = true;
                waitFor(failure);
                return RETRY_MILLIS;
            }
            gate.fail(failure);
            return GIVE_UP;
        }
    }
}
