package dev.cairn.context;

import java.util.Optional;

/**
 * Questions about a task that several capabilities answer together.
 *
 * <p>Threading: any thread.
 */
public interface Contexts {
    /** {@link #of(String, ContextQuery)} with the usual sizes. */
    default Optional<TaskContext> of(String task) {
        return of(task, ContextQuery.usual());
    }

    /**
     * A task and what is around it, all as it was after one and the same record. Comes from memory and the log, never from the
     * projection, so it includes every write that was accepted before the call. Beside the sizes that are asked for, the records end
     * once they hold 8 MiB, and so do the messages of all sessions together.
     *
     * @return empty when there is no such task
     */
    Optional<TaskContext> of(String task, ContextQuery query);

    /**
     * Why a field of a task is what it is.
     *
     * @param field {@code status}, {@code owner}, {@code queue}, {@code priority}, {@code attempts}, {@code metadata}, or {@code
     *     metadata.NAME} for one member of it
     * @throws dev.cairn.NotFoundException when there is no such task
     * @throws dev.cairn.InvalidRequestException when tasks have no such field
     */
    Explanation explain(String task, String field);
}
