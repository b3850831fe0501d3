package dev.cairn.internal.assembly;

import dev.cairn.EngineMetrics;
import dev.cairn.Health;

/**
 * The part of an engine that changes the log, or refuses to.
 *
 * <p>Threading: any thread.
 */
interface WriteSide extends EngineKindHost.Writes, BatchBuilder.BatchWrites, AutoCloseable {
    /** Returns when everything accepted before is durable. */
    void sync();

    Health health();

    EngineMetrics metrics();

    int epoch();

    /** Bytes of frames in the log. */
    long frameBytes();

    @Override
    void close();
}
