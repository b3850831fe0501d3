package dev.cairn.run;

import dev.cairn.LogRecord;
import dev.cairn.Receipt;
import dev.cairn.WriteOptions;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Runs: save the state of an agent's run, load any state of it again, list and look back.
 *
 * <p>Writes throw {@link dev.cairn.ConflictException} when an expectation is not met, the given parent is not the latest snapshot
 * or the id is taken; {@link dev.cairn.InvalidRequestException} and {@link dev.cairn.TooLargeException} for bad input, {@link
 * dev.cairn.OutOfSpaceException} on a full disk; then nothing was written. Loads throw {@link dev.cairn.DamagedLogException} when
 * the records that a snapshot is made of cannot be read: never another state than was saved.
 *
 * <p>Threading: any thread.
 */
public interface Runs {
    /** In place of a snapshot's id: the newest one. */
    String LATEST = "latest";

    default SaveResult save(String run, NewSnapshot snapshot) {
        return save(run, snapshot, WriteOptions.defaults());
    }

    /**
     * Saves a snapshot, or skips it when it is automatic and changes nothing. A skipped save leaves no record, so under an
     * operation id a repeat of it is decided anew.
     */
    SaveResult save(String run, NewSnapshot snapshot, WriteOptions options);

    /** Like {@link #save}; the future completes when the snapshot is durable. The state is packed on the caller's thread. */
    CompletableFuture<SaveResult> saveAsync(String run, NewSnapshot snapshot, WriteOptions options);

    /**
     * Loads a snapshot.
     *
     * @param id of the snapshot, or {@link #LATEST}
     */
    Optional<Snapshot> load(String run, String id);

    /** Loads a snapshot as it was after the record at {@code offset}: then the latest may have been another. */
    Optional<Snapshot> loadAsOf(String run, String id, long offset);

    /** Loads a snapshot as it was at a time of the log. */
    Optional<Snapshot> loadAsOf(String run, String id, Instant time);

    /** The newest snapshot. */
    default Optional<Snapshot> latest(String run) {
        return load(run, LATEST);
    }

    /**
     * The snapshots of a run, newest first, without their states. A page may hold fewer than {@code limit} where records are large.
     *
     * @param before {@link Long#MAX_VALUE} to start at the newest, or what {@link SnapshotPage#next} said
     * @param limit from 1 to 1,000
     * @throws dev.cairn.NotFoundException when there is no such run
     */
    SnapshotPage list(String run, long before, int limit);

    /** Like {@link #list(String, long, int)}, the run as it was after the record at {@code offset}. */
    SnapshotPage listAsOf(String run, long offset, long before, int limit);

    /** Like {@link #list(String, long, int)}, the run as it was at a time of the log. */
    SnapshotPage listAsOf(String run, Instant time, long before, int limit);

    /** The run as it is now. */
    Optional<Run> get(String run);

    /** The run after the record at {@code offset}. */
    Optional<Run> getAsOf(String run, long offset);

    /** The run at a time of the log. */
    Optional<Run> getAsOf(String run, Instant time);

    /** Lists runs from the projection. */
    RunPage list(RunQuery query);

    default RunPage list() {
        return list(RunQuery.all());
    }

    /** The run's records, newest first; see {@code Tasks.history}. */
    List<LogRecord> history(String run, long before, int limit);

    default Receipt delete(String run) {
        return delete(run, WriteOptions.defaults());
    }

    /**
     * Deletes the run and with it its snapshots; their history stays in the log. A run that is saved to again begins anew, and may
     * use the old ids again.
     *
     * @throws dev.cairn.NotFoundException when there is no such run
     */
    Receipt delete(String run, WriteOptions options);

    CompletableFuture<Receipt> deleteAsync(String run, WriteOptions options);

    /** What saving and loading has come to. */
    RunMetrics metrics();
}
