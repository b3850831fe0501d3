package dev.cairn.internal.assembly;

import dev.cairn.EngineMetrics;
import dev.cairn.Health;
import dev.cairn.NotReadyException;
import org.jspecify.annotations.Nullable;

/**
 * The part of an engine that changes the log, or refuses to.
 *
 * <p>Threading: any thread.
 */
interface WriteSide extends EngineKindHost.Writes, BatchBuilder.BatchWrites, AutoCloseable {
    /** Returns when everything accepted before is durable. */
    void sync();

    Health health();

    /** Why nothing more becomes durable until the directory is opened again, or null while all is well. */
    @Nullable
    NotReadyException failure();

    EngineMetrics metrics();

    int epoch();

    /** Bytes of frames in the log. */
    long frameBytes();

    @Override
    void close();
}
