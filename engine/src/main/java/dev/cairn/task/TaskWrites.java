package dev.cairn.task;

import dev.cairn.Write;
import dev.cairn.internal.kind.BoundCommand;
import dev.cairn.internal.kind.CheckCommand;
import dev.cairn.internal.kind.Command;
import dev.cairn.internal.kind.KindIds;

/**
 * Writes of tasks for a {@link dev.cairn.Batch}. Each checks the form of what it is given and throws {@link
 * dev.cairn.InvalidRequestException} with a pointer; the workflow is asked when the batch is committed.
 *
 * <p>Threading: stateless.
 */
public final class TaskWrites {
    private static final String ID = "/id";

    private TaskWrites() {}

    /** See {@link Tasks#create}. */
    public static Write create(NewTask task) {
        return bound(new TaskCommand.Create(TaskCommand.checkId(task.id(), ID), TaskFields.of(task)));
    }

    /** See {@link Tasks#patch}. */
    public static Write patch(String id, TaskPatch patch) {
        return bound(new TaskCommand.Patch(TaskCommand.checkId(id, ID), TaskFields.of(patch)));
    }

    /** See {@link Tasks#upsert}. */
    public static Write upsert(String id, TaskPatch patch) {
        return bound(new TaskCommand.Upsert(TaskCommand.checkId(id, ID), TaskFields.of(patch)));
    }

    /** See {@link Tasks#delete}. */
    public static Write delete(String id) {
        return bound(new TaskCommand.Delete(TaskCommand.checkId(id, ID)));
    }

    /** Changes nothing; carries the expectation of its options. */
    public static Write check(String id) {
        return bound(new CheckCommand(null, TaskCommand.checkId(id, ID)));
    }

    private static Write bound(Command command) {
        return new BoundCommand(KindIds.TASK, command);
    }
}
