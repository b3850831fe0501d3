package dev.cairn;

import dev.cairn.consumer.Consumers;
import dev.cairn.context.Contexts;
import dev.cairn.decision.Decisions;
import dev.cairn.entity.Entities;
import dev.cairn.imports.Imports;
import dev.cairn.internal.assembly.CairnEngine;
import dev.cairn.lease.Leases;
import dev.cairn.log.Log;
import dev.cairn.run.Runs;
import dev.cairn.session.Sessions;
import dev.cairn.task.Tasks;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;

/**
 * An open Cairn: one data directory, one log, and the state that follows from it.
 *
 * <p>Threading: any thread. Closing twice is harmless; after closing, calls throw {@link NotReadyException}.
 */
public interface Cairn extends AutoCloseable {
    /**
     * Opens {@code directory} for writing with default options, and creates it if it does not exist.
     *
     * @throws DataDirectoryException when it is locked, foreign, rolled back, from a newer Cairn, or cannot be written
     * @throws DamagedLogException when records known to have been durable are damaged; reading stays possible
     */
    static Cairn open(Path directory) {
        return open(directory, CairnOptions.defaults());
    }

    /** Opens {@code directory} as {@code options} say; see {@link #open(Path)}. */
    static Cairn open(Path directory, CairnOptions options) {
        return CairnEngine.open(directory, options);
    }

    Tasks tasks();

    Leases leases();

    Log log();

    Imports imports();

    Decisions decisions();

    Sessions sessions();

    Runs runs();

    Entities entities();

    /** Consumer groups: committed positions in the log. */
    Consumers consumers();

    /** Tasks and what is around them, and why they are as they are. */
    Contexts contexts();

    /** A new, empty batch. */
    Batch batch();

    /**
     * What became of an operation (its first item).
     *
     * @throws OutcomeUnknownException when the engine has failed and the record of it was not yet durable: that shows when the
     *     directory is opened again
     */
    OperationOutcome operation(String id);

    Watermarks watermarks();

    /** The digest of the current state; takes time in proportion to the state and holds up writers while it runs. */
    StateRoot stateRoot();

    /**
     * The digest of the projection, kind by kind, at its own offset.
     *
     * @param minOffset the projection must have reached this offset
     * @throws NotReadyException when it does not within {@code waitMax}
     */
    StateRoot projectionRoot(long minOffset, Duration waitMax);

    /** Drops the projection and builds it again from the log; returns when it has caught up. */
    void rebuildProjection(Progress progress);

    /** Waits until everything that was accepted before this call is durable. */
    void sync();

    Health health();

    EngineMetrics metrics();

    /** The identity of the data directory. */
    UUID installation();

    Path directory();

    CairnOptions options();

    @Override
    void close();
}
