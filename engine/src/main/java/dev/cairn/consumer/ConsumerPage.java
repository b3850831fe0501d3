package dev.cairn.consumer;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Some groups, and where to go on.
 *
 * @param groups by name, each as it is now
 * @param next cursor of the next page, null at the end
 * @param projectionOffset a group that was created behind this offset may be missing
 */
public record ConsumerPage(
        List<ConsumerGroup> groups, @Nullable String next, long projectionOffset) {
    public ConsumerPage {
        groups = List.copyOf(groups);
    }
}
