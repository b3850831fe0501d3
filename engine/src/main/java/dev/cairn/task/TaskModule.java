package dev.cairn.task;

import dev.cairn.internal.kind.Kind;
import dev.cairn.internal.kind.KindHost;
import dev.cairn.internal.kind.KindModule;
import dev.cairn.internal.kind.LeaseLedger;
import java.util.List;

/**
 * Tasks and their workflow, as the registry sees them. Not for embedding programs.
 *
 * <p>Threading: any thread.
 */
public final class TaskModule implements KindModule<Tasks> {
    private final WorkflowKind workflow = new WorkflowKind();
    private final TaskKind task;

    /**
     * @param jsonBytesMax the largest metadata of a task, in bytes
     * @param leases what claims are made of
     */
    public TaskModule(int jsonBytesMax, LeaseLedger leases) {
        task = new TaskKind(workflow, jsonBytesMax, leases);
    }

    /** The kind of tasks themselves. */
    public Kind tasks() {
        return task;
    }

    @Override
    public List<Kind> kinds() {
        return List.of(workflow, task);
    }

    @Override
    public Tasks client(KindHost host) {
        return new TasksClient(host, task, workflow);
    }
}
