package dev.cairn.entity;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Some of the entities that links lead to, and where to go on.
 *
 * @param links each path once: a neighbour comes before those that are reached by way of it
 * @param next cursor of the next page, null at the end; a page may hold fewer than its limit and go on
 * @param projectionOffset the last record that the answer includes
 */
public record LinkPage(List<LinkedEntity> links, @Nullable String next, long projectionOffset) {
    public LinkPage {
        links = List.copyOf(links);
    }
}
