package dev.cairn.task;

import java.util.Map;

/**
 * Numbers of tasks by the value of one field.
 *
 * @param counts a count for each value; tasks without one count under the empty text
 * @param projectionOffset the last record that the answer includes
 */
public record TaskCounts(Map<String, Long> counts, long projectionOffset) {
    public TaskCounts {
        counts = Map.copyOf(counts);
    }
}
