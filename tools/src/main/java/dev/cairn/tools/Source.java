package dev.cairn.tools;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cairn.LogRecord;
import dev.cairn.decision.DecisionPage;
import dev.cairn.decision.DecisionQuery;
import dev.cairn.log.From;
import dev.cairn.log.LogFilter;
import dev.cairn.log.LogPage;
import dev.cairn.task.Task;
import dev.cairn.task.TaskCounts;
import dev.cairn.task.TaskPage;
import dev.cairn.task.TaskQuery;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where a verb reads from: a data directory, or a running server.
 *
 * <p>Threading: one verb, one thread.
 */
interface Source extends AutoCloseable {
    /** Records at most in one read of the log. */
    int PAGE_RECORDS = 1_000;

    /** @param asOf an offset or a time at which the task is wanted; null for now */
    Optional<Task> task(String id, @Nullable From asOf);

    TaskPage list(TaskQuery query);

    TaskCounts count(TaskQuery query, String by);

    DecisionPage decisions(DecisionQuery query);

    /**
     * Hands the task's records over, newest first.
     *
     * @param count records at most
     * @return whether they show that others were lost to damage
     */
    boolean history(String id, long count, Consumer<LogRecord> reader);

    /** Why a field of a task is what it is, in the shape of the HTTP API. */
    JsonNode explanation(String id, String field);

    /** The offset that a position means now. */
    long resolve(From from);

    /**
     * Reads durable records.
     *
     * @param from first offset, inclusive
     * @param until last offset, exclusive
     * @param wait how long to wait for a record when there is none yet
     */
    LogPage read(long from, long until, LogFilter filter, Duration wait);

    /**
     * Where reading can go on behind damage that ended a {@link #read}.
     *
     * @param offset the first offset that cannot be read
     * @return the next offset that can, or −1 when nothing follows
     */
    long behindDamage(long offset);

    @Override
    void close();
}
