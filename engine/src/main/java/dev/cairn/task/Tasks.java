package dev.cairn.task;

import dev.cairn.Ack;
import dev.cairn.Expect;
import dev.cairn.LogRecord;
import dev.cairn.Receipt;
import dev.cairn.WriteOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Tasks: create, change, read, list, and look back.
 *
 * <p>Writes throw {@link dev.cairn.ConflictException} when an expectation is not met, {@link
 * dev.cairn.InvalidTransitionException} when the workflow forbids the status, {@link dev.cairn.NotFoundException} when the
 * task does not exist, {@link dev.cairn.InvalidRequestException} and {@link dev.cairn.TooLargeException} for bad input, {@link
 * dev.cairn.OutOfSpaceException} on a full disk; then nothing was written. Each write has an asynchronous form whose future
 * completes when the write is durable.
 *
 * <p>Threading: any thread.
 */
public interface Tasks {
    default Receipt create(NewTask task) {
        return create(task, WriteOptions.defaults());
    }

    Receipt create(NewTask task, WriteOptions options);

    CompletableFuture<Receipt> createAsync(NewTask task, WriteOptions options);

    default Receipt patch(String id, TaskPatch patch) {
        return patch(id, patch, WriteOptions.defaults());
    }

    Receipt patch(String id, TaskPatch patch, WriteOptions options);

    CompletableFuture<Receipt> patchAsync(String id, TaskPatch patch, WriteOptions options);

    /** Patches the task, or creates it from the patch when it does not exist; each by its own rules. */
    Receipt upsert(String id, TaskPatch patch, WriteOptions options);

    CompletableFuture<Receipt> upsertAsync(String id, TaskPatch patch, WriteOptions options);

    default Receipt transition(String id, String status) {
        return transition(id, status, WriteOptions.defaults());
    }

    default Receipt transition(String id, String status, Expect expect) {
        return transition(id, status, WriteOptions.defaults().withExpect(expect));
    }

    default Receipt transition(String id, String status, Expect expect, Ack ack) {
        return transition(id, status, WriteOptions.defaults().withExpect(expect).withAck(ack));
    }

    /** Changes the status and nothing else. */
    Receipt transition(String id, String status, WriteOptions options);

    CompletableFuture<Receipt> transitionAsync(String id, String status, WriteOptions options);

    /** {@link #update(String, Function, WriteOptions, RetryOptions)} with default options. */
    default Receipt update(String id, Function<Task, TaskPatch> change, RetryOptions retry) {
        return update(id, change, WriteOptions.defaults(), retry);
    }

    /**
     * Changes the task depending on what it is: reads it, asks {@code change} what to make of it, and writes that if nobody
     * else has written meanwhile; else it starts over after a pause.
     *
     * @param change may be asked several times, each time with the task as it is then
     * @param options their expectation is replaced by the version that was read
     * @throws dev.cairn.ConflictException that of the last attempt, when others were faster each time
     * @throws dev.cairn.NotFoundException when there is no such task
     */
    Receipt update(String id, Function<Task, TaskPatch> change, WriteOptions options, RetryOptions retry);

    default Receipt delete(String id) {
        return delete(id, WriteOptions.defaults());
    }

    /** Deletes the task; its history stays, and a task created again under the id goes on with the next version. */
    Receipt delete(String id, WriteOptions options);

    CompletableFuture<Receipt> deleteAsync(String id, WriteOptions options);

    /** {@link #claim(ClaimRequest, WriteOptions)} with default options. */
    default Optional<Claim> claim(ClaimRequest request) {
        return claim(request, WriteOptions.defaults());
    }

    /**
     * Takes the task of the highest priority that was created first, of one queue and status: moves it to the status that the
     * workflow's {@linkplain ClaimPolicy policy} names, makes the agent its owner and the holder of its lease, all in one step.
     * No task is ever given to two. Acknowledged when durable unless {@code options.ack()} says otherwise.
     *
     * <p>While the lease is held, only writes that present it pass; a final status ends it. When it expires, or is released as
     * failed, the task goes back to the status it came from and an attempt is counted; after so many the task fails.
     *
     * @return empty when there was nothing to take in time
     * @throws dev.cairn.InvalidRequestException when the request is not well formed, or the status is one that no task leaves
     * @throws dev.cairn.InvalidTransitionException when the workflow does not let tasks of that status be claimed
     */
    Optional<Claim> claim(ClaimRequest request, WriteOptions options);

    /** The task as it is now, accepted changes included. */
    Optional<Task> get(String id);

    /** The task after the record at {@code offset}. */
    Optional<Task> getAsOf(String id, long offset);

    /** The task at a time of the log. */
    Optional<Task> getAsOf(String id, Instant time);

    /**
     * Waits for a change.
     *
     * @param revision the revision that the caller knows, −1 for a task that does not exist
     * @return whether the task's revision differs now
     */
    boolean awaitChange(String id, long revision, Duration timeout);

    default List<LogRecord> history(String id) {
        return history(id, Long.MAX_VALUE, TaskQuery.LIMIT_DEFAULT);
    }

    /**
     * The task's records, newest first; fewer than {@code limit} although there are more where they are large, for it takes none
     * beyond 8 MiB. At the end none are left.
     * Whether some were lost to damage tells a {@link dev.cairn.log.HistoryCheck}.
     *
     * @param before only records with a smaller offset
     * @param limit from 1
     * @throws dev.cairn.NotFoundException when there never was such a task
     */
    List<LogRecord> history(String id, long before, int limit);

    /**
     * Lists tasks from the projection.
     *
     * @throws dev.cairn.InvalidRequestException when there are none, and a status of the query is one that neither the workflow nor
     *     any task knows
     */
    TaskPage list(TaskQuery query);

    /** Counts tasks by {@code status}, {@code owner} or {@code queue}; throws as {@link #list} does. */
    TaskCounts count(TaskQuery query, String by);

    /** The workflow in force. */
    Workflow workflow();

    /** The workflow in force with its revision, which an expectation of {@link #workflow(Workflow, WriteOptions)} is about. */
    WorkflowVersion workflowVersion();

    /** Puts another workflow in force, by a record; does nothing when it is the one in force. */
    default void workflow(Workflow workflow) {
        if (!workflow.equals(workflow())) {
            workflow(workflow, WriteOptions.defaults());
        }
    }

    /**
     * {@link #workflow(Workflow)} with options: fences and expectations must hold also where nothing is to be done. Under an
     * operation id there always is a record, for by it the id is remembered.
     *
     * @return of the record that put it in force, which may be an older one
     */
    Receipt workflow(Workflow workflow, WriteOptions options);
}
