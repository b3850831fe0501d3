package dev.cairn.internal.assembly;

import dev.cairn.NotReadyException;
import dev.cairn.Progress;
import dev.cairn.StateRoot;
import dev.cairn.internal.kind.Kind;
import dev.cairn.internal.kind.RowQuery;
import dev.cairn.internal.kind.RowView;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The projection of an engine that was opened without one. Threading: any thread. */
final class NoProjection implements ProjectionSide {
    private static NotReadyException refusal() {
        return new NotReadyException("expected a projection, was an engine that was opened without one");
    }

    @Override
    public RowQuery.Page query(Kind kind, RowQuery query) {
        throw refusal();
    }

    @Override
    public <T> T view(long minOffset, Duration waitMax, Function<RowView, T> work) {
        throw refusal();
    }

    @Override
    public RowQuery.Counts count(Kind kind, RowQuery query, String byColumn) {
        throw refusal();
    }

    @Override
    public long offset() {
        return -1;
    }

    @Override
    public StateRoot root(long minOffset, Duration waitMax) {
        throw refusal();
    }

    @Override
    public void rebuild(Progress progress) {
        throw refusal();
    }

    @Override
    public long lag() {
        return 0;
    }

    @Override
    public long projectedRecords() {
        return 0;
    }

    @Override
    public @Nullable String waiting() {
        return null;
    }

    @Override
    public @Nullable Throwable failure() {
        return null;
    }

    @Override
    public void awaitOffset(long offset, Duration waitMax) {}

    @Override
    public void close() {}
}
