package dev.cairn.run;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Some runs, and where to go on.
 *
 * @param runs last changed first
 * @param next cursor of the next page, null at the end
 * @param projectionOffset the last record that the answer includes
 */
public record RunPage(List<Run> runs, @Nullable String next, long projectionOffset) {
    public RunPage {
        runs = List.copyOf(runs);
    }
}
