package dev.cairn.internal.assembly;

import dev.cairn.Progress;
import dev.cairn.StateRoot;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The projection of an engine, or its absence.
 *
 * <p>Threading: any thread.
 */
interface ProjectionSide extends EngineKindHost.Rows, AutoCloseable {
    /** The last record that the projection includes, −1 for none. */
    long offset();

    StateRoot root(long minOffset, Duration waitMax);

    void rebuild(Progress progress);

    /** How many records it is behind the durable log; 0 without a projection. */
    long lag();

    long projectedRecords();

    /** Why it stands still, or null. */
    @Nullable
    Throwable failure();

    /** What it waits for to pass, in words; null while it follows. */
    @Nullable
    String waiting();

    /** Waits until {@link #offset} is at least {@code offset}, and no longer than {@code waitMax}. */
    void awaitOffset(long offset, Duration waitMax);

    @Override
    void close();
}
