package dev.cairn.task;

import dev.cairn.ConflictException;
import dev.cairn.Expect;
import dev.cairn.InvalidRequestException;
import dev.cairn.LogRecord;
import dev.cairn.NotFoundException;
import dev.cairn.NotReadyException;
import dev.cairn.Receipt;
import dev.cairn.WriteOptions;
import dev.cairn.internal.kind.CheckCommand;
import dev.cairn.internal.kind.Command;
import dev.cairn.internal.kind.Entity;
import dev.cairn.internal.kind.KindHost;
import dev.cairn.internal.kind.RowQuery;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * {@link Tasks} over a host: turns calls into commands and questions, and entities into tasks.
 *
 * <p>Threading: any thread.
 */
final class TasksClient implements Tasks {
    private static final String ID = "id";

    private final KindHost host;
    private final TaskKind kind;
    private final WorkflowKind workflowKind;
    private final ClaimsClient claims;

    TasksClient(KindHost host, TaskKind kind, WorkflowKind workflowKind) {
        this.host = host;
        this.kind = kind;
        this.workflowKind = workflowKind;
        this.claims = new ClaimsClient(host, kind, workflowKind);
    }

    @Override
    public Receipt create(NewTask task, WriteOptions options) {
        return host.commit(kind, createCommand(task), options);
    }

    @Override
    public CompletableFuture<Receipt> createAsync(NewTask task, WriteOptions options) {
        return host.commitAsync(kind, createCommand(task), options);
    }

    private static TaskCommand createCommand(NewTask task) {
        return new TaskCommand.Create(TaskCommand.checkId(task.id(), "/id"), TaskFields.of(task));
    }

    @Override
    public Receipt patch(String id, TaskPatch patch, WriteOptions options) {
        return host.commit(kind, new TaskCommand.Patch(checked(id), TaskFields.of(patch)), options);
    }

    @Override
    public CompletableFuture<Receipt> patchAsync(String id, TaskPatch patch, WriteOptions options) {
        return host.commitAsync(kind, new TaskCommand.Patch(checked(id), TaskFields.of(patch)), options);
    }

    @Override
    public Receipt upsert(String id, TaskPatch patch, WriteOptions options) {
        return host.commit(kind, new TaskCommand.Upsert(checked(id), TaskFields.of(patch)), options);
    }

    @Override
    public CompletableFuture<Receipt> upsertAsync(String id, TaskPatch patch, WriteOptions options) {
        return host.commitAsync(kind, new TaskCommand.Upsert(checked(id), TaskFields.of(patch)), options);
    }

    @Override
    public Receipt transition(String id, String status, WriteOptions options) {
        return host.commit(kind, new TaskCommand.Patch(checked(id), TaskFields.ofStatus(status)), options);
    }

    @Override
    public CompletableFuture<Receipt> transitionAsync(String id, String status, WriteOptions options) {
        return host.commitAsync(kind, new TaskCommand.Patch(checked(id), TaskFields.ofStatus(status)), options);
    }

    @Override
    public Receipt update(String id, Function<Task, TaskPatch> change, WriteOptions options, RetryOptions retry) {
        for (int attempt = 1; true; attempt++) {
            Task task = get(id).orElseThrow(() -> new NotFoundException(TaskKind.NAME, id));
            try {
                return patch(id, change.apply(task), options.withExpect(Expect.version(task.version())));
            } catch (ConflictException e) {
                if (attempt >= retry.attemptsMax()) {
                    throw e;
                }
                pause(retry.pauseNanos(attempt), id);
            }
        }
    }

    private static void pause(long nanos, String id) {
        try {
            TimeUnit.NANOSECONDS.sleep(nanos);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NotReadyException("interrupted while trying again to change " + id);
        }
    }

    @Override
    public Receipt delete(String id, WriteOptions options) {
        return host.commit(kind, new TaskCommand.Delete(checked(id)), options);
    }

    @Override
    public CompletableFuture<Receipt> deleteAsync(String id, WriteOptions options) {
        return host.commitAsync(kind, new TaskCommand.Delete(checked(id)), options);
    }

    @Override
    public Optional<Claim> claim(ClaimRequest request, WriteOptions options) {
        return claims.claim(request, options);
    }

    @Override
    public Optional<Task> get(String id) {
        Entity entity = new Entity();
        boolean exists = host.entity(kind, null, checked(id), entity);
        return exists ? Optional.of(TaskBody.decode(id, entity)) : Optional.empty();
    }

    @Override
    public Optional<Task> getAsOf(String id, long offset) {
        Entity entity = new Entity();
        boolean existed = host.entityAsOf(kind, null, checked(id), offset, entity);
        return existed ? Optional.of(TaskBody.decode(id, entity)) : Optional.empty();
    }

    @Override
    public Optional<Task> getAsOf(String id, Instant time) {
        checked(id);
        long offset = host.offsetAsOf(time);
        return offset < 0 ? Optional.empty() : getAsOf(id, offset);
    }

    @Override
    public boolean awaitChange(String id, long revision, Duration timeout) {
        return host.awaitChange(kind, null, checked(id), revision, timeout);
    }

    @Override
    public List<LogRecord> history(String id, long before, int limit) {
        if (limit < 1) {
            throw new InvalidRequestException("expected a limit from 1, was " + limit, "limit");
        }
        return host.history(kind, null, checked(id), before, limit);
    }

    @Override
    public TaskPage list(TaskQuery query) {
        RowQuery.Page page = host.query(kind, TaskRows.query(query));
        if (page.rows().isEmpty()) {
            checkStatuses(query);
        }
        List<Task> tasks = page.rows().stream()
                .map(row -> TaskBody.decode(row.key(), row.entity()))
                .toList();
        return new TaskPage(tasks, page.next(), page.projectionOffset());
    }

    @Override
    public TaskCounts count(TaskQuery query, String by) {
        RowQuery.Counts counts = host.count(kind, TaskRows.query(query), TaskRows.countable(by));
        if (counts.counts().isEmpty()) {
            checkStatuses(query);
        }
        return new TaskCounts(counts.counts(), counts.projectionOffset());
    }

    /** A status that neither the workflow nor any task knows is misspelt: the empty answer would say that there are none. */
    private void checkStatuses(TaskQuery query) {
        Workflow workflow = workflow();
        if (workflow.open() || query.statuses().isEmpty()) {
            return;
        }
        List<String> known = workflow.statuses();
        for (String status : query.statuses()) {
            if (!known.contains(status)
                    && !count(TaskQuery.all(), "status").counts().containsKey(status)) {
                throw new InvalidRequestException("expected a status of " + known + ", was " + status, "status");
            }
        }
    }

    @Override
    public Workflow workflow() {
        return workflowVersion().workflow();
    }

    @Override
    public WorkflowVersion workflowVersion() {
        Entity entity = new Entity();
        host.entity(workflowKind, null, WorkflowKind.KEY, entity);
        return new WorkflowVersion(WorkflowKind.workflow(entity), entity.version(), entity.revision());
    }

    @Override
    public Receipt workflow(Workflow workflow, WriteOptions options) {
        boolean inForce = options.operation() == null && workflow.equals(workflow());
        Command command = inForce ? new CheckCommand(null, WorkflowKind.KEY) : new WorkflowCommand(workflow);
        return host.commit(workflowKind, command, options);
    }

    private static String checked(String id) {
        return TaskCommand.checkId(id, ID);
    }
}
