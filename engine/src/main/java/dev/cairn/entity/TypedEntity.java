package dev.cairn.entity;

import java.time.Instant;
import java.util.Map;

/**
 * An entity as it is, or was, at one moment.
 *
 * @param ref its type and id
 * @param properties a JSON object, each value as it was given
 * @param version how many records have changed it
 * @param revision offset of the last record that changed it
 * @param born version of the record that created it: the same until it is deleted
 * @param createdAt the log's time of its creation
 * @param updatedAt the log's time of its last change
 * @param incomplete whether records of it were lost to damage, so that it says what those that are left say
 */
public record TypedEntity(
        EntityRef ref,
        String properties,
        long version,
        long revision,
        long born,
        Instant createdAt,
        Instant updatedAt,
        boolean incomplete) {
    /** What each property holds, in the order of the properties. */
    public Map<String, PropertyType> types() {
        return Properties.types(properties);
    }
}
