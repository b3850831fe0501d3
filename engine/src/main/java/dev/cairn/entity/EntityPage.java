package dev.cairn.entity;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Some entities, and where to go on.
 *
 * @param entities in the order of the query
 * @param next cursor of the next page, null at the end
 * @param projectionOffset the last record that the answer includes
 */
public record EntityPage(
        List<TypedEntity> entities, @Nullable String next, long projectionOffset) {
    public EntityPage {
        entities = List.copyOf(entities);
    }
}
