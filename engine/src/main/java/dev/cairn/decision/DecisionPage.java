package dev.cairn.decision;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Some decisions, and where to go on.
 *
 * @param decisions in the order of the query
 * @param next cursor of the next page, null at the end
 * @param projectionOffset the last record that the answer includes
 */
public record DecisionPage(
        List<Decision> decisions, @Nullable String next, long projectionOffset) {
    public DecisionPage {
        decisions = List.copyOf(decisions);
    }
}
