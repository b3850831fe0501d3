package dev.cairn.task;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Some tasks, and where to go on.
 *
 * @param tasks in the order of the query
 * @param next cursor of the next page, null at the end
 * @param projectionOffset the last record that the answer includes
 */
public record TaskPage(List<Task> tasks, @Nullable String next, long projectionOffset) {
    public TaskPage {
        tasks = List.copyOf(tasks);
    }
}
