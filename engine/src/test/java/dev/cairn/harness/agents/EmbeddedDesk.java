package dev.cairn.harness.agents;

import dev.cairn.Cairn;
import dev.cairn.ConflictException;
import dev.cairn.Expect;
import dev.cairn.Fence;
import dev.cairn.HeldException;
import dev.cairn.OperationOutcome;
import dev.cairn.StaleTokenException;
import dev.cairn.WriteOptions;
import dev.cairn.lease.LeaseRelease;
import dev.cairn.task.NewTask;
import dev.cairn.task.RetryOptions;
import dev.cairn.task.Task;
import dev.cairn.task.TaskPatch;
import java.time.Duration;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The engine in the same process.
 *
 * <p>Threading: any thread.
 */
public final class EmbeddedDesk implements Desk {
    private static final RetryOptions RETRY = RetryOptions.defaults().withAttemptsMax(ATTEMPTS_MAX);

    private final Cairn cairn;

    public EmbeddedDesk(Cairn cairn) {
        this.cairn = cairn;
    }

    private static WriteOptions operation(String operation) {
        return WriteOptions.defaults().withOperation(operation);
    }

    private static TaskPatch number(long number) {
        return TaskPatch.empty().metadata("{\"n\":" + number + "}");
    }

    private static long number(Task task) {
        return Long.parseLong(task.metadata().replaceAll("[^0-9]", ""));
    }

    @Override
    public void create(String task) {
        cairn.tasks().create(NewTask.of(task).metadata("{\"n\":0}"));
    }

    @Override
    public Seen read(String task) {
        Task found = cairn.tasks().get(task).orElseThrow();
        return new Seen(found.version(), number(found));
    }

    @Override
    public Written write(String task, long number, long expectedVersion, @Nullable Fence fence, String operation) {
        WriteOptions options = operation(operation);
        options = fence == null ? options : options.withFence(fence);
        options = expectedVersion < 0 ? options : options.withExpect(Expect.version(expectedVersion));
        try {
            cairn.tasks().patch(task, number(number), options);
            return Written.DONE;
        } catch (ConflictException e) {
            return Written.CONFLICT;
        } catch (StaleTokenException e) {
            return Written.STALE;
        }
    }

    @Override
    public void increment(String task, String operation) {
        cairn.tasks().update(task, found -> number(number(found) + 1), operation(operation), RETRY);
    }

    @Override
    public OptionalLong acquire(String lease, String holder, Duration ttl, Duration waitMax, String operation) {
        try {
            return OptionalLong.of(cairn.leases()
                    .acquire(lease, holder, ttl, waitMax, operation(operation))
                    .token());
        } catch (HeldException | StaleTokenException e) {
            return OptionalLong.empty();
        }
    }

    @Override
    public void release(String lease, long token, String operation) {
        try {
            cairn.leases().release(lease, token, LeaseRelease.RELEASE, operation(operation));
        } catch (StaleTokenException e) {
            // It is over in another way.
        }
    }

    @Override
    public boolean committed(String operation) {
        return cairn.operation(operation) instanceof OperationOutcome.Committed;
    }
}
