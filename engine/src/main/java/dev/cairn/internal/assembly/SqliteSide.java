package dev.cairn.internal.assembly;

import dev.cairn.InvalidRequestException;
import dev.cairn.NotReadyException;
import dev.cairn.Progress;
import dev.cairn.StateRoot;
import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.kind.Kind;
import dev.cairn.internal.kind.RowQuery;
import dev.cairn.internal.kind.RowView;
import dev.cairn.internal.projection.LogFacts;
import dev.cairn.internal.projection.SqliteProjection;
import dev.cairn.internal.read.LogEnds;
import dev.cairn.internal.read.StateDigest;
import dev.cairn.internal.segment.LogCursor;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The SQLite projection of an engine.
 *
 * <p>Threading: any thread; a rebuild holds the monitor and answers others with not ready meanwhile.
 */
final class SqliteSide implements ProjectionSide {
    private static final long PROGRESS_MILLIS = 100;

    private final OpenLog log;
    private final LogEnds ends;
    private final Path directory;
    private final LogFacts facts;
    private final LongConsumer told;
    private volatile SqliteProjection projection;
    private volatile boolean closed;

    /**
     * @param directory where the database lies
     * @param told is told the offset whenever the projection has caught up, for other processes
     */
    SqliteSide(OpenLog log, LogEnds ends, Path directory, LongConsumer told) {
        this.log = log;
        this.ends = ends;
        this.directory = directory;
        this.facts = new Facts();
        this.told = told;
        this.projection = openProjection();
    }

    private SqliteProjection openProjection() {
        return SqliteProjection.open(
                directory,
                log.registry().kinds.all(),
                facts,
                from -> new DurableSource(log.catalog(), ends, from, this::tell));
    }

    private void tell() {
        told.accept(projection.position());
    }

    void start() {
        projection.start();
    }

    /** What the log says of itself to the projection. */
    private final class Facts implements LogFacts {
        @Override
        public UUID installation() {
            return log.identity().installation();
        }

        @Override
        public OptionalInt checksumAt(long offset) {
            LogCursor cursor = new LogCursor(log.catalog());
            return cursor.read(offset, ends.durableOffset())
                    ? OptionalInt.of(cursor.frame().checksum())
                    : OptionalInt.empty();
        }

        @Override
        public long durableOffset() {
            return ends.durableOffset();
        }

        @Override
        public long endOffset() {
            return ends.endOffset();
        }
    }

    @Override
    public RowQuery.Page query(Kind kind, RowQuery query) {
        return projection.query(kind, query);
    }

    @Override
    public <T> T view(long minOffset, Duration waitMax, Function<RowView, T> work) {
        return projection.view(minOffset, waitMax, work);
    }

    @Override
    public RowQuery.Counts count(Kind kind, RowQuery query, String byColumn) {
        return projection.count(kind, query, byColumn);
    }

    @Override
    public long offset() {
        return projection.position();
    }

    @Override
    public long lag() {
        return projection.metrics().lag();
    }

    @Override
    public long projectedRecords() {
        return projection.metrics().records();
    }

    @Override
    public StateRoot root(long minOffset, Duration waitMax) {
        if (minOffset >= ends.endOffset()) {
            throw new InvalidRequestException(
                    "expected an offset below " + ends.endOffset() + ", was " + minOffset, "minOffset");
        }
        await(minOffset, waitMax);
        StateDigest digest = new StateDigest(log.registry().kinds);
        long offset = projection.position();
        for (Kind kind : log.registry().kinds.all()) {
            if (kind.table() != null) {
                offset = projection.forEachEntity(
                        kind, (key, entity) -> digest.add(kind, ByteSlab.ofUtf8(key), 0, entity));
            }
        }
        return new StateRoot(offset, digest.hex());
    }

    private void await(long offset, Duration waitMax) {
        try {
            if (!projection.awaitPosition(offset, waitMax)) {
                throw new NotReadyException("expected the projection to reach offset " + offset + " within "
                        + waitMax.toMillis() + " ms, was at " + projection.position());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NotReadyException("interrupted while waiting for the projection");
        }
    }

    @Override
    public @Nullable Throwable failure() {
        return projection.failure();
    }

    @Override
    public @Nullable String waiting() {
        return projection.waiting();
    }

    @Override
    public void awaitOffset(long offset, Duration waitMax) {
        try {
            projection.awaitPosition(offset, waitMax);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public synchronized void rebuild(Progress progress) {
        if (closed) {
            throw new NotReadyException("the engine is closed");
        }
        projection.close();
        SqliteProjection.delete(directory);
        projection = openProjection();
        projection.start();
        long target = ends.durableOffset();
        while (projection.position() < target) {
            Throwable failure = projection.failure();
            if (failure != null) {
                throw new NotReadyException("the projection cannot be rebuilt: " + failure.getMessage(), failure);
            }
            progress.update("projection", projection.position() + 1, target + 1);
            pause(target);
        }
        progress.update("projection", target + 1, target + 1);
    }

    private void pause(long target) {
        try {
            projection.awaitPosition(target, Duration.ofMillis(PROGRESS_MILLIS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NotReadyException("interrupted while the projection was rebuilt");
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        projection.close();
    }
}
